#include "tracking/logged_models.h"

#include "tracking/tracking_fixture.h"

namespace maru::tracking {
namespace {

class LoggedModelsTest : public TrackingTest {
 protected:
  LoggedModel make(std::string name, std::string run = {}) {
    NewLoggedModel model;
    model.experiment_id = "0";
    model.name = std::move(name);
    model.source_run_id = std::move(run);
    return store_->models().create(std::move(model)).value();
  }
};

TEST_F(LoggedModelsTest, ALife) {
  const auto model = make("m");
  EXPECT_EQ(model.status, ModelStatus::pending);
  EXPECT_EQ(model.artifact_uri, fmt::format("mlflow-artifacts:/0/models/{}/artifacts", model.id));
  EXPECT_EQ(store_->models().finalize(model.id, ModelStatus::ready)->status, ModelStatus::ready);
  ASSERT_TRUE(store_->models().set_tags(model.id, std::vector<Tag>{{"a", "1"}, {"a", "2"}}));
  ASSERT_TRUE(store_->models().log_params(model.id, std::vector<Param>{{"p", "1"}}));
  EXPECT_FALSE(store_->models().log_params(model.id, std::vector<Param>{{"q", "1"}, {"p", "2"}}));
  const auto got = store_->models().get(model.id).value();
  EXPECT_EQ(got.tags, (std::vector<Tag>{{"a", "2"}}));
  EXPECT_EQ(got.params, (std::vector<Param>{{"p", "1"}}));
  ASSERT_TRUE(store_->models().remove(model.id));
  EXPECT_EQ(store_->models().get(model.id).error().code, Code::not_found);
  EXPECT_TRUE(store_->models().get(model.id, LoggedModels::Deleted::allow));
  EXPECT_FALSE(store_->models().create(
      {.experiment_id = "0", .name = "a/b", .type = {}, .source_run_id = {}, .tags = {}, .params = {}}));
}

TEST_F(LoggedModelsTest, MetricsOfAModelAreFoundAndSorted) {
  const auto run = new_run();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(make(fmt::format("m{}", i)).id);
    auto metric = point("acc", i, 1, 1);
    metric.model_id = ids.back();
    metric.dataset_name = i == 2 ? "new" : "old";
    ASSERT_TRUE(store_->runs().log_batch(run, metrics({metric})));
  }
  auto found = [&](std::string filter, std::vector<std::pair<std::string, std::string>> datasets,
                   bool ascending) {
    LoggedModelSearch search;
    search.experiment_ids = {"0"};
    search.filter = std::move(filter);
    search.datasets = std::move(datasets);
    search.order_by.push_back(
        {.field = "metrics.acc", .ascending = ascending, .dataset_name = {}, .dataset_digest = {}});
    std::vector<std::string> out;
    const auto page = store_->models().search(search).value();
    for (const auto& model : page.items) out.push_back(model.id);
    return out;
  };
  EXPECT_EQ(found("metrics.acc >= 1", {}, true), (std::vector{ids[1], ids[2]}));
  EXPECT_EQ(found("", {{"old", ""}}, false), (std::vector{ids[1], ids[0]}));
  EXPECT_EQ(found("name = 'm2'", {{"old", ""}}, false), std::vector<std::string>{});
  const auto model = store_->models().get(ids[2]).value();
  ASSERT_EQ(model.metrics.size(), 1U);
  EXPECT_EQ(model.metrics[0].run_id, run);
}

TEST_F(LoggedModelsTest, SourcesLeadToFiles) {
  const auto run = new_run();
  const auto model = make("model", run);
  EXPECT_EQ(store_->resolve_source(fmt::format("models:/{}", model.id))->uri, model.artifact_uri);
  EXPECT_EQ(store_->resolve_source(fmt::format("models:/{}", model.id))->run_id, run);
  EXPECT_EQ(store_->resolve_source(fmt::format("runs:/{}/model", run))->uri, model.artifact_uri);
  EXPECT_EQ(store_->resolve_source(fmt::format("runs:/{}/other/path", run))->uri,
            fmt::format("mlflow-artifacts:/0/{}/artifacts/other/path", run));
  EXPECT_EQ(store_->resolve_source("mlflow-artifacts:/1/x")->uri, "mlflow-artifacts:/1/x");
  EXPECT_EQ(store_->resolve_source("runs:/nope/model").error().code, Code::not_found);
  EXPECT_EQ(store_->resolve_source("models:/m-nope").error().code, Code::not_found);
  EXPECT_EQ(store_->resolve_source("s3://b/k").error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace maru::tracking
