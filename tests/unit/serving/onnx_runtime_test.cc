#include <gtest/gtest.h>

#include "serving/expected_models.h"
#include "serving/runtimes/onnx/runtime.h"

namespace maru::serving {
namespace {

std::unique_ptr<Model> load(const std::string& name, const JsonObject& mlmodel = {}) {
  auto model = load_onnx_model(model_bytes(name), mlmodel, {}, {});
  EXPECT_TRUE(model) << model.error().message;
  return model ? std::move(*model) : nullptr;
}

JsonObject signature_of(std::string_view inputs) {
  return {{"flavors", {{"onnx", {{"data", "gbt.onnx"}}}}}, {"signature", {{"inputs", inputs}}}};
}
constexpr std::string_view kFourDoubles =
    R"([{"type":"double","name":"a","required":true},{"type":"double","name":"b","required":true},
        {"type":"double","name":"c","required":true},{"type":"double","name":"d","required":true}])";

void expect_near(const std::vector<double>& actual, const std::vector<double>& wanted) {
  ASSERT_EQ(actual.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(actual[i], wanted[i], 1e-5 * (1 + std::abs(wanted[i]))) << i;
}

Tensor as_floats(const Tensor& tensor, std::string name) {
  std::vector<float> values(tensor.elements());
  tensor.copy_numbers(values.data());
  return Tensor::of<float>(std::move(name), tensor.shape(), std::span<const float>(values));
}

TEST(OnnxModel, TensorsByName) {
  const auto model = load("gbt.onnx");
  EXPECT_EQ(model->metadata().form, InputForm::tensors);
  EXPECT_EQ(model->metadata().inputs[0], (TensorSpec{"X", DataType::fp32, {-1, 4}}));
  const auto rows = matrix_of(expected().at("full_rows"), "X");
  const auto wanted = flat(expected_of("gbt.onnx").at("variable"));
  const auto floats = model->predict(std::vector{as_floats(rows, "X")});
  ASSERT_TRUE(floats) << floats.error().message;
  expect_near(numbers_of((*floats)[0]), wanted);
  EXPECT_EQ((*floats)[0].name(), "variable");
  const auto doubles = model->predict(std::vector{rows});  // converted
  ASSERT_TRUE(doubles);
  EXPECT_EQ(numbers_of((*doubles)[0]), numbers_of((*floats)[0]));
}

TEST(OnnxModel, ColumnsOfTheSignatureFillOneMatrix) {
  const auto model = load("gbt.onnx", signature_of(kFourDoubles));
  EXPECT_EQ(model->metadata().form, InputForm::columns);
  EXPECT_EQ(model->metadata().inputs[1], (TensorSpec{"b", DataType::fp64, {-1, 1}}));
  auto columns = columns_of(expected().at("full_rows"), {"a", "b", "c", "d"});
  std::ranges::reverse(columns);
  const auto outputs = model->predict(columns);
  ASSERT_TRUE(outputs) << outputs.error().message;
  expect_near(numbers_of((*outputs)[0]), flat(expected_of("gbt.onnx").at("variable")));
  const auto matrix = model->predict(std::vector{matrix_of(expected().at("full_rows"))});
  ASSERT_TRUE(matrix);
  EXPECT_EQ(numbers_of((*matrix)[0]), numbers_of((*outputs)[0]));
}

TEST(OnnxModel, DoubleInputs) {
  const auto model = load("linear_double.onnx");
  EXPECT_EQ(model->metadata().inputs[0].type, DataType::fp64);
  const auto outputs = model->predict(std::vector{matrix_of(expected().at("full_rows"), "X")});
  ASSERT_TRUE(outputs) << outputs.error().message;
  expect_near(numbers_of((*outputs)[0]), flat(expected_of("linear_double.onnx").at("variable")));
}

TEST(OnnxModel, LabelsAndTheMapsOfZipMap) {
  const auto model = load("logistic_zipmap.onnx");
  const auto outputs = model->predict(std::vector{matrix_of(expected().at("full_rows"), "X")});
  ASSERT_TRUE(outputs) << outputs.error().message;
  const auto& wanted = expected_of("logistic_zipmap.onnx");
  EXPECT_EQ((*outputs)[0].type(), DataType::int64);
  expect_near(numbers_of((*outputs)[0]), flat(wanted.at("output_label")));
  EXPECT_EQ((*outputs)[1].shape(), (Shape{12, 3}));
  expect_near(numbers_of((*outputs)[1]), flat(wanted.at("output_probability")));
}

std::vector<Tensor> mixed_rows() {
  const auto& rows = expected().at("mixed_rows");
  std::vector<std::string> cities;
  for (const auto& city : rows.at("city").as_array()) cities.emplace_back(city.as_string());
  const auto hours = flat(rows.at("hour")), temps = flat(rows.at("temp"));
  return {Tensor::of_texts("city", {12, 1}, cities),
          Tensor::of<double>("hour", {12}, std::span<const double>(hours)),
          Tensor::of<double>("temp", {12, 1}, std::span<const double>(temps))};
}

TEST(OnnxModel, TextAndIntegerColumnsAndTextLabels) {
  const auto model = load("mixed_columns.onnx");
  EXPECT_EQ(model->metadata().form, InputForm::columns);
  EXPECT_EQ(model->metadata().inputs[0].type, DataType::bytes);
  const auto outputs = model->predict(mixed_rows());
  ASSERT_TRUE(outputs) << outputs.error().message;
  const auto& wanted = expected_of("mixed_columns.onnx");
  const auto labels = (*outputs)[0].texts();
  ASSERT_EQ(labels.size(), 12u);
  for (std::size_t i = 0; i < labels.size(); ++i)
    EXPECT_EQ(labels[i], wanted.at("label").as_array()[i].as_string());
  expect_near(numbers_of((*outputs)[1]), flat(wanted.at("probabilities")));
}

TEST(OnnxModel, BadInputsAreRefusedByName) {
  const auto refused = [](const Model& model, std::vector<Tensor> inputs) {
    const auto result = model.predict(inputs);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::invalid_argument);
    return result ? std::string() : result.error().message;
  };
  const auto gbt = load("gbt.onnx");
  EXPECT_NE(refused(*gbt, {Tensor::of<float>("X", {1, 3}, {1, 2, 3})}).find("[-1,4]"), std::string::npos);
  EXPECT_NE(refused(*gbt, {Tensor::of<float>("x", {1, 4}, {1, 2, 3, 4})}).find("did you mean \"X\""),
            std::string::npos);
  EXPECT_NE(refused(*gbt, {}).find("missing"), std::string::npos);
  const auto twice = Tensor::of<float>("X", {1, 4}, {1, 2, 3, 4});
  EXPECT_NE(refused(*gbt, {twice, twice}).find("twice"), std::string::npos);
  const auto mixed = load("mixed_columns.onnx");
  auto rows = mixed_rows();
  rows[1] = Tensor::of<double>("hour", {12}, std::span<const double>(std::vector<double>(12, 1.5)));
  EXPECT_NE(refused(*mixed, rows).find("\"hour\"[0] is 1.5: this model wants INT64"), std::string::npos);
  rows = mixed_rows();
  rows[0] = Tensor::of<double>("city", {12}, std::span<const double>(std::vector<double>(12, 1)));
  EXPECT_NE(refused(*mixed, rows).find("expected BYTES"), std::string::npos);
}

