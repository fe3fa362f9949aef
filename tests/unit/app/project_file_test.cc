#include "app/project/project_file.h"

#include <gtest/gtest.h>

#include "app/project/plan.h"
#include "app/project/project_store.h"
#include "base/file.h"
#include "store/test_database.h"

namespace maru::app {
namespace {

constexpr std::string_view kSmall =
    "project: p\n"
    "endpoints:\n"
    "  demand: {model: demand, alias: champion}\n"
    "rules:\n"
    "  champion:\n"
    "    on: version.evaluated\n"
    "    do: [{alias: champion}]\n";

Result<ProjectFile> read(std::string_view text) { return read_project(text, "maru.yaml", "/projects/p"); }

TEST(ProjectFile, IsAFlatListOfResourcesByKind) {
  const auto project = read(kSmall);
  ASSERT_TRUE(project.has_value()) << project.error().message;
  ASSERT_EQ(project->resources.size(), 2U);
  EXPECT_EQ(project->resources[0].kind, ResourceKind::endpoint);
  EXPECT_EQ(project->resources[1].name, "champion");
}

TEST(ProjectFile, TheShippedExampleConforms) {
  const auto text = read_file(std::filesystem::path(MARU_SOURCE_DIR) / "examples/bikes/maru.yaml");
  ASSERT_TRUE(text.has_value());
  const auto project = read(*text);
  ASSERT_TRUE(project.has_value()) << project.error().message;
  EXPECT_EQ(project->project, "bikes");
}

TEST(ProjectFile, ErrorsNameFileLineKeyAndTheNearest) {
  const std::pair<const char*, const char*> cases[] = {
      {"project: p\nrulez: {}\n", "maru.yaml:2:1: rulez: unknown key (did you mean \"rules\"?)"},
      {"project: p\nendpoints:\n  a: {modle: x}\n",
       "maru.yaml:3:7: endpoints.a.modle: unknown key (did you mean \"model\"?)"},
      {"project: p\nendpoints:\n  a: {alias: x}\n", "maru.yaml:3:3: endpoints.a.model: is required"},
      {"project: p\nmonitors:\n  m: {endpoint: 3, checks: [drift]}\n",
       "maru.yaml:3:7: monitors.m.endpoint: expected a text, got 3"},
      {"project: p\nfeatures:\n  ../x: {entity: a}\n", "maru.yaml:3:3: features.../x:"},
      {"project: '../p'\n", "maru.yaml:1:1: project:"},
      {"{}", "maru.yaml:1:1: project: is required"},
      {"- 1", "expected a mapping"},
  };
  for (const auto& [text, wanted] : cases) {
    const auto project = read(text);
    ASSERT_FALSE(project.has_value()) << text;
    EXPECT_EQ(project.error().code, Code::invalid_argument);
    EXPECT_NE(project.error().message.find(wanted), std::string::npos)
        << project.error().message << "\nwanted " << wanted;
  }
}

TEST(ProjectFile, TheFirstOfSeveralProblemsIsToldWithTheirNumber) {
  const auto project = read("project: p\nzeta: 1\nendpoints:\n  a: {modle: x}\n");
  ASSERT_FALSE(project.has_value());
  EXPECT_NE(project.error().message.find("maru.yaml:2:1"), std::string::npos) << project.error().message;
  EXPECT_NE(project.error().message.find("more)"), std::string::npos);
}

Resource endpoint(const std::string& name, const char* model) {
  return {ResourceKind::endpoint, name, JsonObject{{"model", model}}};
}

TEST(Plan, ComparesWhatWasAppliedWithWhatTheFileSays) {
  const std::vector<Resource> before{endpoint("gone", "x"), endpoint("same", "x"), endpoint("other", "x")};
  const std::vector<Resource> after{endpoint("same", "x"), endpoint("other", "y"), endpoint("new", "x")};
  const Plan plan = plan_of("p", before, after);
  ASSERT_EQ(plan.changes.size(), 4U);
  EXPECT_EQ(plan.changes[0].action, ChangeAction::update);
  EXPECT_EQ(plan.changes[0].fields, std::vector<std::string>{"model"});
  EXPECT_EQ(plan.changes[1].action, ChangeAction::create);
  EXPECT_EQ(plan.changes[2].action, ChangeAction::remove);
  EXPECT_EQ(plan.changes[2].resource.name, "gone");
  EXPECT_EQ(plan.changes[3].action, ChangeAction::unchanged);
  EXPECT_TRUE(plan.changes_anything());
}

TEST(Plan, OfTheSameThingTwiceIsEmpty) {
  const std::vector<Resource> resources{endpoint("a", "x"), endpoint("b", "y")};
  EXPECT_FALSE(plan_of("p", resources, resources).changes_anything());
}

TEST(ProjectStore, KeepsWhatWasAppliedInOrder) {
  store::TestDatabase database;
  ProjectStore projects(database.get());
  auto project = read(kSmall).value();
  ASSERT_TRUE(database.get()
                  .write([&](store::Transaction& tx) { return projects.save(tx, project, 7); })
                  .has_value());
  project.resources.pop_back();
  ASSERT_TRUE(database.get()
                  .write([&](store::Transaction& tx) { return projects.save(tx, project, 8); })
                  .has_value());
  EXPECT_EQ(projects.list().value().front().applied_ms, 8);
  const auto resources = projects.resources("p").value();
  ASSERT_EQ(resources.size(), 1U);
  EXPECT_EQ(resources[0].name, "demand");
  EXPECT_FALSE(projects.find("q").value().has_value());
}

TEST(ProjectStore, EveryStatementFitsTheSchema) {
  store::TestDatabase database;
  for (const auto& statement : project_statements()) {
    EXPECT_TRUE(database.get().check_statement(statement.sql).has_value()) << statement.name;
  }
}

}  // namespace
}  // namespace maru::app
