#include <thread>

#include "base/ids.h"
#include "validation/drift/choice.h"
#include "validation/drift/method.h"
#include "validation/drift/plots.h"
#include "validation/drift/statistics.h"
#include "validation/drift/verdict.h"

namespace maru::validation {
namespace {

// What came of one column: tested, or skipped with a reason.
struct ColumnOutcome {
  std::optional<ColumnDrift> drift;
  std::optional<ColumnFindings> findings;  // when the verdict waits for the other columns
  std::string skipped;
};

template <class Value>
std::optional<Value> chosen(const std::map<std::string, Value>& by_column,
                            const std::map<DriftType, Value>& by_type, const std::optional<Value>& for_all,
                            const std::string& name, DriftType type) {
  if (const auto found = by_column.find(name); found != by_column.end()) return found->second;
  if (const auto found = by_type.find(type); found != by_type.end()) return found->second;
  return for_all;
}

double share_of(std::size_t part, std::size_t rest) {
  return part + rest == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + rest);
}

Finding missing_finding(ColumnPair& pair, const MethodContext& context) {
  const double p = method_of(DriftMethod::missing_rate).run(pair, context)->score;
  const double n = static_cast<double>(pair.reference_missing() + pair.reference_size());
  const double m = static_cast<double>(pair.current_missing() + pair.current_size());
  const double reference = static_cast<double>(pair.reference_missing()) / n,
               current = static_cast<double>(pair.current_missing()) / m;
  return {p, corrected_difference(reference, current, n, m)};
}

Finding value_finding(ColumnPair& pair, const MethodOutcome& outcome) {
  const double p = outcome.score;
  if (outcome.effect) return {p, *outcome.effect};
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  if (pair.type() == DriftType::numerical)
    return {p, corrected_distance(kolmogorov_smirnov_distance(pair), n, m)};
  const Homogeneity cells = homogeneity_of(pair.categories());
  return {p, corrected_divergence(cells.divergence_bits, cells.degrees, n, m)};
}

Result<ColumnFindings> standard_findings(ColumnPair& pair, DriftMethod method, const MethodContext& context) {
  ColumnFindings out;
  if (method != DriftMethod::missing_rate) {
    MARU_ASSIGN(const MethodOutcome outcome, method_of(method).run(pair, context));
    out.values = value_finding(pair, outcome);
  }
  if (pair.reference_missing() + pair.current_missing() > 0) out.missing = missing_finding(pair, context);
  return out;
}

ColumnDrift described(const ColumnPair& pair, DriftMethod method) {
  ColumnDrift out;
  out.name = pair.name();
  out.type = pair.type();
  out.method = method;
  out.reference_rows = pair.reference_size() + pair.reference_missing();
  out.current_rows = pair.current_size() + pair.current_missing();
  out.reference_missing_share = share_of(pair.reference_missing(), pair.reference_size());
  out.current_missing_share = share_of(pair.current_missing(), pair.current_size());
  return out;
}

Result<void> check_takes(const Method& method, const ColumnPair& pair) {
  const DriftType type = pair.type();
  const bool takes = type == DriftType::numerical     ? method.takes_numerical
                     : type == DriftType::categorical ? method.takes_categorical
                                                      : method.takes_text;
  if (takes) return {};
  return invalid("column \"{}\" is {}, and the method \"{}\" does not take that", pair.name(), name_of(type),
                 method.name);
}

ColumnOutcome skip(std::string reason) {
  ColumnOutcome out;
  out.skipped = std::move(reason);
  return out;
}

// A method judged by its own threshold, at once.
Result<ColumnOutcome> judged_alone(ColumnPair& pair, const Method& method, const DriftOptions& options) {
  const double threshold = chosen(options.threshold_by_column, options.threshold_by_type, options.threshold,
                                  pair.name(), pair.type())
                               .value_or(method.threshold);
  const auto outcome = method.run(pair, {options.mode, options.seed, threshold});
  if (!outcome.has_value()) {
    if (options.mode == DriftMode::evidently) return outcome.error();
    return skip(outcome.error().message);
  }
  ColumnDrift drift = described(pair, method.id);
  drift.score = outcome->score;
  drift.p_value = outcome->p_value;
  drift.threshold = threshold;
  drift.drifted = outcome->critical_score ? outcome->score > *outcome->critical_score
                                          : alarms(method.alarm, outcome->score, threshold);
  if (drift.drifted) drift.reason = "values";
  ColumnOutcome out;
  out.drift = std::move(drift);
  return out;
}

// Standard mode's own choice: tested now, judged with the other columns.
ColumnOutcome judged_together(ColumnPair& pair, const Method& method, const DriftOptions& options) {
  auto findings = standard_findings(pair, method.id, {options.mode, options.seed, method.threshold});
  if (!findings.has_value()) return skip(findings.error().message);
  ColumnOutcome out;
  out.findings = std::move(*findings);
  out.drift = described(pair, method.id);
  return out;
}

Result<ColumnOutcome> compare_column(const Column& reference, const Column& current,
                                     const DriftOptions& options) {
  MARU_ASSIGN(ColumnPair pair, ColumnPair::of(reference, current));
  const auto declared = options.types.find(reference.name());
  const DriftType type =
      declared != options.types.end() ? declared->second : infer_type(pair, current, options.mode);
  MARU_TRY(pair.declare(type));
  if (type == DriftType::timestamp) return skip("times move on: they are not tested");

  const bool evidently = options.mode == DriftMode::evidently;
  const bool one_side_empty = pair.reference_size() == 0 || pair.current_size() == 0;
  if (evidently && one_side_empty) {
    return invalid("column \"{}\" has no value in the {} data", pair.name(),
                   pair.reference_size() == 0 ? "reference" : "current");
  }
  const auto asked = one_side_empty ? std::nullopt
                                    : chosen(options.method_by_column, options.method_by_type, options.method,
                                             pair.name(), type);
  const Method& method = method_of(asked       ? *asked
                                   : evidently ? evidently_choice(pair)
                                               : standard_choice(pair));
  MARU_TRY(check_takes(method, pair));
  ColumnOutcome out;
  if (asked || evidently) {
    MARU_ASSIGN(out, judged_alone(pair, method, options));
  } else {
    out = judged_together(pair, method, options);
  }
  if (out.drift) fill_plots(pair, *out.drift);
  return out;
}

// The columns that wait for each other: false-discovery control, then effect.
void judge_standard(std::vector<ColumnOutcome>& outcomes, const DriftOptions& options) {
  std::vector<ColumnOutcome*> waiting;
  std::vector<ColumnFindings> findings;
  for (auto& outcome : outcomes) {
    if (!outcome.findings) continue;
    waiting.push_back(&outcome);
    findings.push_back(*outcome.findings);
  }
  const auto verdicts = judge(findings, options.false_discovery, options.least_effect);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    ColumnDrift& drift = *waiting[i]->drift;
    const Verdict& verdict = verdicts[i];
    const auto effect = [](const std::optional<Finding>& finding) { return finding ? finding->effect : 0; };
    drift.p_value = findings[i].p_value();
    drift.p_adjusted = verdict.p_adjusted;
    drift.effect_size = effect(findings[i].values);
    drift.threshold = options.least_effect;
    drift.drifted = verdict.values_changed || verdict.missing_changed;
    drift.score = verdict.missing_changed || !findings[i].values
                      ? std::max(*drift.effect_size, effect(findings[i].missing))
                      : *drift.effect_size;
    drift.reason = verdict.values_changed && verdict.missing_changed ? "values and missing"
                   : verdict.values_changed                          ? "values"
                   : verdict.missing_changed                         ? "missing"
                                                                     : "";
  }
}

