#include "tracking/runs.h"

#include "tracking/tracking_fixture.h"

namespace maru::tracking {
namespace {

using RunsTest = TrackingTest;

TEST_F(RunsTest, ARunsLifeIsToldByEvents) {
  const Origin origin{.actor = "user:ann", .project = "bikes", .cause = std::nullopt};
  const auto made = store_->runs().create(
      {.experiment_id = "0", .name = "first", .user_id = "ann", .started_ms = 0, .tags = {}}, origin);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->info.started_ms, clock_.now_ms());
  EXPECT_EQ(made->info.artifact_uri, fmt::format("mlflow-artifacts:/0/{}/artifacts", made->info.id));
  const auto started = events_of("run.started");
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0].subject, "run/" + made->info.id);
  EXPECT_EQ(started[0].actor, "user:ann");
  EXPECT_EQ(started[0].project, "bikes");

  clock_.advance(500);
  ASSERT_TRUE(store_->runs().set_terminated(made->info.id, RunStatus::finished));
  ASSERT_TRUE(store_->runs().set_terminated(made->info.id, RunStatus::finished));  // says nothing new
  EXPECT_EQ(events_of("run.finished").size(), 1U);
  const auto run = store_->runs().get(made->info.id).value();
  EXPECT_EQ(run.info.status, RunStatus::finished);
  EXPECT_EQ(run.info.ended_ms, 1'000'500);
  EXPECT_TRUE(events_of("run.failed").empty());
}

TEST_F(RunsTest, TheNameAndItsTagAreOne) {
  const auto id = new_run();
  EXPECT_EQ(store_->runs().get(id)->tags[0].value, store_->runs().get(id)->info.name);
  ASSERT_TRUE(store_->runs().set_tag(id, {"mlflow.runName", "by tag"}));
  EXPECT_EQ(store_->runs().get(id)->info.name, "by tag");
  ASSERT_TRUE(
      store_->runs().update(id, {.status = std::nullopt, .ended_ms = std::nullopt, .name = "by update"}));
  EXPECT_EQ(store_->runs().get(id)->tags[0].value, "by update");
  const auto both = store_->runs().create(
      {.experiment_id = "0", .name = "a", .user_id = {}, .started_ms = 0, .tags = {{"mlflow.runName", "b"}}});
  EXPECT_EQ(both.error().code, Code::invalid_argument);
}

TEST_F(RunsTest, ADeletedRunTakesNothingUntilRestored) {
  const auto id = new_run();
  ASSERT_TRUE(store_->runs().log_batch(id, metrics({point("m", 1, 1, 1)})));  // the writer knows the run now
  ASSERT_TRUE(store_->runs().remove(id));
  EXPECT_EQ(store_->runs().log_batch(id, metrics({point("m", 2, 2, 2)})).error().message,
            fmt::format("The run {} must be in the 'active' state. Current state is deleted.", id));
  EXPECT_FALSE(store_->runs().set_tag(id, {"k", "v"}));
  ASSERT_TRUE(store_->runs().restore(id));
  EXPECT_TRUE(store_->runs().log_batch(id, metrics({point("m", 2, 2, 2)})));
}

TEST_F(RunsTest, DeletingAnExperimentDeletesItsRunsAndRestoringBringsThemBack) {
  const auto experiment = store_->experiments().get_or_create("bikes").value();
  EXPECT_EQ(store_->experiments().get_or_create("bikes").value(), experiment);
  const auto id = new_run(experiment);
  ASSERT_TRUE(store_->runs().log_batch(id, metrics({point("m", 1, 1, 1)})));
  ASSERT_TRUE(store_->experiments().remove(experiment));
  EXPECT_FALSE(store_->runs().log_batch(id, metrics({point("m", 1, 2, 1)})));
  EXPECT_FALSE(store_->runs().create(
      {.experiment_id = experiment, .name = {}, .user_id = {}, .started_ms = 0, .tags = {}}));
  EXPECT_EQ(store_->experiments().create({.name = "bikes", .artifact_location = {}, .tags = {}}).error().code,
            Code::already_exists);
  ASSERT_TRUE(store_->experiments().restore(experiment));
  EXPECT_TRUE(store_->runs().log_batch(id, metrics({point("m", 1, 2, 1)})));
}

