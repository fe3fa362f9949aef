#include <gtest/gtest.h>

#include "events/log.h"
#include "registry/names.h"
#include "registry/source.h"
#include "registry/statements.h"
#include "registry/store.h"
#include "store/test_database.h"

namespace maru::registry {
namespace {

TEST(RegistryStatements, EveryStatementPrepares) { store::expect_statements_prepare(statements()); }

class RegistryTest : public ::testing::Test {
 protected:
  NewVersion version_of(std::string model, std::string source = "mlflow-artifacts:/0/x") {
    NewVersion version;
    version.model = std::move(model);
    version.source = std::move(source);
    return version;
  }
  ModelVersion add(std::string model) {
    EXPECT_TRUE(registry_.ensure_model(model));
    return registry_.create_version(version_of(std::move(model))).value();
  }
  std::vector<events::Event> aliased() {
    events::Filter filter;
    filter.types = {"version.aliased"};
    return log_.list(filter).value();
  }

  store::TestDatabase database_;
  ManualClock clock_{1'000};
  events::Log log_{*database_, clock_};
  Store registry_{
      *database_,
      log_,
      clock_,
      {.resolve = [](std::string_view source) -> Result<ResolvedSource> {
         if (source == "models:/m-1") return ResolvedSource{"mlflow-artifacts:/0/models/m-1", "run-1", "m-1"};
         return not_found("no {}", source);
       },
       .check_out = [](std::string_view, const std::filesystem::path&) -> Result<void> { return {}; }}};
};

TEST_F(RegistryTest, VersionsAreNumberedAndNeverAgain) {
  EXPECT_EQ(add("demand").version, 1);
  EXPECT_EQ(add("demand").version, 2);
  ASSERT_TRUE(registry_.delete_version("demand", 2));
  EXPECT_EQ(add("demand").version, 3);
  EXPECT_EQ(registry_.get_version("demand", 2).error().code, Code::not_found);
  EXPECT_EQ(registry_.create_version(version_of("nobody")).error().code, Code::not_found);
  EXPECT_EQ(registry_.create_model("demand", "", {}).error().code, Code::already_exists);
}

TEST_F(RegistryTest, AnAliasMovesWithItsHistory) {
  for (int i = 0; i < 3; ++i) add("demand");
  const Origin rule{.actor = "rule:champion", .project = "bikes", .cause = 1};
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 1, rule));
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 1, rule));  // there already
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 3, rule));
  const auto moves = aliased();
  ASSERT_EQ(moves.size(), 2U);
  EXPECT_EQ(moves[1].subject, "model/demand/3");
  EXPECT_EQ(moves[1].actor, "rule:champion");
  EXPECT_EQ(to_json(moves[1].payload),
            R"({"model":"demand","version":3,"alias":"champion","previous_version":1,"removed":false})");
  EXPECT_TRUE(moves[0].payload.at("previous_version").is_null());
  EXPECT_EQ(registry_.resolve("demand", "champion")->version, 3);
  EXPECT_EQ(registry_.resolve("demand", "2")->version, 2);
  EXPECT_EQ(registry_.resolve("demand", "latest")->version, 3);
  EXPECT_EQ(registry_.previous_of_alias("demand", "champion").value(), 1);
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 2, rule));
  ASSERT_TRUE(registry_.delete_version("demand", 3));
  EXPECT_EQ(registry_.previous_of_alias("demand", "champion").value(), 1);  // 3 is no more
}

TEST_F(RegistryTest, DeletingTakesTheAliasesAlong) {
  add("demand");
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 1));
  ASSERT_TRUE(registry_.delete_version("demand", 1));
  EXPECT_TRUE(aliased().back().payload.at("removed").as_bool());
  EXPECT_FALSE(registry_.get_by_alias("demand", "champion"));
  EXPECT_TRUE(registry_.delete_alias("demand", "champion"));
  ASSERT_TRUE(registry_.delete_model("demand"));
  EXPECT_EQ(registry_.get_model("demand").error().code, Code::not_found);
  EXPECT_EQ(add("demand").version, 1);
}

