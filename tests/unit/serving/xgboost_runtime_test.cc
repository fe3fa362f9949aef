#include <gtest/gtest.h>

#include "serving/expected_models.h"
#include "serving/runtimes/xgboost/flat_trees.h"
#include "serving/runtimes/xgboost/runtime.h"
#include "serving/runtimes/xgboost/ubjson.h"

namespace maru::serving {
namespace {

const std::vector<std::string> kNames{"a", "b", "c", "d"};

class WrittenByXgboost3 : public ::testing::TestWithParam<std::string> {};

TEST_P(WrittenByXgboost3, PredictsAsXgboostDoes) {
  const auto model = load_xgboost_model(model_bytes(GetParam()), {});
  ASSERT_TRUE(model) << model.error().message;
  const auto wanted = flat(expected_of(GetParam()));
  const auto& rows = expected().at("rows");
  const auto by_matrix = (*model)->predict(std::vector{matrix_of(rows)});
  const auto by_column = (*model)->predict(columns_of(rows, kNames));
  ASSERT_TRUE(by_matrix) << by_matrix.error().message;
  ASSERT_TRUE(by_column) << by_column.error().message;
  const auto predicted = numbers_of((*by_matrix)[0]);
  ASSERT_EQ(predicted.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_FLOAT_EQ(predicted[i], wanted[i]) << i;
  EXPECT_EQ(numbers_of((*by_column)[0]), predicted);
}
INSTANTIATE_TEST_SUITE_P(Models, WrittenByXgboost3,
                         ::testing::Values("regression.json", "regression.ubj", "binary.json", "poisson.json",
                                           "softprob.ubj", "softmax.json", "dart.json", "forest.json"),
                         [](const auto& instance) {
                           auto name = instance.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(XgboostModel, TheScikitLearnClassifierGivesLabelsAndProbabilities) {
  const JsonObject mlmodel{
      {"flavors",
       {{"xgboost", {{"data", "classifier.ubj"}, {"model_class", "xgboost.sklearn.XGBClassifier"}}}}}};
  const auto model = make_xgboost_runtime()->load({"m", 1, models_folder(), mlmodel, "r"}, {});
  ASSERT_TRUE(model) << model.error().message;
  const auto outputs = (*model)->predict(std::vector{matrix_of(expected().at("rows"))});
  ASSERT_TRUE(outputs);
  EXPECT_EQ(numbers_of((*outputs)[0]), flat(expected_of("classifier.ubj").at("labels")));
  const auto wanted = flat(expected_of("classifier.ubj").at("probabilities"));
  const auto predicted = numbers_of((*outputs)[1]);
  ASSERT_EQ(predicted.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_FLOAT_EQ(predicted[i], wanted[i]);
  EXPECT_EQ((*model)->metadata().outputs[1].shape, (std::vector<std::int64_t>{-1, 3}));
}

TEST(XgboostModel, TheSignatureGivesTypesAndOptionalColumns) {
  const JsonObject mlmodel{
      {"flavors", {{"xgboost", {{"data", "regression.json"}, {"model_class", "xgboost.core.Booster"}}}}},
      {"signature",
       {{"inputs",
         R"([{"type":"double","name":"a","required":true},{"type":"double","name":"b","required":false},
             {"type":"long","name":"c","required":true},{"type":"float","name":"d","required":true}])"}}}};
  const auto model = load_xgboost_model(model_bytes("regression.json"), mlmodel);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->metadata().inputs[0], (TensorSpec{"a", DataType::fp64, {-1, 1}}));
  EXPECT_EQ((*model)->metadata().inputs[2].type, DataType::int64);
  // The first row's b is missing: leaving it out is the same as NaN.
  auto columns = columns_of(expected().at("rows"), kNames);
  columns.erase(columns.begin() + 1);
  std::ranges::reverse(columns);  // any order
  const auto left_out = (*model)->predict(columns);
  ASSERT_TRUE(left_out) << left_out.error().message;
  EXPECT_FLOAT_EQ((*left_out)[0].number(0), flat(expected_of("regression.json"))[0]);
}

TEST(XgboostModel, BadInputsAreRefusedByName) {
  const auto model = load_xgboost_model(model_bytes("regression.json"), {});
  ASSERT_TRUE(model);
  const auto refused = [&](std::vector<Tensor> inputs) {
    const auto result = (*model)->predict(inputs);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::invalid_argument);
    return result ? std::string() : result.error().message;
  };
  auto columns = columns_of(expected().at("rows"), kNames);
  auto missing = columns;
  missing.erase(missing.begin());
  EXPECT_NE(refused(missing).find("input \"a\" is missing"), std::string::npos);
  auto unknown = columns;
  unknown[0].rename("aa");
  EXPECT_NE(refused(unknown).find("did you mean \"a\""), std::string::npos);
  auto twice = columns;
  twice[1].rename("a");
  EXPECT_NE(refused(twice).find("given twice"), std::string::npos);
  auto texts = columns;
  texts[2] = Tensor::of_texts("c", {12}, std::vector<std::string>(12, "x"));
  EXPECT_NE(refused(texts).find("got BYTES"), std::string::npos);
  auto uneven = columns;
  uneven[3] = Tensor::of<float>("d", {1}, {1});
  EXPECT_NE(refused(uneven).find("has 1 rows"), std::string::npos);
  EXPECT_NE(refused({Tensor::of<float>("x", {2, 3}, {1, 2, 3, 4, 5, 6})}).find("[n,4]"), std::string::npos);
  EXPECT_NE(refused({Tensor::of<float>("a", {1, 2}, {1, 2})}).find("[n] or [n,1]"), std::string::npos);
}

TEST(XgboostModel, WhatIsNotToBeHadIsSaid) {
  const auto refused = [](std::string_view bytes) {
    const auto model = load_xgboost_model(bytes, {});
    EXPECT_FALSE(model);
    return model ? std::string() : model.error().message;
  };
  EXPECT_NE(refused(model_bytes("linear.json")).find("gblinear"), std::string::npos);
  EXPECT_NE(refused("binf....").find("old binary format"), std::string::npos);
  EXPECT_NE(refused("{}").find("learner"), std::string::npos);
  EXPECT_NE(refused(R"({"learner":{"objective":{"name":"my:own"}}})").find("my:own"), std::string::npos);
}

// A model file is input like any other: whatever is cut or changed must be an error or a model, never a
// crash.
TEST(XgboostModel, DamagedFilesAreErrorsOrModels) {
  std::mt19937_64 random(5);
  for (const std::string name : {"regression.ubj", "binary.json"}) {
    const auto whole = model_bytes(name);
    const auto row = Tensor::of<float>("x", {1, 4}, {0.1F, 0.2F, 0.3F, 0.4F});
    for (int round = 0; round < 400; ++round) {
      auto bytes = whole;
      if (round % 2 == 0)
        bytes.resize(random() % bytes.size());
      else
        for (int change = 0; change < 3; ++change)
          bytes[random() % bytes.size()] = static_cast<char>(random());
      if (const auto model = load_xgboost_model(bytes, {}))
        static_cast<void>((*model)->predict(std::vector{row}).has_value());
    }
  }
}

TEST(Ubjson, ReadsEveryKindAndRefusesLies) {
  using namespace std::string_literals;
  EXPECT_EQ(*parse_ubjson("[i\x05U\xffI\x01\x00l\x00\x00\x00\x02TFZ]"s),
            *parse_json("[5,255,256,2,true,false,null]"));
  EXPECT_EQ(*parse_ubjson("[$d#i\x02\x3f\x80\x00\x00\x40\x00\x00\x00"s), *parse_json("[1.0,2.0]"));
  EXPECT_EQ(*parse_ubjson("{i\x01"
                          "aSi\x02hi}"s),
            *parse_json(R"({"a":"hi"})"));
  EXPECT_FALSE(parse_ubjson("[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff"s));
  EXPECT_FALSE(parse_ubjson("[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff"s));
  EXPECT_FALSE(parse_ubjson("[#i\xff"s));
  EXPECT_FALSE(parse_ubjson("Q"));
  EXPECT_FALSE(parse_ubjson(""));
  EXPECT_FALSE(parse_ubjson("ZZ"));
  EXPECT_FALSE(parse_ubjson(std::string(1000, '[')));
}

}  // namespace
}  // namespace maru::serving
