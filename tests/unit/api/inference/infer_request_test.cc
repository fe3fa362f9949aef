#include "api/inference/infer_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "api/inference/infer_response.h"
#include "api/inference/json_tensor.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::Shape;
using serving::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

Result<InferCall> decode(std::string body) { return decode_infer(body, std::nullopt); }

std::string one_input(std::string_view datatype, std::string_view shape, std::string_view data) {
  return fmt::format(R"({{"inputs":[{{"name":"x","datatype":"{}","shape":{},"data":{}}}]}})", datatype, shape,
                     data);
}

std::vector<double> numbers(const Tensor& tensor) {
  std::vector<double> values(tensor.elements());
  tensor.copy_numbers(values.data());
  return values;
}

TEST(InferRequest, ReadsFlatAndNestedDataOfEveryType) {
  for (const char* type :
       {"FP32", "FP64", "FP16", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}) {
    for (const char* data : {"[1,2,3,4]", "[[1,2],[3,4]]", "[1.0,[2,[3]],4]"}) {
      const auto call = decode(one_input(type, "[2,2]", data));
      ASSERT_TRUE(call.has_value()) << type << data << call.error().message;
      EXPECT_THAT(numbers(call->request.inputs[0]), ElementsAre(1, 2, 3, 4)) << type;
      EXPECT_EQ(call->request.inputs[0].shape(), (Shape{2, 2}));
    }
  }
  const auto flags = decode(one_input("BOOL", "[3]", "[true,false,1]"));
  ASSERT_TRUE(flags.has_value());
  EXPECT_THAT(numbers(flags->request.inputs[0]), ElementsAre(1, 0, 1));
  const auto texts = decode(one_input("BYTES", "[2]", R"(["a","é\n"])"));
  ASSERT_TRUE(texts.has_value());
  EXPECT_THAT(texts->request.inputs[0].texts(), ElementsAre("a", "\xC3\xA9\n"));
}

TEST(InferRequest, TakesWhatJsonCannotSayAsWords) {
  const auto call = decode(one_input("FP32", "[4]", R"([null,"NaN","Infinity","-Infinity"])"));
  ASSERT_TRUE(call.has_value()) << call.error().message;
  const auto values = numbers(call->request.inputs[0]);
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(values[2], std::numeric_limits<double>::infinity());
  EXPECT_EQ(values[3], -std::numeric_limits<double>::infinity());
}

TEST(InferRequest, ReadsIdentityAndWishes) {
  const auto call =
      decode(R"({"id":"7","parameters":{"binary_data_output":true,"event_time":"2011-05-01T00:00:00Z","x":1},
    "inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],
    "outputs":[{"name":"y","parameters":{"binary_data":false}},{"name":"z"}]})");
  ASSERT_TRUE(call.has_value()) << call.error().message;
  EXPECT_EQ(call->request.id, "7");
  EXPECT_EQ(call->request.event_ms, 1304208000000);
  EXPECT_TRUE(call->binary_outputs);
  EXPECT_THAT(call->request.outputs, ElementsAre("y", "z"));
  EXPECT_EQ(call->outputs[0].binary, false);
  EXPECT_EQ(call->outputs[1].binary, std::nullopt);
}

