// {training_set: {service, label, from?, to?, as_of?, holdout?, name?}}: a point-in-time training set,
// registered as a data set version; its newest `holdout` is kept apart for evaluation.

#include "app/server/rooms.h"
#include "app/steps/step_data.h"
#include "app/steps/step_kinds.h"

namespace maru::app {
namespace {

using automation::PipelineSpec;
using automation::StepContext;
using automation::StepSpec;

Result<std::optional<TimeMs>> time_argument(const JsonReader& arguments, std::string_view name,
                                            TimeMs now_ms) {
  const auto found = arguments.find(name);
  if (!found) return std::optional<TimeMs>();
  if (found->value().is_int64()) return std::optional(found->value().as_int64());
  MARU_ASSIGN(const std::string text, found->text());
  if (text == "now") return std::optional(now_ms);
  MARU_ASSIGN(const TimeMs time_ms, parse_time(text).at(found->path()));
  return std::optional(time_ms);
}

// Rows before `cut_ms` and the rest, by the time column.
std::pair<Table, Table> cut(const Table& table, const Column& time, TimeMs cut_ms) {
  std::vector<std::size_t> before, after;
  for (std::size_t row = 0; row < table.rows(); ++row)
    (time.ints()[row] < cut_ms ? before : after).push_back(row);
  return {table.take(before), table.take(after)};
}

// Rows without a label cannot teach; the first rows of a history lack its features, which trees take as
// missing.
Table with_label(const Table& table, const Column& label) {
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!label.is_null(row) && std::isfinite(label.number(row))) kept.push_back(row);
  }
  return kept.size() == table.rows() ? table : table.take(kept);
}

class TrainingSetStep final : public automation::StepKind {
 public:
  explicit TrainingSetStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "training_set"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    const JsonReader& arguments = held.reader;
    MARU_TRY(arguments.only({"service", "label", "from", "to", "as_of", "holdout", "name"}));
    MARU_ASSIGN(const auto service, arguments.text("service"));
    MARU_ASSIGN(const auto label, arguments.text("label"));
    if (label.find('.') == std::string::npos) return arguments.field("label")->expected("SOURCE.COLUMN");
    if (const auto holdout = arguments.find("holdout")) {
      MARU_ASSIGN(const auto text, holdout->text());
      MARU_ASSIGN(const auto duration_ms, parse_duration(text).at(holdout->path()));
      (void)duration_ms;
    }
    (void)service;
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    const Json params_value(context.params);
    const JsonReader params(params_value, "params");
    features::TrainingSetRequest request;
    MARU_ASSIGN(request.service, arguments.text("service"));
    MARU_ASSIGN(request.label, arguments.text("label"));
    MARU_ASSIGN(request.from_ms, time_argument(arguments, "from", context.now_ms));
    MARU_ASSIGN(request.to_ms, time_argument(arguments, "to", context.now_ms));
    MARU_ASSIGN(request.as_of_ms,
                time_argument(params.find("as_of") ? params : arguments, "as_of", context.now_ms));
    MARU_ASSIGN(const std::string holdout_text, arguments.text_or("holdout", ""));
    MARU_ASSIGN(const std::string name, arguments.text_or("name", request.service + "_training"));
    MARU_ASSIGN(auto set, rooms_.features->training_set(request));
    MARU_TRY(check_stop(context));

    const std::string label = request.label.substr(request.label.find('.') + 1);
    MARU_ASSIGN(const Column* label_column, set.table.column(label));
    const Table table = with_label(set.table, *label_column);
    if (table.rows() == 0)
      return make_error(Code::failed_precondition,
                        "the training set has no row with a label: nothing of {} is known yet",
                        request.label);
    MARU_ASSIGN(const StepData data, keep(context, request, set, table, name, label, holdout_text));
    context.log.line(fmt::format("{} version {}: {} rows to train on, {} held out, {} features", data.dataset,
                                 data.version, data.rows, data.holdout_rows, data.features.size()));
    return data.json();
  }

 private:
  Result<StepData> keep(const StepContext& context, const features::TrainingSetRequest& request,
                        const features::TrainingSet& set, const Table& table, const std::string& name,
                        const std::string& label, const std::string& holdout_text) const {
    std::vector<datasets::DatasetRef> parents;
    for (const auto& [dataset, version] : set.datasets) parents.push_back({dataset, version});
    datasets::RegisterOptions options;
    options.created_by = fmt::format("pipeline_run/{}", context.run_id);
    options.cause = context.cause;
    MARU_ASSIGN(const auto registered, rooms_.catalog->register_table(name, table,
                                                                      JsonObject{{"kind", "training_set"},
                                                                                 {"service", request.service},
                                                                                 {"label", request.label}},
                                                                      parents, options));
    MARU_ASSIGN(const Column* time, table.column("at"));
    const auto times = time->ints();
    StepData data;
    data.dataset = name;
    data.version = registered.version.version;
    data.label = label;
    data.time_column = "at";
    data.features = set.features;
    data.to_ms = *std::max_element(times.begin(), times.end()) + 1;
    data.holdout_from_ms = data.to_ms;
    if (!holdout_text.empty()) {
      MARU_ASSIGN(const DurationMs holdout_ms, parse_duration(holdout_text));
      data.holdout_from_ms = data.to_ms - holdout_ms;
    }
    const auto [train, holdout] = cut(table, *time, data.holdout_from_ms);
    if (train.rows() == 0)
      return make_error(Code::failed_precondition, "the hold-out of {} leaves no row to train on",
                        holdout_text);
    data.rows = train.rows();
    data.holdout_rows = holdout.rows();
    data.train = context.folder / "train.parquet";
    MARU_TRY(rooms_.lake->write_parquet(train, data.train));
    if (holdout.rows() > 0) {
      data.holdout = context.folder / "holdout.parquet";
      MARU_TRY(rooms_.lake->write_parquet(holdout, data.holdout));
    }
    return data;
  }

  Rooms& rooms_;
};

}  // namespace

std::shared_ptr<automation::StepKind> make_training_set_step(Rooms& rooms) {
  return std::make_shared<TrainingSetStep>(rooms);
}

}  // namespace maru::app
