// sql, validate, materialize: steps about data alone.

#include "app/server/rooms.h"
#include "app/steps/step_data.h"
#include "app/steps/step_kinds.h"
#include "validation/expectations.h"

namespace maru::app {
namespace {

using automation::PipelineSpec;
using automation::StepContext;
using automation::StepSpec;

// {sql: {query, name}}: a query over data sets, registered as a version of NAME.
class SqlStep final : public automation::StepKind {
 public:
  explicit SqlStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "sql"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    const JsonReader& arguments = held.reader;
    MARU_TRY(arguments.only({"query", "name"}));
    MARU_TRY(arguments.text("query"));
    MARU_TRY(arguments.text("name"));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    MARU_ASSIGN(const std::string query, arguments.text("query"));
    MARU_ASSIGN(const std::string name, arguments.text("name"));
    datasets::RegisterOptions options;
    options.created_by = fmt::format("pipeline_run/{}", context.run_id);
    options.cause = context.cause;
    MARU_ASSIGN(const auto registered, rooms_.catalog->register_sql(name, query, options));
    StepData data;
    data.dataset = name;
    data.version = registered.version.version;
    data.rows = registered.version.rows;
    data.train = registered.version.parquet_file;
    for (const auto& column : registered.version.schema) data.features.push_back(column.name);
    context.log.line(fmt::format("{} version {}: {} rows", name, data.version, data.rows));
    return data.json();
  }

 private:
  Rooms& rooms_;
};

// {validate: DATA_STEP} or {validate: {data, expectations: [...]}}: the data set's declared expectations, and
// those given here.
class ValidateStep final : public automation::StepKind {
 public:
  explicit ValidateStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "validate"; }
  automation::Gates gates() const override { return automation::Gates::yes; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    const JsonReader& arguments = held.reader;
    MARU_TRY(arguments.only({"data", "validate", "expectations"}));
    MARU_TRY(arguments.text(key_of(arguments)));
    if (const auto list = arguments.find("expectations")) MARU_TRY(validation::expectations_from(*list));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    JsonArray wanted;
    if (const auto list = arguments.find("expectations")) wanted = list->value().as_array();
    MARU_ASSIGN(const StepData data, data_argument(context, key_of(arguments)));
    MARU_ASSIGN(const auto dataset, rooms_.catalog->get(data.dataset));
    wanted.insert(wanted.end(), dataset.expectations.begin(), dataset.expectations.end());
    const Json wanted_value(wanted);
    MARU_ASSIGN(const auto expectations,
                validation::expectations_from(JsonReader(wanted_value, "expectations")));
    const datasets::DatasetRef ref{data.dataset, data.version};
    MARU_ASSIGN(const Table table, rooms_.catalog->load(ref));
    const auto results = validation::check(table, expectations, context.now_ms);
    std::int64_t passed = 0, failed = 0, warned = 0;
    std::string first_failure;
    for (const auto& result : results) {
      context.log.line(fmt::format("{} {}: {}",
                                   result.passed                                   ? "pass"
                                   : result.severity == validation::Severity::warn ? "warn"
                                                                                   : "FAIL",
                                   result.expectation.text, result.observed));
      ++(result.passed ? passed : result.severity == validation::Severity::warn ? warned : failed);
      if (!result.passed && result.severity == validation::Severity::error && first_failure.empty())
        first_failure = result.message;
    }
    MARU_TRY(rooms_.catalog->set_checks(ref, validation::json_of(results)));
    if (failed > 0) {
      return make_error(Code::failed_precondition, "{} of {} expectations on {} are not met; the first: {}",
                        failed, results.size(), ref.text(), first_failure);
    }
    return JsonObject{{"dataset", data.dataset},
                      {"version", data.version},
                      {"passed", passed},
                      {"failed", failed},
                      {"warned", warned}};
  }

 private:
  static std::string_view key_of(const JsonReader& arguments) {
    return arguments.find("validate") ? "validate" : "data";
  }
  Rooms& rooms_;
};

// {materialize: [view, …]} or {materialize: {views: […]}}: brings feature views online; all of them when none
// is named.
class MaterializeStep final : public automation::StepKind {
 public:
  explicit MaterializeStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "materialize"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    const JsonReader& arguments = held.reader;
    MARU_TRY(arguments.only({"materialize", "views"}));
    MARU_TRY(views_of(arguments));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    MARU_ASSIGN(const auto views, views_of(held.reader));
    std::atomic<bool> stop{false};
    const auto progress = [&](std::uint64_t done, std::uint64_t total) {
      if (context.should_stop() != automation::StopReason::none) stop = true;
      context.progress(total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total),
                       fmt::format("{} of {} rows", done, total));
    };
    MARU_ASSIGN(const auto report,
                rooms_.features->materialize(views, std::nullopt, std::nullopt, progress, &stop));
    MARU_TRY(check_stop(context));
    return JsonObject{{"rows", report.rows}, {"to_ms", report.to_ms}, {"resumed", report.resumed}};
  }

 private:
  static Result<std::vector<std::string>> views_of(const JsonReader& arguments) {
    for (const char* key : {"materialize", "views"}) {
      if (const auto list = arguments.find(key)) return list->texts();
    }
    return std::vector<std::string>{};
  }
  Rooms& rooms_;
};

}  // namespace

std::shared_ptr<automation::StepKind> make_sql_step(Rooms& rooms) { return std::make_shared<SqlStep>(rooms); }
std::shared_ptr<automation::StepKind> make_validate_step(Rooms& rooms) {
  return std::make_shared<ValidateStep>(rooms);
}
std::shared_ptr<automation::StepKind> make_materialize_step(Rooms& rooms) {
  return std::make_shared<MaterializeStep>(rooms);
}

}  // namespace maru::app