Result<std::vector<std::string>> columns_to_compare(const Table& reference, const Table& current,
                                                    const DriftOptions& options,
                                                    std::vector<SkippedColumn>& skipped) {
  for (const auto& name : options.columns) {
    MARU_TRY(reference.column(name).at("reference"));
    MARU_TRY(current.column(name).at("current"));
  }
  const auto known = reference.names();
  const auto check_name = [&](const std::string& name) -> Result<void> {
    if (reference.find(name) != nullptr) return {};
    return invalid("options name the column \"{}\", which the reference has not{}", name,
                   did_you_mean(name, known));
  };
  for (const auto& [name, type] : options.types) MARU_TRY(check_name(name));
  for (const auto& [name, method] : options.method_by_column) MARU_TRY(check_name(name));
  for (const auto& [name, threshold] : options.threshold_by_column) MARU_TRY(check_name(name));
  if (!options.columns.empty()) return options.columns;
  std::vector<std::string> names;
  for (const auto& name : known) {
    if (current.find(name) != nullptr) {
      names.push_back(name);
    } else {
      skipped.push_back({name, "missing from the current data"});
    }
  }
  for (const auto& name : current.names()) {
    if (reference.find(name) == nullptr) skipped.push_back({name, "missing from the reference"});
  }
  return names;
}

Result<std::vector<ColumnOutcome>> compare_all(const Table& reference, const Table& current,
                                               const std::vector<std::string>& names,
                                               const DriftOptions& options) {
  std::vector<Result<ColumnOutcome>> results(names.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < names.size(); i = next++) {
      results[i] = compare_column(*reference.find(names[i]), *current.find(names[i]), options);
    }
  };
  constexpr std::size_t kValuesForThreads = 200'000;  // below, starting a thread costs more than it saves
  const std::size_t values = (reference.rows() + current.rows()) * names.size();
  const std::size_t threads = values < kValuesForThreads ? 1 : std::min(options.threads, names.size());
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  std::vector<ColumnOutcome> outcomes;
  for (auto& result : results) {
    if (!result.has_value()) return std::move(result.error());
    outcomes.push_back(std::move(*result));
  }
  return outcomes;
}

}  // namespace

const ColumnDrift* DriftReport::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Result<DriftReport> detect_drift(const Table& reference, const Table& current, const DriftOptions& options) {
  if (reference.rows() == 0) return invalid("the reference has no rows: there is nothing to compare with");
  if (current.rows() == 0) return invalid("the current data has no rows: there is nothing to compare");
  DriftReport report;
  report.mode = options.mode;
  report.drift_share = options.drift_share;
  report.reference_rows = reference.rows();
  report.current_rows = current.rows();
  MARU_ASSIGN(const auto names, columns_to_compare(reference, current, options, report.skipped));
  MARU_ASSIGN(auto outcomes, compare_all(reference, current, names, options));
  judge_standard(outcomes, options);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i].drift) {
      report.skipped.push_back({names[i], outcomes[i].skipped});
      continue;
    }
    if (outcomes[i].drift->drifted) report.drifted_columns.push_back(names[i]);
    report.columns.push_back(std::move(*outcomes[i].drift));
  }
  if (!report.columns.empty()) {
    report.share =
        static_cast<double>(report.drifted_columns.size()) / static_cast<double>(report.columns.size());
    report.dataset_drift = report.share >= options.drift_share;
  }
  return report;
}

}  // namespace maru::validation