TEST(InferRequest, ReadsBinaryTensorsInOrder) {
  const std::string json = R"({"inputs":[
    {"name":"a","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}},
    {"name":"b","datatype":"INT64","shape":[1],"data":[5]},
    {"name":"c","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]})";
  const float values[] = {1.5F, -2};
  std::string body = json;
  body.append(reinterpret_cast<const char*>(values), sizeof values);
  body.append("\2\0\0\0hi", 6);
  const auto call = decode_infer(body, json.size());
  ASSERT_TRUE(call.has_value()) << call.error().message;
  EXPECT_THAT(numbers(call->request.inputs[0]), ElementsAre(1.5, -2));
  EXPECT_THAT(numbers(call->request.inputs[1]), ElementsAre(5));
  EXPECT_THAT(call->request.inputs[2].texts(), ElementsAre("hi"));
  std::string longer = body + "x";
  EXPECT_THAT(decode_infer(longer, json.size()).error().message, HasSubstr("belong to no input"));
  std::string shorter = body.substr(0, body.size() - 1);
  EXPECT_THAT(decode_infer(shorter, json.size()).error().message,
              HasSubstr("inputs[2].parameters.binary_data_size"));
  EXPECT_THAT(decode_infer(shorter, shorter.size() + 1).error().message,
              HasSubstr("inference-header-content-length"));
}

TEST(InferRequest, ReadsARawBody) {
  serving::ModelMetadata metadata;
  metadata.inputs = {{"x", DataType::fp32, {-1, 2}}};
  std::string body(16, '\0');
  const auto call = decode_raw_infer(body, metadata);
  ASSERT_TRUE(call.has_value()) << call.error().message;
  EXPECT_EQ(call->request.inputs[0].shape(), (Shape{2, 2}));
  EXPECT_TRUE(call->binary_outputs);
  std::string odd(15, '\0');
  EXPECT_FALSE(decode_raw_infer(odd, metadata).has_value());
}

TEST(InferRequest, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "body: not valid JSON"},
      {"{", "body: not valid JSON"},
      {"\xff\xfe", "body: not valid JSON"},
      {"[]", "body: expected an object"},
      {"{}", "inputs: is required"},
      {R"({"inputs":null})", "inputs: is required"},
      {R"({"inputs":{}})", "inputs: expected an array, got an object"},
      {R"({"inputs":[]})", "inputs: at least one"},
      {R"({"inputs":[1]})", "inputs[0]: expected an object, got 1"},
      {R"({"inputs":[{}]})", "inputs[0].name: is required"},
      {R"({"inputs":[{"name":1}]})", "inputs[0].name: expected a string, got 1"},
      {R"({"inputs":[{"name":"x"}]})", "inputs[0].datatype: is required"},
      {one_input("FLOAT", "[1]", "[1]"), "inputs[0].datatype: "},
      {one_input("FP32", "1", "[1]"), "inputs[0].shape: expected an array"},
      {one_input("FP32", "[-1]", "[1]"), "inputs[0].shape[0]: expected a size"},
      {one_input("FP32", "[1.5]", "[1]"), "inputs[0].shape[0]: expected a size"},
      {one_input("FP32", "[1,1,1,1,1,1,1,1,1]", "[1]"), "inputs[0].shape: more than 8"},
      {one_input("FP32", "[9999999999,9999999999]", "[1]"), "inputs[0].data"},
      {one_input("FP32", "[1000000000]", "[1]"), "expected 1000000000 values for the shape [1000000000]"},
      {one_input("FP32", "[2]", "[1]"), "inputs[0].data: expected 2 values for the shape [2], got 1"},
      {one_input("FP32", "[1]", "[1,2]"), "inputs[0].data: expected 1 values for the shape [1], got 2"},
      {one_input("FP32", "[1]", "1"), "inputs[0].data: expected an array, got 1"},
      {one_input("FP32", "[1]", "null"), "inputs[0].data: is required"},
      {one_input("FP32", "[2]", R"([1,"abc"])"), R"(inputs[0].data[1]: expected a number, got "abc")"},
      {one_input("FP32", "[1]", "[{}]"), "inputs[0].data[0]: expected a number, got an object"},
      {one_input("INT8", "[1]", "[128]"), "inputs[0].data[0]: expected an integer in range, got 128"},
      {one_input("UINT64", "[1]", "[-1]"), "inputs[0].data[0]: expected an integer in range, got -1"},
      {one_input("INT32", "[1]", "[1.5]"), "inputs[0].data[0]: expected an integer in range, got 1.5"},
      {one_input("INT64", "[1]", "[null]"), "inputs[0].data[0]: expected an integer in range, got null"},
      {one_input("BOOL", "[1]", "[2]"), "inputs[0].data[0]: expected true or false, got 2"},
      {one_input("BYTES", "[1]", "[1]"), "inputs[0].data[0]: expected a string, got 1"},
      {one_input("FP32", "[1]", std::string(100, '[') + "1" + std::string(100, ']')), "nested deeper"},
      {R"({"id":1,"inputs":[]})", "id: expected a string"},
      {R"({"parameters":[],"inputs":[]})", "parameters: expected an object"},
      {R"({"parameters":{"binary_data_output":1},"inputs":[]})",
       "parameters.binary_data_output: expected true or false"},
      {R"({"parameters":{"event_time":"yesterday"},"inputs":[]})", "parameters.event_time: "},
      {R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1],"parameters":{"binary_data_size":4}}]})",
       "inputs[0]: has both"},
      {R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":-4}}]})",
       "inputs[0].parameters.binary_data_size: expected a number of bytes"},
      {R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],"outputs":[{"name":2}]})",
       "outputs[0].name"},
      {R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],"outputs":7})",
       "outputs: expected an array"},
  };
  for (const auto& [body, expected] : cases) {
    const auto call = decode(body);
    ASSERT_FALSE(call.has_value()) << body;
    EXPECT_EQ(call.error().code, Code::invalid_argument) << body;
    EXPECT_THAT(call.error().message, HasSubstr(expected)) << body;
  }
}

