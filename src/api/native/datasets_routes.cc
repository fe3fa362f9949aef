#include "api/native/datasets_routes.h"

#include <charconv>

#include "api/native/table_json.h"

namespace maru::api {
namespace {

using datasets::Catalog;
using datasets::DatasetRef;
using datasets::DatasetVersion;
using datasets::Lineage;
using net::Request;
using net::Response;
using enum net::Method;

constexpr std::uint64_t kRowsShown = 100;
constexpr std::uint64_t kRowsLimit = 10'000;  // of one answer
constexpr std::uint64_t kUploadLimitBytes = 1ULL << 30;

Result<std::uint64_t> number_in(const Request& request, std::string_view name, std::uint64_t fallback,
                                std::uint64_t most) {
  const auto text = request.query(name);
  if (!text) return fallback;
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (code != std::errc{} || end != text->data() + text->size() || number > most)
    return invalid("{}: expected a number from 0 to {}, got \"{}\"", name, most, *text);
  return number;
}

Result<DatasetVersion> version_in(Catalog& catalog, const Request& request) {
  const std::string_view text = request.param("version");
  if (text == "latest") return catalog.version(request.param("name"));
  std::int64_t version = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (code != std::errc{} || end != text.data() + text.size())
    return invalid("version: expected a number or latest, got \"{}\"", text);
  return catalog.version(request.param("name"), version);
}

Result<Response> list_datasets(Catalog& catalog, const Request& request) {
  MARU_ASSIGN(const auto all, catalog.list(request.query("project").value_or("")));
  JsonArray out;
  for (const auto& dataset : all) out.push_back(json_of(dataset));
  return Response::json(JsonObject{{"datasets", std::move(out)}});
}

Result<Response> get_dataset(Catalog& catalog, const Request& request) {
  MARU_ASSIGN(const auto dataset, catalog.get(request.param("name")));
  MARU_ASSIGN(const auto versions, catalog.versions(request.param("name")));
  JsonArray list;
  for (const auto& version : versions) list.push_back(json_of(version, datasets::Detail::summary));
  JsonObject out = json_of(dataset);
  out["versions"] = std::move(list);
  return Response::json(out);
}

Result<Response> get_version(Catalog& catalog, Lineage& lineage, const Request& request) {
  MARU_ASSIGN(const auto version, version_in(catalog, request));
  MARU_ASSIGN(const auto graph,
              lineage.graph({"dataset_version", DatasetRef{version.name, version.version}.text()},
                            datasets::Direction::both));
  JsonObject out = json_of(version, datasets::Detail::full);
  out["lineage"] = json_of(graph);
  return Response::json(out);
}

Result<Response> get_rows(Catalog& catalog, const Request& request) {
  MARU_ASSIGN(const auto version, version_in(catalog, request));
  MARU_ASSIGN(const auto offset, number_in(request, "offset", 0, INT64_MAX));
  MARU_ASSIGN(const auto limit, number_in(request, "limit", kRowsShown, kRowsLimit));
  MARU_ASSIGN(const Table rows, catalog.rows({version.name, version.version}, offset, limit));
  JsonObject out = json_of_table(rows);
  out["total"] = version.rows;
  return Response::json(out);
}

Result<Response> run_query(Catalog& catalog, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"sql", "limit"}));
  MARU_ASSIGN(const std::string sql, reader.text("sql"));
  MARU_ASSIGN(const std::int64_t limit, reader.integer_or("limit", kRowsShown));
  if (limit < 0 || limit > static_cast<std::int64_t>(kRowsLimit))
    return invalid("limit: expected 0 to {}, got {}", kRowsLimit, limit);
  MARU_ASSIGN(Table answer, catalog.query(sql));
  const std::size_t total = answer.rows();
  if (total > static_cast<std::size_t>(limit)) {
    std::vector<std::size_t> first(static_cast<std::size_t>(limit));
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
    answer = answer.take(first);
  }
  JsonObject out = json_of_table(answer);
  out["total"] = total;
  return Response::json(out);
}

