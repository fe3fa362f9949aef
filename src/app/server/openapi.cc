#include "app/server/openapi.h"

namespace maru::app {
namespace {

constexpr std::string_view kOwnPrefix = "/api/v1/";

// {name} and {name...} of a pattern.
JsonArray parameters_of(std::string_view pattern) {
  JsonArray parameters;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    std::string_view name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    if (name.ends_with("...")) name.remove_suffix(3);
    parameters.push_back(
        JsonObject{{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

std::string path_of(std::string_view pattern) {
  std::string path(pattern);
  if (const auto dots = path.find("...}"); dots != std::string::npos) path.erase(dots, 3);
  return path;
}

// "datasets" of /api/v1/datasets/{name}: the room whose routes stand together.
std::string tag_of(std::string_view pattern) {
  const auto rest = pattern.substr(kOwnPrefix.size());
  return std::string(rest.substr(0, rest.find('/')));
}

std::string operation_id(std::string_view method, std::string_view pattern) {
  std::string id;
  for (const char c : method) id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char c : pattern.substr(kOwnPrefix.size())) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      id += c;
    } else if (!id.ends_with('_')) {
      id += '_';
    }
  }
  while (id.ends_with('_')) id.pop_back();
  return id;
}

JsonObject error_reference() {
  return {{"description", "What was wrong, where, and what would be right."},
          {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

JsonObject error_schema() {
  const JsonObject text{{"type", "string"}};
  return {{"type", "object"},
          {"required", {"error"}},
          {"properties",
           {{"error",
             {{"type", "object"},
              {"required", {"code", "message"}},
              {"properties", {{"code", text}, {"message", text}, {"request_id", text}}}}}}}};
}

}  // namespace

JsonObject openapi_of(const std::vector<std::string>& routes, std::string_view version) {
  JsonObject paths;
  for (const auto& route : routes) {
    const auto space = route.find(' ');
    const std::string_view method = std::string_view(route).substr(0, space),
                           pattern = std::string_view(route).substr(space + 1);
    if (!pattern.starts_with(kOwnPrefix)) continue;
    JsonObject operation{
        {"operationId", operation_id(method, pattern)},
        {"tags", JsonArray{Json(tag_of(pattern))}},
        {"parameters", parameters_of(pattern)},
        {"responses",
         {{"200", {{"description", "Done."}, {"content", {{"application/json", JsonObject{}}}}}},
          {"default", error_reference()}}}};
    if (method == "POST" || method == "PUT" || method == "PATCH") {
      operation["requestBody"] =
          JsonObject{{"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
    }
    auto& path = paths[path_of(pattern)];
    if (!path.is_object()) path = JsonObject{};
    std::string key(method);
    for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    path.as_object()[key] = std::move(operation);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Maru"},
            {"version", version},
            {"description",
             "Maru's own API. MLflow's, inference and metrics protocols stand beside it on the same port."}}},
          {"paths", std::move(paths)},
          {"components", {{"schemas", {{"Error", error_schema()}}}}}};
}

}  // namespace maru::app
