#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/inference/scoring_request.h"
#include "api/inference/scoring_response.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::InputForm;
using serving::Shape;
using serving::Tensor;
using testing::HasSubstr;

// Columns a, b (numbers) and c (text), in any numeric type.
serving::ModelMetadata columns_model() {
  return {.flavor = "xgboost",
          .platform = "xgboost",
          .form = InputForm::columns,
          .inputs = {{"a", DataType::fp64, {-1}}, {"b", DataType::int64, {-1}}, {"c", DataType::bytes, {-1}}},
          .outputs = {}};
}
// One matrix [n, 2] of FP32.
serving::ModelMetadata matrix_model() {
  return {.flavor = "onnx",
          .platform = "onnx",
          .form = InputForm::tensors,
          .inputs = {{"x", DataType::fp32, {-1, 2}}},
          .outputs = {}};
}

// "a FP64 [2] 1 2; …" of a decoded body, or its error.
std::string decoded(std::string body, const serving::ModelMetadata& metadata,
                    std::string_view type = "application/json") {
  const auto request = decode_scoring(body, type, metadata);
  if (!request) return request.error().message;
  std::string text;
  for (const Tensor& tensor : request->inputs) {
    text += fmt::format("{}{} {} {}", text.empty() ? "" : "; ", tensor.name(), name_of(tensor.type()),
                        tensor.shape().shown());
    if (tensor.type() == DataType::bytes) {
      for (const auto value : tensor.texts()) text += fmt::format(" {}", value);
    } else {
      for (std::size_t i = 0; i < tensor.elements(); ++i) text += fmt::format(" {}", tensor.number(i));
    }
  }
  return text;
}

TEST(Scoring, ReadsEveryFormForAModelOfColumns) {
  const std::string expected = "a FP64 [2] 1.5 nan; b FP64 [2] 2 1; c BYTES [2] x y";
  const auto model = columns_model();
  EXPECT_EQ(
      decoded(
          R"({"dataframe_split":{"columns":["a","b","c","extra"],"data":[[1.5,2,"x",0],[null,true,"y",0]]}})",
          model),
      expected);
  EXPECT_EQ(
      decoded(
          R"({"dataframe_split":{"index":[0,1],"columns":["a","b","c"],"data":[[1.5,2,"x"],[null,1,"y"]]}})",
          model),
      expected);
  EXPECT_EQ(decoded(R"({"dataframe_records":[{"a":1.5,"b":2,"c":"x"},{"c":"y","b":1}]})", model), expected);
  EXPECT_EQ(decoded(R"({"instances":[{"a":1.5,"b":2,"c":"x"},{"c":"y","b":1}]})", model), expected);
  EXPECT_EQ(decoded(R"({"inputs":{"a":[1.5,null],"b":[2,1],"c":["x","y"]}})", model), expected);
  EXPECT_EQ(decoded("a,b,c\n1.5,2,x\r\n,1,\"y\"\n", model, "text/csv; charset=utf-8"), expected);
  EXPECT_EQ(decoded(R"({"instances":[[1,2],[3,4]]})", model), "inputs FP64 [2,2] 1 2 3 4");
}

TEST(Scoring, StacksColumnsForAModelOfOneMatrix) {
  const auto model = matrix_model();
  const std::string expected = "x FP32 [2,2] 1 2 3 4";
  EXPECT_EQ(decoded(R"({"dataframe_split":{"columns":["p","q"],"data":[[1,2],[3,4]]}})", model), expected);
  EXPECT_EQ(decoded(R"({"instances":[[1,2],[3,4]]})", model), expected);
  EXPECT_EQ(decoded(R"({"inputs":[[1,2],[3,4]]})", model), expected);
  EXPECT_EQ(decoded(R"({"inputs":{"x":[[1,2],[3,4]]}})", model), expected);
}

TEST(Scoring, TakesTheEventTime) {
  std::string body = R"({"instances":[[1,2]],"params":{"event_time":1304208000000}})";
  const auto request = decode_scoring(body, "", matrix_model());
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->event_ms, 1304208000000);
}