TEST_F(RegistryTest, SourcesTellWhereTheFilesAre) {
  ASSERT_TRUE(registry_.ensure_model("demand"));
  const auto logged = registry_.create_version(version_of("demand", "models:/m-1")).value();
  EXPECT_EQ(logged.storage_location, "mlflow-artifacts:/0/models/m-1");
  EXPECT_EQ(logged.run_id, "run-1");
  const auto copied = registry_.create_version(version_of("demand", "models:/demand/1")).value();
  EXPECT_EQ(copied.storage_location, logged.storage_location);
  EXPECT_EQ(copied.run_id, "run-1");
  EXPECT_EQ(registry_.create_version(version_of("demand", "models:/m-2")).error().code, Code::not_found);
  EXPECT_EQ(registry_.versions("demand")->size(), 2U);
}

TEST_F(RegistryTest, Stages) {
  add("demand");
  add("demand");
  ASSERT_TRUE(registry_.transition_stage("demand", 1, "production", Store::Existing::keep));
  EXPECT_EQ(registry_.transition_stage("demand", 2, "Production", Store::Existing::archive)->stage,
            "Production");
  EXPECT_EQ(registry_.get_version("demand", 1)->stage, "Archived");
  EXPECT_FALSE(registry_.transition_stage("demand", 2, "Archived", Store::Existing::archive));
  EXPECT_FALSE(registry_.transition_stage("demand", 2, "Live", Store::Existing::keep));
  EXPECT_EQ(registry_.latest_versions("demand", std::vector<std::string>{"production"})->at(0).version, 2);
}

TEST_F(RegistryTest, PromptsAndModelsAreFoundApart) {
  add("demand");
  const std::vector<Tag> prompt = {{"mlflow.prompt.is_prompt", "true"}};
  ASSERT_TRUE(registry_.create_model("hello", "", prompt));
  auto names = [&](std::string filter) {
    std::vector<std::string> out;
    const auto page =
        registry_.search_models({.filter = std::move(filter), .order_by = {}, .page_token = {}}).value();
    for (const auto& model : page.items) {
      out.push_back(model.name);
    }
    return out;
  };
  EXPECT_EQ(names(""), std::vector<std::string>{"demand"});
  EXPECT_EQ(names("name LIKE '%e%'"), std::vector<std::string>{"demand"});
  EXPECT_EQ(names("tags.`mlflow.prompt.is_prompt` = 'true'"), std::vector<std::string>{"hello"});
  EXPECT_EQ(names("tags.`mlflow.prompt.is_prompt` != 'true'"), std::vector<std::string>{"demand"});
  EXPECT_NE(registry_.create_model("hello", "", {}).error().message.find("already taken by a prompt"),
            std::string::npos);
}

TEST_F(RegistryTest, ARenameKeepsEverything) {
  add("demand");
  ASSERT_TRUE(registry_.set_alias("demand", "champion", 1));
  ASSERT_TRUE(registry_.set_version_tag("demand", 1, {"k", "v"}));
  ASSERT_TRUE(registry_.rename_model("demand", "rides"));
  const auto version = registry_.get_by_alias("rides", "champion").value();
  EXPECT_EQ(version.model, "rides");
  EXPECT_EQ(version.tags, (std::vector<Tag>{{"k", "v"}}));
  add("other");
  EXPECT_EQ(registry_.rename_model("rides", "other").error().code, Code::already_exists);
}

TEST(RegistryNames, AliasesThatMeanVersionsAreReserved) {
  for (const auto* good : {"champion", "v", "version1", "a-b_c", "V1a"})
    EXPECT_TRUE(check_new_alias(good)) << good;
  for (const auto* bad : {"", "latest", "LATEST", "v1", "V12", "a b", "a/b"})
    EXPECT_FALSE(check_new_alias(bad)) << bad;
}

TEST(RegistrySource, NoLocalPathAndNoWayUp) {
  for (const auto* good : {"runs:/abc/model", "models:/m-1", "mlflow-artifacts:/1/a..b", "s3://bucket/a/b"}) {
    EXPECT_TRUE(check_source(good)) << good;
  }
  for (const auto* bad :
       {"/etc", "file:///etc", "etc", "mlflow-artifacts:/a/../b", "mlflow-artifacts:/a/%2e%2e/b",
        "mlflow-artifacts:/%252e%252e/b", "s3://b/..", "http://h/a%00"}) {
    EXPECT_FALSE(check_source(bad)) << bad;
  }
  EXPECT_EQ(version_reference("models:/demand@champion")->alias_or_version, "champion");
  EXPECT_FALSE(version_reference("models:/m-1"));
}

}  // namespace
}  // namespace maru::registry
