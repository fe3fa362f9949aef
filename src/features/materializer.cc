#include "features/internal/materializer.h"

namespace maru::features {
namespace {

using store::sql_identifier;

Json optional_time(std::optional<TimeMs> time) { return time ? Json(*time) : Json(nullptr); }

Result<std::optional<TimeMs>> optional_time(const JsonReader& json, std::string_view name) {
  const auto field = json.find(name);
  if (!field) return std::optional<TimeMs>{};
  MARU_ASSIGN(const std::int64_t time, field->integer());
  return std::optional<TimeMs>(time);
}

// A condition on the time, and its bounds as parameters.
struct Condition {
  std::string sql = "true";
  std::vector<store::LakeValue> parameters;
  void add(const std::string& column, std::string_view comparison, TimeMs time) {
    parameters.emplace_back(store::LakeTime{time});
    sql += fmt::format(" AND {} {} ${}", column, comparison, parameters.size());
  }
};

Result<std::uint64_t> count_rows(store::Lake& lake, const RelationData& data, const Condition& condition,
                                 store::Lake::Cancel cancel) {
  MARU_ASSIGN(const Table counted,
              lake.query(fmt::format("SELECT count(*) AS n FROM ({}) WHERE {}", data.sql, condition.sql),
                         data.sources, condition.parameters, cancel));
  return static_cast<std::uint64_t>(counted.columns()[0].ints()[0]);
}

}  // namespace

std::string MaterializeState::text() const {
  return to_json(JsonObject{{"fingerprint", fingerprint},
                            {"from", optional_time(range.from_ms)},
                            {"to", optional_time(range.to_ms)},
                            {"done_ms", done_ms},
                            {"rows", rows},
                            {"complete", is_complete}});
}

Result<std::optional<MaterializeState>> MaterializeState::read(store::KeyValue& online,
                                                               std::string_view row_set) {
  MARU_ASSIGN(const auto stored, online.get(materialize_key(row_set)));
  if (!stored) return std::optional<MaterializeState>{};
  MARU_ASSIGN(const Json json, parse_json(*stored));
  const JsonReader reader(json);
  MaterializeState state;
  MARU_ASSIGN(state.fingerprint, reader.text("fingerprint"));
  MARU_ASSIGN(state.range.from_ms, optional_time(reader, "from"));
  MARU_ASSIGN(state.range.to_ms, optional_time(reader, "to"));
  MARU_ASSIGN(state.done_ms, reader.integer("done_ms"));
  MARU_ASSIGN(const auto rows, reader.integer("rows"));
  state.rows = static_cast<std::uint64_t>(rows);
  MARU_ASSIGN(state.is_complete, reader.boolean("complete"));
  return std::optional(std::move(state));
}

Result<MaterializeReport> materialize_rows(MaterializeParts parts, const Model& model, const ViewModel& view,
                                           const MaterializeRange& range, const Progress& progress,
                                           store::Lake::Cancel cancel) {
  const RowSet& set = model.row_sets[view.row_set];
  const Relation& relation = *view.relation;
  MARU_ASSIGN(const RelationData data, parts.offline.data_of(model, view));
  MARU_ASSIGN(const auto before, MaterializeState::read(parts.online, set.id));
  MaterializeState state{data.fingerprint, range};
  const bool resumes =
      before && !before->is_complete && before->fingerprint == data.fingerprint && before->range == range;
  if (resumes) state = *before;

  const std::string timestamp = sql_identifier(relation.columns[relation.timestamp].first);
  Condition all, rest;
  for (Condition* condition : {&all, &rest}) {
    if (range.from_ms) condition->add(timestamp, ">=", *range.from_ms);
    if (range.to_ms) condition->add(timestamp, "<", *range.to_ms);
  }
  if (resumes) rest.add(timestamp, ">=", state.done_ms);
  MARU_ASSIGN(const std::uint64_t total, count_rows(parts.lake, data, all, cancel));
  MARU_ASSIGN(const std::uint64_t left, count_rows(parts.lake, data, rest, cancel));
  state.rows = total - left;

  const auto write_batch = [&](const Table& batch) -> Result<void> {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed))
      return make_error(Code::cancelled, "materialising {} was cancelled", view.view.name);
    state.rows += batch.rows();
    const Column& times = batch.columns()[relation.timestamp];
    if (!times.is_null(batch.rows() - 1)) state.done_ms = times.ints()[batch.rows() - 1];
    MARU_TRY(put_rows(parts.online, parts.schemas, set, batch, materialize_key(set.id), state.text()));
    if (progress) progress(state.rows, total);
    return {};
  };
  MARU_TRY(parts.lake.query_batches(
      fmt::format("SELECT * FROM ({}) WHERE {} ORDER BY {}", data.sql, rest.sql, timestamp), data.sources,
      rest.parameters, parts.batch_rows, write_batch, cancel));
  state.is_complete = true;
  MARU_TRY(parts.online.write(
      [&](store::KeyValueWriter& writer) { return writer.put(materialize_key(set.id), state.text()); }));
  return MaterializeReport{total, state.done_ms, resumes};
}

}  // namespace maru::features