TEST(OnnxModel, ManyThreadsShareOneSession) {
  const auto model = load("gbt.onnx");
  const auto rows = matrix_of(expected().at("full_rows"), "X");
  const auto wanted = numbers_of((*model->predict(std::vector{rows}))[0]);
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          const auto outputs = model->predict(std::vector{rows});
          if (!outputs || numbers_of((*outputs)[0]) != wanted) ++wrong;
        }
      });
  }
  EXPECT_EQ(wrong, 0);
}

TEST(OnnxModel, WhatIsNoModelIsRefused) {
  EXPECT_EQ(load_onnx_model("not a model", {}, {}, {}).error().code, Code::invalid_argument);
  EXPECT_EQ(load_onnx_model("", {}, {}, {}).error().code, Code::invalid_argument);
}

TEST(OnnxRuntime, TakesItsFlavorAndStaysInItsFolder) {
  const auto runtime = make_onnx_runtime({});
  ModelFiles files{"m", 1, models_folder(), signature_of(kFourDoubles), "r"};
  ASSERT_TRUE(runtime->can_load(files));
  EXPECT_TRUE(runtime->load(files, {}));
  files.mlmodel = {{"flavors", {{"onnx", {{"data", "../../../etc/passwd"}}}}}};
  EXPECT_EQ(runtime->load(files, {}).error().code, Code::invalid_argument);
  files.mlmodel = {{"flavors", {{"xgboost", {{"data", "x"}}}}}};
  EXPECT_FALSE(runtime->can_load(files));
  EXPECT_EQ(all_runtimes({}).size(), 2u);
}

}  // namespace
}  // namespace maru::serving
