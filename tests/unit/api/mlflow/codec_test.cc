#include <gtest/gtest.h>

#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"

namespace maru::api::mlflow {
namespace {

Fields fields_of(std::string body) {
  net::Request request;
  request.method = net::Method::post;
  request.body = std::move(body);
  return Fields::of(request).value();
}

TEST(MlflowFields, ReadsProto3JsonInAllItsForms) {
  const auto fields = fields_of(
      R"({"run_id":"r","step":"7","when":12.0,"experimentIds":["1"],"flag":"True","x":null,"v":"NaN"})");
  EXPECT_EQ(fields.integer_or("step", 0).value(), 7);
  EXPECT_EQ(fields.integer_or("when", 0).value(), 12);
  EXPECT_EQ(fields.texts("experiment_ids").value(), std::vector<std::string>{"1"});
  EXPECT_EQ(fields.texts("run_id").value(), std::vector<std::string>{"r"});
  EXPECT_TRUE(fields.boolean_or("flag", false).value());
  EXPECT_EQ(fields.text_or("x", "fallback").value(), "fallback");
  EXPECT_TRUE(std::isnan(fields.number("v").value()));
  EXPECT_EQ(fields_of(R"("{\"run_uuid\":\"r\"}")").run_id().value(), "r");
}

TEST(MlflowFields, SaysWhatIsMissingOrWrongAsMlflowDoes) {
  const auto fields = fields_of(R"({"name":123,"empty":"","list":"no","tags":[1]})");
  EXPECT_EQ(fields.text("absent").error().message,
            "Missing value for required parameter 'absent'. See the API docs for more information about "
            "request parameters.");
  EXPECT_TRUE(
      fields.text("empty").error().message.starts_with("Missing value for required parameter 'empty'."));
  EXPECT_EQ(fields.text("name").error().message,
            "Invalid value 123 for parameter 'name' supplied:  Hint: Value was of type 'int'. See the API "
            "docs for more "
            "information about request parameters.");
  EXPECT_FALSE(fields.pairs("tags"));
  EXPECT_FALSE(fields.objects("list"));
}

TEST(MlflowFields, AQueryMayRepeatAField) {
  net::Request request;
  request.method = net::Method::get;
  request.target = "/x?run_id=a&run_id=b&max_results=5&order_by=name";
  const auto fields = Fields::of(request).value();
  EXPECT_EQ(fields.texts("run_id").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fields.texts("order_by").value(), std::vector<std::string>{"name"});
  EXPECT_EQ(fields.integer_or("max_results", 1).value(), 5);
}

TEST(MlflowEncode, ARunAsItsServerWritesIt) {
  tracking::Run run;
  run.info = {.id = "r1",
              .experiment_id = "2",
              .name = "n\"1",
              .user_id = "",
              .status = tracking::RunStatus::running,
              .lifecycle = tracking::Lifecycle::active,
              .started_ms = 1'700'000'000'000,
              .ended_ms = std::nullopt,
              .artifact_uri = "mlflow-artifacts:/2/r1/artifacts"};
  tracking::Metric metric;
  metric.key = "m";
  metric.value = std::nan("");
  metric.step = -1;
  run.metrics.push_back(metric);
  run.params.push_back({"p", ""});
  std::string out;
  append(out, run);
  EXPECT_EQ(
      out,
      R"({"info":{"run_uuid":"r1","experiment_id":"2","run_name":"n\"1","user_id":"","status":"RUNNING",)"
      R"("start_time":1700000000000,"artifact_uri":"mlflow-artifacts:/2/r1/artifacts","lifecycle_stage":"active",)"
      R"("run_id":"r1"},"data":{"metrics":[{"key":"m","value":"NaN","timestamp":0,"step":-1}],)"
      R"("params":[{"key":"p","value":""}]},"inputs":{},"outputs":{}})");
  EXPECT_TRUE(parse_json(out));
}

TEST(MlflowEncode, ErrorsTakeMlflowsShape) {
  const net::Request request;
  const auto response = encode_error(not_found("Run with id=x not found"), request);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=x not found"})");
  EXPECT_EQ(answer_page("runs", std::vector<tracking::Run>{}).body, "{}");
}

}  // namespace
}  // namespace maru::api::mlflow