TEST_F(RunsTest, InputsAreKeptOnceADataSet) {
  const auto id = new_run();
  DatasetInput input{.dataset = {.name = "rides",
                                 .digest = "d1",
                                 .source_type = "local",
                                 .source = "x",
                                 .schema = "{}",
                                 .profile = {}},
                     .tags = {{"mlflow.data.context", "training"}}};
  ASSERT_TRUE(store_->runs().log_inputs(id, {input, input}, {{"m-1"}}));
  ASSERT_TRUE(store_->runs().log_outputs(id, {{"m-2", 3}}));
  const auto run = store_->runs().get(id).value();
  ASSERT_EQ(run.datasets.size(), 1U);
  EXPECT_EQ(run.datasets[0].dataset.schema, "{}");
  EXPECT_EQ(run.datasets[0].dataset.profile, std::nullopt);
  EXPECT_EQ(run.datasets[0].tags, input.tags);
  EXPECT_EQ(run.model_inputs[0].model_id, "m-1");
  EXPECT_EQ(run.model_outputs[0].step, 3);
  const auto summaries = store_->runs().datasets_of(std::vector<std::string>{"0"}).value();
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].context, "training");
}

TEST_F(RunsTest, SearchAgreesWithAPlainLoop) {
  std::vector<tracking::Run> all;
  for (int i = 0; i < 40; ++i) {
    const auto id = new_run();
    Batch batch = metrics({});
    if (i % 5 != 0) batch.metrics.push_back(point("rmse", i % 7, 1, 1));
    batch.params.push_back({"depth", std::to_string(i % 3)});
    batch.tags.push_back({"team x", i % 2 == 0 ? "alpha" : "beta"});
    ASSERT_TRUE(store_->runs().log_batch(id, std::move(batch)));
    all.push_back(store_->runs().get(id).value());
  }
  auto rmse = [](const tracking::Run& run) {
    return run.metrics.empty() ? std::nullopt : std::optional(run.metrics[0].value);
  };
  auto team = [](const tracking::Run& run) { return run.tags.back().value; };
  const std::vector<std::pair<std::string, std::function<bool(const tracking::Run&)>>> cases = {
      {"metrics.rmse < 3", [&](const tracking::Run& r) { return rmse(r) && *rmse(r) < 3; }},
      {"metrics.rmse is null", [&](const tracking::Run& r) { return !rmse(r); }},
      {"not metrics.rmse < 3", [&](const tracking::Run& r) { return rmse(r) && *rmse(r) >= 3; }},
      {"params.depth = '1' and tags.`team x` like 'al%'",
       [&](const tracking::Run& r) { return r.params[0].value == "1" && team(r) == "alpha"; }},
      {"params.depth in ('0', '2') or metrics.rmse = 5",
       [&](const tracking::Run& r) { return r.params[0].value != "1" || rmse(r) == 5.0; }},
      {"metrics.rmse * 2 > 9", [&](const tracking::Run& r) { return rmse(r) && *rmse(r) > 4.5; }},
      {"attributes.status = 'RUNNING'", [](const tracking::Run&) { return true; }},
  };
  for (const auto& [filter, matches] : cases) {
    RunSearch search{.experiment_ids = {"0"}, .filter = filter, .order_by = {}, .page_token = {}};
    search.max_results = 7;
    std::set<std::string> found;
    do {
      const auto page = store_->runs().search(search).value();
      for (const auto& run : page.items) EXPECT_TRUE(found.insert(run.info.id).second) << "twice: " << filter;
      search.page_token = page.next_page_token;
    } while (!search.page_token.empty());
    std::set<std::string> expected;
    for (const auto& run : all) {
      if (matches(run)) expected.insert(run.info.id);
    }
    EXPECT_EQ(found, expected) << filter;
  }
}

TEST_F(RunsTest, MetricsSortNumbersThenNaNThenMissing) {
  const auto missing = new_run();
  const auto nan = new_run();
  const auto high = new_run();
  const auto low = new_run();
  ASSERT_TRUE(store_->runs().log_batch(nan, metrics({point("m", std::nan(""), 1, 1)})));
  ASSERT_TRUE(store_->runs().log_batch(high, metrics({point("m", 9, 1, 1)})));
  ASSERT_TRUE(store_->runs().log_batch(low, metrics({point("m", -9, 1, 1)})));
  auto ids = [&](std::string order) {
    RunSearch search{.experiment_ids = {"0"}, .filter = {}, .order_by = {std::move(order)}, .page_token = {}};
    std::vector<std::string> out;
    const auto page = store_->runs().search(search).value();
    for (const auto& run : page.items) out.push_back(run.info.id);
    return out;
  };
  EXPECT_EQ(ids("metrics.m"), (std::vector{low, high, nan, missing}));
  EXPECT_EQ(ids("metrics.m DESC"), (std::vector{high, low, nan, missing}));
}

}  // namespace
}  // namespace maru::tracking