struct UploadType {
  std::string_view content_type;
  store::FileFormat format;
};
constexpr UploadType kUploadTypes[] = {
    {"text/csv", store::FileFormat::csv},
    {"application/gzip", store::FileFormat::csv_gz},
    {"application/vnd.apache.parquet", store::FileFormat::parquet},
    {"application/x-parquet", store::FileFormat::parquet},
    {"application/x-ndjson", store::FileFormat::jsonl},
    {"application/jsonl", store::FileFormat::jsonl},
};

Result<datasets::Registered> register_described(Catalog& catalog, const Request& request,
                                                const PathResolver& resolve_path,
                                                const datasets::RegisterOptions& options) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"sql", "path"}));
  const auto sql = reader.find("sql"), path = reader.find("path");
  if (sql.has_value() == path.has_value()) return invalid("body: expected `sql` or `path`");
  if (sql) {
    MARU_ASSIGN(const std::string text, sql->text());
    return catalog.register_sql(request.param("name"), text, options);
  }
  if (!resolve_path)
    return make_error(Code::permission_denied, "path: this server takes files by upload only");
  MARU_ASSIGN(const std::string text, path->text());
  MARU_ASSIGN(const auto file, resolve_path(text).at("path"));
  return catalog.register_file(request.param("name"), file, options);
}

Result<Response> add_version(Catalog& catalog, const Request& request, const PathResolver& resolve_path) {
  const std::string_view header = request.header("content-type");
  const std::string_view type = header.substr(0, header.find(';'));
  const datasets::RegisterOptions options{.created_by = "api"};
  const auto answer = [](Result<datasets::Registered> registered) -> Result<Response> {
    MARU_ASSIGN(const auto made, std::move(registered));
    JsonObject out = json_of(made.version, datasets::Detail::full);
    out["is_new"] = made.is_new;
    return Response::json(out, made.is_new ? 201 : 200);
  };
  if (type == "application/json") return answer(register_described(catalog, request, resolve_path, options));
  for (const UploadType& known : kUploadTypes)
    if (type == known.content_type)
      return answer(catalog.register_upload(request.param("name"), known.format, request.body, options));
  return invalid(
      "content-type: expected text/csv, application/gzip, application/vnd.apache.parquet, "
      "application/x-ndjson or application/json, got \"{}\"",
      header);
}

Result<Response> get_lineage(Lineage& lineage, const Request& request) {
  const auto node_text = request.query("node");
  if (!node_text) return invalid("node: is required, such as model_version/demand/2");
  MARU_ASSIGN(const auto node, datasets::Node::parse(*node_text).at("node"));
  MARU_ASSIGN(const auto direction, datasets::direction(request.query("direction").value_or("both")));
  MARU_ASSIGN(const auto depth,
              number_in(request, "depth", datasets::kLineageDepthLimit, datasets::kLineageDepthLimit));
  MARU_ASSIGN(const auto graph, lineage.graph(node, direction, static_cast<int>(depth)));
  return Response::json(json_of(graph));
}

}  // namespace

void add_datasets_routes(net::Router& router, Catalog& catalog, Lineage& lineage, PathResolver resolve_path) {
  router.add(get, "/api/v1/datasets", [&](Request& request) { return list_datasets(catalog, request); });
  router.add(post, "/api/v1/datasets/query", [&](Request& request) { return run_query(catalog, request); });
  router.add(get, "/api/v1/datasets/{name}", [&](Request& request) { return get_dataset(catalog, request); });
  router.add(post, "/api/v1/datasets/{name}/versions",
             [&catalog, resolve = std::move(resolve_path)](Request& request) {
               return add_version(catalog, request, resolve);
             },
             {.body_limit_bytes = kUploadLimitBytes});
  router.add(get, "/api/v1/datasets/{name}/versions/{version}",
             [&](Request& request) { return get_version(catalog, lineage, request); });
  router.add(get, "/api/v1/datasets/{name}/versions/{version}/rows",
             [&](Request& request) { return get_rows(catalog, request); });
  router.add(get, "/api/v1/lineage", [&](Request& request) { return get_lineage(lineage, request); });
}

}  // namespace maru::api
