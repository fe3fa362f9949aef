#include "training/model_folder.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "training/predict.h"
#include "training/table_builder.h"

namespace maru::training {
namespace {

SearchResult small_result() {
  SearchSpec spec;
  spec.label = "y";
  spec.features = {"a", "b", "c"};
  spec.time_column = "at";
  spec.candidates = 1;
  spec.max_trees = 20;
  return *search(made_table(200), spec);
}

TEST(ModelFolder, HoldsTheModelAndItsSignature) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder);
  const auto result = small_result();
  ASSERT_TRUE(write_model_folder(folder->path() / "model", result, {"abc", 1'304'208'000'250}));
  const auto mlmodel = read_file(folder->path() / "model" / "MLmodel");
  ASSERT_TRUE(mlmodel);
  EXPECT_NE(mlmodel->find("loader_module: mlflow.xgboost"), std::string::npos);
  EXPECT_NE(mlmodel->find(R"({"type":"double","name":"a","required":true})"), std::string::npos);
  EXPECT_NE(mlmodel->find("run_id: abc"), std::string::npos);
  EXPECT_NE(mlmodel->find("'2011-05-01 00:00:00.250000'"), std::string::npos);
  const auto bytes = read_file(folder->path() / "model" / "model.json");
  ASSERT_TRUE(bytes);
  const auto table = made_table(30, 5);
  EXPECT_EQ(*predict(*bytes, table, result.feature_names),
            *predict(result.model_bytes, table, result.feature_names));
}

TEST(ModelFolder, QuotesNamesForYaml) {
  auto result = small_result();
  result.feature_names = {"it's"};
  EXPECT_NE(mlmodel_text(result, {}).find("it''s"), std::string::npos);
}

TEST(ModelFolder, RefusesAnEmptyModel) { EXPECT_FALSE(write_model_folder("unused", SearchResult{}, {})); }

}  // namespace
}  // namespace maru::training
