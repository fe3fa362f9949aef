#include "api/native/features_routes.h"

#include "api/native/table_json.h"

namespace maru::api {
namespace {

using features::FeatureStore;
using features::OnlineRows;
using net::Request;
using net::Response;
using enum net::Method;

constexpr std::size_t kInlineBodyBytes = 4096;  // an online read this small takes well under a millisecond
constexpr std::size_t kTrainingRowsShown = 100;
constexpr DurationMs kLongWorkMs = 30 * kMinuteMs;  // over a whole history

Result<std::optional<TimeMs>> time_in(const JsonReader& json, std::string_view name) {
  const auto field = json.find(name);
  if (!field) return std::optional<TimeMs>{};
  if (!field->value().is_string()) {
    MARU_ASSIGN(const std::int64_t ms, field->integer());
    return std::optional<TimeMs>(ms);
  }
  MARU_ASSIGN(const std::string text, field->text());
  MARU_ASSIGN(const TimeMs time, parse_time(text).at(field->path()));
  return std::optional<TimeMs>(time);
}

void append_value(std::string& out, const expr::Scalar& value, ColumnType type) {
  if (const auto* number = std::get_if<double>(&value)) {
    if (type == ColumnType::int64 || type == ColumnType::timestamp)
      fmt::format_to(std::back_inserter(out), "{:.0f}", *number);
    else
      append_json_number(out, *number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    append_json_string(out, *text);
  } else {
    out += "null";
  }
}

// Written by hand: this is the hot path, and a JSON tree of it would cost more than the read.
void append_row(std::string& out, const OnlineRows& rows, std::size_t index, const JsonObject& entity) {
  const auto& values = rows.rows[index];
  out += "{\"entity\":";
  append_json(out, entity);
  out += ",\"values\":[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) out += ',';
    append_value(out, values[i].value, rows.types[i]);
  }
  out += "],\"statuses\":[";
  for (std::size_t i = 0; i < values.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{}\"{}\"", i == 0 ? "" : ",", name_of(values[i].status));
  out += "],\"event_ms\":[";
  for (std::size_t i = 0; i < values.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ",", values[i].event_ms);
  out += "]}";
}

Result<Response> read_online(const FeatureStore& store, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"service", "features", "entities", "at"}));
  features::OnlineRequest wanted;
  MARU_ASSIGN(wanted.service, reader.text_or("service", ""));
  if (const auto names = reader.find("features")) {
    MARU_ASSIGN(wanted.features, names->texts());
  }
  MARU_ASSIGN(const JsonReader entities, reader.field("entities"));
  MARU_ASSIGN(wanted.entities, store.entities_from_json(entities));
  MARU_ASSIGN(wanted.at_ms, time_in(reader, "at"));
  MARU_ASSIGN(const OnlineRows rows, store.read_online(wanted));
  std::string out = "{\"features\":[";
  for (std::size_t i = 0; i < rows.features.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, rows.features[i]);
  }
  fmt::format_to(std::back_inserter(out), "],\"at_ms\":{},\"rows\":[", rows.at_ms);
  const JsonArray& asked = entities.value().get_array();
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (i != 0) out += ',';
    append_row(out, rows, i, asked[i].get_object());
  }
  return Response::json(out + "]}");
}

Result<Response> push_rows(FeatureStore& store, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"source", "rows"}));
  MARU_ASSIGN(const std::string source, reader.text("source"));
  MARU_ASSIGN(const JsonReader rows, reader.field("rows"));
  MARU_ASSIGN(const Table table, store.rows_from_json(source, rows));
  if (table.rows() == 0) return invalid("rows: expected at least one");
  MARU_ASSIGN(const std::uint64_t accepted, store.push(source, table));
  return Response::json(JsonObject{{"accepted", accepted}});
}

