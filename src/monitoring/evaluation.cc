#include "monitoring/internal/evaluation.h"

#include "monitoring/performance.h"

namespace maru::monitoring {
namespace {

constexpr std::string_view kOwnColumns[] = {"request_id", "event_ms", "version", "prediction", "truth"};

bool is_input(const std::string& name) {
  return std::find(std::begin(kOwnColumns), std::end(kOwnColumns), name) == std::end(kOwnColumns);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<Table> reference_table(const MonitorSpec& spec, const MonitorResult& found,
                              ReferenceSource& references) {
  if (spec.reference == "training") return references.training_data(found.model, found.version);
  const auto slash = spec.reference.find_last_of("/@");
  std::int64_t version = 0;
  if (slash == std::string::npos) return references.dataset(spec.reference, version);
  const std::string_view digits = std::string_view(spec.reference).substr(slash + 1);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (code != std::errc{} || end != digits.data() + digits.size()) {
    return invalid("reference \"{}\": expected training, a data set, or one with a version such as rides/2",
                   spec.reference);
  }
  return references.dataset(spec.reference.substr(0, slash), version);
}

// The inputs to compare: what both sides have, less what the monitor leaves out.
std::vector<std::string> columns_to_compare(const MonitorSpec& spec, const Table& reference,
                                            const Table& rows) {
  std::vector<std::string> out;
  for (const auto& name : rows.names()) {
    if (!is_input(name) || reference.find(name) == nullptr || contains(spec.ignore, name)) continue;
    if (spec.columns.empty() || contains(spec.columns, name)) out.push_back(name);
  }
  return out;
}

bool is_whole(const Column& column) {
  if (column.type() != ColumnType::float64) return true;
  for (std::size_t row = 0; row < column.size(); ++row) {
    const double value = column.number(row);
    if (!column.is_null(row) && value != std::floor(value)) return false;
  }
  return true;
}

void convert(Table& table, const std::string& name, ColumnType type) {
  const auto found = std::find_if(table.columns().begin(), table.columns().end(),
                                  [&](const auto& column) { return column.name() == name; });
  if (found->type() == type) return;
  Column converted(name, type);
  converted.reserve(found->size());
  for (std::size_t row = 0; row < found->size(); ++row) {
    if (found->is_null(row)) {
      converted.append_null();
    } else {
      converted.append_number(found->number(row));
    }
  }
  *found = std::move(converted);
}

// A model's signature may turn whole numbers into floats on the way to a prediction. Both sides become whole
// numbers again when they can, so that a few-valued input is compared as the category that it is; else
// floats.
void align_types(Table& reference, Table& rows, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto &left = *reference.find(name), &right = *rows.find(name);
    if (left.type() == right.type() || !left.is_numeric() || !right.is_numeric()) continue;
    const ColumnType type = is_whole(left) && is_whole(right) ? ColumnType::int64 : ColumnType::float64;
    convert(reference, name, type);
    convert(rows, name, type);
  }
}

Result<validation::DriftReport> compare_inputs(const MonitorSpec& spec, const MonitorResult& found,
                                               Table rows, ReferenceSource& references) {
  MARU_ASSIGN(Table reference, reference_table(spec, found, references));
  validation::DriftOptions options;
  options.mode = spec.mode;
  options.least_effect = spec.least_effect;
  options.columns = columns_to_compare(spec, reference, rows);
  if (options.columns.empty()) return invalid("the reference \"{}\" has none of the inputs", spec.reference);
  for (const auto& [name, type] : spec.types) {
    if (contains(options.columns, name)) options.types[name] = type;
  }
  align_types(reference, rows, options.columns);
  return validation::detect_drift(reference, rows, options);
}

void add_drift(const MonitorSpec& spec, const Table& rows, ReferenceSource& references, MonitorResult& out) {
  auto report = compare_inputs(spec, out, rows, references);
  if (!report.has_value()) {
    out.reasons.push_back(fmt::format("drift could not be computed: {}", report.error().message));
    return;
  }
  out.drift_share = report->share;
  out.drifted = report->drifted_columns;
  out.drift_columns = validation::json_of(*report).at("columns").as_object();
  out.drift = std::move(*report);
}

// Truth of each row, NaN where it is not known: reported, else from the source.
Result<std::vector<double>> truths_of(const MonitorSpec& spec, const Table& rows, TruthSource* source) {
  const Column& reported = *rows.find("truth");
  std::vector<double> out(rows.rows(), std::numeric_limits<double>::quiet_NaN());
  if (!spec.truth.empty() && source != nullptr) {
    MARU_ASSIGN(out, source->truth_for(spec.truth, rows));
    if (out.size() != rows.rows())
      return internal("the truth source gave {} values for {} rows", out.size(), rows.rows());
  }
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (!reported.is_null(row)) out[row] = reported.number(row);
  }
  return out;
}

void add_metrics(const MonitorSpec& spec, const Table& rows, ReferenceSource& references, TruthSource* source,
                 MonitorResult& out) {
  const auto truths = truths_of(spec, rows, source);
  if (!truths.has_value()) {
    out.reasons.push_back(fmt::format("the truth could not be read: {}", truths.error().message));
    return;
  }
  out.truths = static_cast<std::uint64_t>(
      std::count_if(truths->begin(), truths->end(), [](double truth) { return std::isfinite(truth); }));
  if (out.truths == 0 && !spec.metrics().empty()) {
    out.reasons.emplace_back("no truth is known yet");
    return;
  }
  for (const auto& metric : spec.metrics()) {
    const auto value = metric_of(metric, rows.find("prediction")->doubles(), *truths);
    if (!value.has_value() || !std::isfinite(*value)) continue;
    out.metrics[metric] = *value;
    const auto baseline = references.baseline(out.model, out.version, metric);
    if (baseline.has_value() && std::isfinite(*baseline)) {
      out.baseline[metric] = *baseline;
    } else {
      out.reasons.push_back(fmt::format("no baseline of {} is known for version {}", metric, out.version));
    }
  }
}

}  // namespace

MonitorResult evaluate_window(const MonitorSpec& spec, const Window& window, const Table& rows,
                              std::string_view model, ReferenceSource& references, TruthSource* truths) {
  MonitorResult out;
  out.monitor = spec.name;
  out.endpoint = spec.endpoint;
  out.model = std::string(model);
  out.window = window;
  out.rows = rows.rows();
  if (out.rows == 0) {
    out.reasons.emplace_back("the window has no predictions");
    return out;
  }
  out.version = rows.find("version")->ints().back();
  if (spec.checks_drift()) add_drift(spec, rows, references, out);
  add_metrics(spec, rows, references, truths, out);
  Judgement judgement = judge(spec, out);
  out.status = judgement.status;
  out.reasons.insert(out.reasons.begin(), judgement.reasons.begin(), judgement.reasons.end());
  return out;
}

}  // namespace maru::monitoring