// A law: whatever bytes are flipped, cut or doubled, the decoder answers; it never crashes or takes memory
// that the body does not pay for.
TEST(InferRequest, SurvivesAnyMutation) {
  const std::string good =
      R"({"id":"a","parameters":{"binary_data_output":true},"inputs":[{"name":"x","datatype":"FP32",)"
      R"("shape":[2,3],"data":[[1,2,3],[4,5,6]]},{"name":"b","datatype":"BYTES","shape":[1],"data":["t"]}],)"
      R"("outputs":[{"name":"y","parameters":{"binary_data":true}}]})";
  ASSERT_TRUE(decode(good).has_value());
  std::mt19937 random(20260801);
  for (int round = 0; round < 20'000; ++round) {
    std::string body = good;
    for (std::uint32_t edits = random() % 4 + 1; edits > 0; --edits) {
      const std::size_t at = random() % body.size();
      switch (random() % 3) {
        case 0:
          body[at] = static_cast<char>(random());
          break;
        case 1:
          body.erase(at, random() % 8);
          break;
        default:
          body.insert(at, body.substr(random() % body.size(), random() % 16));
          break;
      }
      if (body.empty()) body = "{";
    }
    const std::size_t length = random() % (body.size() + 2);
    (void)decode_infer(body, round % 2 == 0 ? std::optional<std::size_t>() : length);
  }
}

serving::PredictReply reply_of(std::vector<Tensor> outputs) {
  return {.outputs = std::move(outputs), .model = "demand", .version = 3, .request_id = "r\"1"};
}

TEST(InferResponse, IsJsonWithShortestDecimals) {
  std::vector<Tensor> outputs;
  outputs.push_back(Tensor::of<float>("y", {1, 2}, {0.1F, std::numeric_limits<float>::quiet_NaN()}));
  outputs.push_back(Tensor::of<std::int64_t>("n", {1}, {9007199254740993}));
  const net::Response response = encode_infer("m", reply_of(std::move(outputs)), {});
  EXPECT_EQ(response.body, R"({"model_name":"m","model_version":"3","id":"r\"1","outputs":[)"
                           R"({"name":"y","datatype":"FP32","shape":[1,2],"data":[0.1,"NaN"]},)"
                           R"({"name":"n","datatype":"INT64","shape":[1],"data":[9007199254740993]}]})");
}

TEST(InferResponse, PutsWantedTensorsBehindTheJson) {
  std::vector<Tensor> outputs;
  outputs.push_back(Tensor::of<float>("y", {1}, {1}));
  outputs.push_back(Tensor::of<float>("z", {1}, {2}));
  InferCall call;
  call.binary_outputs = true;
  call.outputs = {{"y", std::nullopt}, {"z", false}};
  const net::Response response = encode_infer("m", reply_of(std::move(outputs)), call);
  const std::size_t length = std::stoul(std::string(response.headers.get(kHeaderLength)));
  EXPECT_EQ(response.body.size(), length + 4);
  EXPECT_THAT(response.body.substr(0, length), HasSubstr(R"("parameters":{"binary_data_size":4})"));
  EXPECT_THAT(response.body.substr(0, length), HasSubstr(R"("data":[2])"));
}

// A law: numbers come back as they were through JSON.
TEST(JsonTensor, RoundTrips) {
  std::mt19937_64 random(7);
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) {
    const double value = std::bit_cast<double>(random());
    values.push_back(std::isfinite(value) ? value : 0.5);
  }
  const Tensor sent = Tensor::of<double>("x", {1000}, std::span<const double>(values));
  std::string text;
  append_tensor_data(text, sent);
  const auto call = decode(one_input("FP64", "[1000]", text));
  ASSERT_TRUE(call.has_value()) << call.error().message;
  EXPECT_EQ(call->request.inputs[0].bytes(), sent.bytes());
}

}  // namespace
}  // namespace maru::api::inference