Result<Response> materialize(FeatureStore& store, const Request& request) {
  MARU_ASSIGN(const Json body, request.body.empty() ? Result<Json>(JsonObject{}) : request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"views", "from", "to"}));
  std::vector<std::string> views;
  if (const auto names = reader.find("views")) {
    MARU_ASSIGN(views, names->texts());
  }
  MARU_ASSIGN(const auto from_ms, time_in(reader, "from"));
  MARU_ASSIGN(const auto to_ms, time_in(reader, "to"));
  MARU_ASSIGN(const auto report, store.materialize(views, from_ms, to_ms, {}, &request.cancel));
  return Response::json(
      JsonObject{{"rows", report.rows}, {"to_ms", report.to_ms}, {"resumed", report.resumed}});
}

// Entity rows carry their time in `at`, which must be one.
Result<Table> examples_in(const FeatureStore& store, const JsonReader& entities) {
  MARU_ASSIGN(Table table, store.entities_from_json(entities));
  for (Column& column : table.columns()) {
    if (column.name() != "at" || column.type() != ColumnType::text) continue;
    Column times("at", ColumnType::timestamp);
    for (std::size_t row = 0; row < column.size(); ++row) {
      MARU_ASSIGN(const TimeMs time,
                  parse_time(column.text(row)).at(fmt::format("{}[{}].at", entities.path(), row)));
      times.append_int(time);
    }
    column = std::move(times);
  }
  return table;
}

Result<Response> training_set(FeatureStore& store, datasets::Catalog& catalog, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"service", "label", "entities", "from", "to", "as_of", "dataset"}));
  features::TrainingSetRequest wanted;
  MARU_ASSIGN(wanted.service, reader.text("service"));
  MARU_ASSIGN(wanted.label, reader.text_or("label", ""));
  MARU_ASSIGN(wanted.from_ms, time_in(reader, "from"));
  MARU_ASSIGN(wanted.to_ms, time_in(reader, "to"));
  MARU_ASSIGN(wanted.as_of_ms, time_in(reader, "as_of"));
  MARU_ASSIGN(const std::string dataset, reader.text_or("dataset", ""));
  if (const auto entities = reader.find("entities")) {
    MARU_ASSIGN(wanted.entity_rows, examples_in(store, *entities));
  } else if (wanted.label.empty()) {
    return invalid("expected `label`, or `entities` with their times in `at`");
  }
  wanted.cancel = &request.cancel;
  MARU_ASSIGN(const auto set, store.training_set(wanted));
  std::vector<std::size_t> shown(std::min(set.table.rows(), kTrainingRowsShown));
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i] = i;
  JsonObject out = json_of_table(set.table.take(shown));
  out["total"] = set.table.rows();
  out["features"] = JsonArray(set.features.begin(), set.features.end());
  if (!dataset.empty()) {
    std::vector<datasets::DatasetRef> parents;
    for (const auto& [name, version] : set.datasets) parents.push_back({name, version});
    MARU_ASSIGN(const auto made,
                catalog.register_table(
                    dataset, set.table,
                    {{"kind", "training_set"}, {"service", wanted.service}, {"label", wanted.label}}, parents,
                    {.created_by = "api"}));
    out["version"] = json_of(made.version, datasets::Detail::summary);
  }
  return Response::json(out);
}

}  // namespace

void add_features_routes(net::Router& router, FeatureStore& store, datasets::Catalog& catalog, Pool& pool) {
  router.add(get, "/api/v1/features", [&](Request&) -> Result<Response> {
    MARU_ASSIGN(const JsonObject described, store.describe());
    return Response::json(described);
  });
  router.add_async(post, "/api/v1/features/online",
                   [&](net::RequestPtr request, net::Responder responder) {
                     if (request->body.size() <= kInlineBodyBytes)
                       return responder.send(read_online(store, *request));
                     const auto queued = pool.submit(
                         [&store, request, responder] { responder.send(read_online(store, *request)); });
                     if (!queued.has_value()) responder.send(queued.error());
                   },
                   {.run = net::Run::inline_on_io});
  router.add(post, "/api/v1/features/push", [&](Request& request) { return push_rows(store, request); });
  router.add(post, "/api/v1/features/materialize",
             [&](Request& request) { return materialize(store, request); }, {.timeout_ms = kLongWorkMs});
  router.add(post, "/api/v1/features/training-set",
             [&](Request& request) { return training_set(store, catalog, request); },
             {.timeout_ms = kLongWorkMs});
}

}  // namespace maru::api