TEST(Scoring, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "body: not valid JSON"},
      {"[1]", "body: expected an object, got an array"},
      {"{}", "expected exactly one of dataframe_split, dataframe_records, instances, inputs"},
      {R"({"instances":[[1]],"inputs":[[1]]})", "has both instances and inputs"},
      {R"({"dataframe_split":[]})", "dataframe_split: expected an object"},
      {R"({"dataframe_split":{"data":[]}})", "dataframe_split.columns: is required"},
      {R"({"dataframe_split":{"columns":["a"]}})", "dataframe_split.data: expected an array"},
      {R"({"dataframe_split":{"columns":["a"],"data":[]}})", "at least one row"},
      {R"({"dataframe_split":{"columns":["a","b"],"data":[[1,2],[1]]}})",
       "dataframe_split.data[1]: expected 2 values, got 1"},
      {R"({"dataframe_split":{"columns":["a"],"data":[[1,2]]}})",
       "dataframe_split.data[0]: expected 1 values, got 2"},
      {R"({"dataframe_split":{"columns":["a"],"data":[["z"]]}})",
       "row 0, column \"a\": expected a number, got \"z\""},
      {R"({"dataframe_split":{"columns":["a"],"data":[[[1]]]}})",
       "expected a number or a string, got an array"},
      {R"({"dataframe_split":{"columns":["c"],"data":[[1]]}})", "column \"c\": expected a string, got 1"},
      {R"({"dataframe_split":{"columns":["nope"],"data":[[1]]}})", "its inputs are a, b, c"},
      {R"({"dataframe_records":{}})", "dataframe_records: expected an array of objects"},
      {R"({"dataframe_records":[1]})", "dataframe_records[0]: expected an object"},
      {R"({"instances":1})", "instances: expected an array, got 1"},
      {R"({"instances":[[1,2],[3]]})", "instances: expected 4 values for the shape [2,2], got 3"},
      {R"({"inputs":{}})", "inputs: expected at least one"},
      {R"({"inputs":{"a":1}})", "inputs.a: expected an array, got 1"},
      {R"({"inputs":{"a":["x"]}})", "inputs.a[0]: expected a number"},
      {R"({"instances":[[1]],"params":[]})", "params: expected an object"},
  };
  for (const auto& [body, expected] : cases)
    EXPECT_THAT(decoded(body, columns_model()), HasSubstr(expected)) << body;
  EXPECT_THAT(decoded("", columns_model(), "text/csv"), HasSubstr("csv: expected a header row"));
  EXPECT_THAT(decoded("a,b\n1\n", columns_model(), "text/csv"),
              HasSubstr("csv: line 2: expected 2 fields, got 1"));
  EXPECT_THAT(decoded("a\n\"1\n", columns_model(), "text/csv"), HasSubstr("a quoted field has no end"));
  EXPECT_THAT(decoded("a\n\"1\"2\n", columns_model(), "text/csv"), HasSubstr("bytes follow a quoted field"));
  EXPECT_THAT(decoded("x", columns_model(), "text/html"), HasSubstr("content-type: expected"));
}

std::string encoded(std::vector<Tensor> outputs) {
  const auto response =
      encode_scoring({.outputs = std::move(outputs), .model = "m", .version = 1, .request_id = "r"});
  return response ? response->body : response.error().message;
}

TEST(Scoring, AnswersAsMlflowDoes) {
  EXPECT_EQ(encoded({Tensor::of<double>("y", {2}, {1.5, 2})}), R"({"predictions":[1.5,2]})");
  EXPECT_EQ(encoded({Tensor::of<double>("y", {2, 1}, {1.5, 2})}), R"({"predictions":[1.5,2]})");
  EXPECT_EQ(encoded({Tensor::of<double>("y", {2, 2}, {1, 2, 3, 4})}), R"({"predictions":[[1,2],[3,4]]})");
  EXPECT_EQ(encoded({Tensor::of<double>("y", {1, 2, 2}, {1, 2, 3, 4})}),
            R"({"predictions":[[[1,2],[3,4]]]})");
  EXPECT_EQ(encoded({Tensor::of<std::int64_t>("label", {2}, {0, 1}),
                     Tensor::of<double>("p", {2, 2}, {1, 0, 0.5, 0.5})}),
            R"({"predictions":[{"label":0,"p":[1,0]},{"label":1,"p":[0.5,0.5]}]})");
  EXPECT_EQ(encoded({Tensor::of<double>("y", {0}, std::initializer_list<double>{})}),
            R"({"predictions":[]})");
  EXPECT_THAT(encoded({}), HasSubstr("no output"));
}

}  // namespace
}  // namespace maru::api::inference
