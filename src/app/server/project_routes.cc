#include "app/project/project_file.h"
#include "app/server/system_routes.h"

namespace maru::app {
namespace {

constexpr std::uint64_t kProjectFileLimitBytes = 4 << 20;

enum class Mode : std::uint8_t { plan, apply };

Result<net::Response> plan_or_apply(Projects& projects, net::Request& request, Mode mode) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"file", "text", "root"}));
  MARU_ASSIGN(const std::string text, reader.text("text"));
  MARU_ASSIGN(const std::string file, reader.text_or("file", "maru.yaml"));
  MARU_ASSIGN(const std::string root, reader.text("root"));
  auto plan = mode == Mode::plan ? projects.plan(text, file, root) : projects.apply(text, file, root, "api");
  if (!plan) return plan.error();
  return net::Response::json(plan->json());
}

}  // namespace

void add_project_routes(net::Router& router, Projects& projects) {
  using net::Method;
  const net::RouteOptions options{.body_limit_bytes = kProjectFileLimitBytes};
  router.add(
      Method::post, "/api/v1/projects/plan",
      [&projects](net::Request& request) { return plan_or_apply(projects, request, Mode::plan); }, options);
  router.add(
      Method::post, "/api/v1/projects/apply",
      [&projects](net::Request& request) { return plan_or_apply(projects, request, Mode::apply); }, options);
  router.add(Method::get, "/api/v1/projects", [&projects](net::Request&) -> Result<net::Response> {
    MARU_ASSIGN(const auto applied, projects.store().list());
    JsonArray list;
    for (const auto& project : applied) {
      list.push_back(JsonObject{{"name", project.name},
                                {"description", project.description},
                                {"root", project.root},
                                {"file", project.file},
                                {"applied_ms", project.applied_ms}});
    }
    return net::Response::json(JsonObject{{"projects", std::move(list)}});
  });
  router.add(Method::get, "/api/v1/projects/{name}",
             [&projects](net::Request& request) -> Result<net::Response> {
               MARU_ASSIGN(const auto found, projects.store().find(request.param("name")));
               if (!found) return not_found("no project is called \"{}\"", request.param("name"));
               MARU_ASSIGN(const auto resources, projects.store().resources(found->name));
               JsonArray list;
               for (const auto& resource : resources)
                 list.push_back(JsonObject{{"kind", name_of(resource.kind)},
                                           {"name", resource.name},
                                           {"summary", summary_of(resource)},
                                           {"spec", resource.spec}});
               return net::Response::json(JsonObject{{"name", found->name},
                                                     {"description", found->description},
                                                     {"root", found->root},
                                                     {"applied_ms", found->applied_ms},
                                                     {"resources", std::move(list)}});
             });
  router.add(Method::get, "/api/v1/schema", [](net::Request&) -> Result<net::Response> {
    return net::Response::json(to_json(project_schema(), JsonStyle::indented));
  });
}

}  // namespace maru::app
