#include <numeric>

#include "base/ids.h"
#include "features/internal/offline.h"

namespace maru::features {
namespace {

constexpr std::string_view kLabel = "maru label";

struct LabelPlace {
  const SourceModel* source = nullptr;
  std::size_t column = 0;
};

Result<LabelPlace> find_label(const Model& model, const std::string& label) {
  const auto dot = label.find('.');
  if (dot == label.npos) return invalid("label: expected source.column such as rides.cnt, got \"{}\"", label);
  LabelPlace place;
  MARU_ASSIGN(place.source, model.source(label.substr(0, dot)).at("label"));
  const auto column = place.source->relation.find(label.substr(dot + 1));
  if (!column)
    return invalid("label: source \"{}\" has no column \"{}\"{}", label.substr(0, dot), label.substr(dot + 1),
                   did_you_mean(label.substr(dot + 1), place.source->relation.names()));
  place.column = *column;
  return place;
}

// Each row of the label's source whose label was known by $3 and whose time is in [$1, $2); of corrections of
// one row, the winner by then.
std::string label_sql(const Relation& relation, const std::string& rows, const std::vector<std::size_t>& keys,
                      std::size_t label) {
  const auto name = [&](std::size_t column) { return store::sql_identifier(relation.columns[column].first); };
  const std::string timestamp = name(relation.timestamp);
  std::string key_columns, present;
  for (const std::size_t key : keys) {
    key_columns += name(key) + ", ";
    present += fmt::format(" AND {} IS NOT NULL", name(key));
  }
  const std::string created =
      relation.created ? fmt::format("coalesce({}, {})", name(*relation.created), timestamp) : timestamp;
  std::string order = created + " DESC";
  for (std::size_t i = 0; i < relation.columns.size(); ++i)
    order += fmt::format(", {} DESC NULLS LAST", name(i));
  return fmt::format(
      "SELECT {0}{1} AS {2}, {3} AS {4} FROM ({5}) WHERE {1} >= $1 AND {1} < $2 AND {6} <= $3 AND {3} IS NOT "
      "NULL{7} "
      "QUALIFY row_number() OVER (PARTITION BY {0}{1} ORDER BY {8}) = 1 ORDER BY {1}, {9}",
      key_columns, timestamp, store::sql_identifier(kAt), name(label), store::sql_identifier(kLabel), rows,
      created, present, order, key_columns + timestamp);
}

Result<Column> as_times(const Column& column) {
  if (column.type() == ColumnType::timestamp) return column;
  if (column.type() == ColumnType::int64) {
    Column out(column.name(), ColumnType::timestamp);
    for (std::size_t row = 0; row < column.size(); ++row)
      column.is_null(row) ? out.append_null() : out.append_int(column.ints()[row]);
    return out;
  }
  return invalid("entity_rows: column \"at\": expected times, got {}", name_of(column.type()));
}

// The caller's rows in the shape that joins read: keys, then times.
Result<Table> entity_rows_from(const Table& given, const std::vector<std::string>& keys) {
  Table out;
  for (const auto& key : keys) {
    MARU_ASSIGN(const Column* column, given.column(key).at("entity_rows"));
    if (column->null_count() > 0)
      return invalid("entity_rows: key column \"{}\" has {} nulls", key, column->null_count());
    out.add(*column);
  }
  MARU_ASSIGN(const Column* at, given.column("at").at("entity_rows"));
  if (at->null_count() > 0) return invalid("entity_rows: column \"at\" has {} nulls", at->null_count());
  MARU_ASSIGN(Column times, as_times(*at));
  times.rename(std::string(kAt));
  out.add(std::move(times));
  return out;
}

// Only the examples within the times asked for.
Table within(const Table& rows, std::string_view at_name, std::optional<TimeMs> from_ms,
             std::optional<TimeMs> to_ms) {
  const auto at = rows.find(at_name)->ints();
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < at.size(); ++row)
    if ((!from_ms || at[row] >= *from_ms) && (!to_ms || at[row] < *to_ms)) kept.push_back(row);
  return kept.size() == at.size() ? rows : rows.take(kept);
}

void add_read(TrainingSet& out, const RelationData& data) {
  for (const auto& ref : data.datasets) {
    const std::pair<std::string, std::int64_t> read{ref.name, ref.version};
    if (std::find(out.datasets.begin(), out.datasets.end(), read) == out.datasets.end())
      out.datasets.push_back(read);
  }
}

// The features of every example: views' columns as joined, expressions on top.
Result<Table> with_expressions(const CompiledService& service, std::vector<Column> joined, const Table& rows,
                               const Table& carried) {
  const auto at = rows.find(kAt)->ints();
  std::vector<Column> out;
  for (const auto& feature : service.service.features) out.emplace_back(feature.name, feature.type);
  std::vector<expr::Scalar> values(out.size());
  for (std::size_t row = 0; row < rows.rows() && !service.plan.empty(); ++row) {
    for (std::size_t i = 0; i < out.size(); ++i)
      if (!service.service.features[i].expression) values[i] = scalar_of(joined[i], row);
    const auto request = [&](std::string_view name) -> expr::Scalar {
      if (const Column* column = rows.find(name)) return scalar_of(*column, row);
      if (const Column* column = carried.find(name)) return scalar_of(*column, row);
      return {};
    };
    MARU_TRY(service.plan.evaluate(at[row], request, values));
    for (std::size_t i = 0; i < out.size(); ++i)
      if (service.service.features[i].expression) append_scalar(out[i], values[i]);
  }
  Table features;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (service.service.features[i].is_hidden) continue;
    features.add(service.service.features[i].expression ? std::move(out[i]) : std::move(joined[i]));
  }
  return features;
}

}  // namespace

Result<Offline::Examples> Offline::label_rows(const Snapshot& snapshot, const CompiledService& service,
                                              const TrainingSetRequest& request, TrainingSet& out) {
  Examples examples;
  if (request.entity_rows) {
    const Table given = request.entity_rows->find("at") != nullptr &&
                                request.entity_rows->find("at")->type() == ColumnType::timestamp
                            ? within(*request.entity_rows, "at", request.from_ms, request.to_ms)
                            : *request.entity_rows;
    MARU_ASSIGN(examples.rows, entity_rows_from(given, service.service.keys));
    for (const Column& column : given.columns())
      if (examples.rows.find(column.name()) == nullptr && column.name() != "at") examples.carried.add(column);
    return examples;
  }
  MARU_ASSIGN(const LabelPlace label, find_label(*snapshot.model, request.label));
  const Relation& relation = label.source->relation;
  std::vector<std::size_t> keys;
  for (const auto& key : service.service.keys) {
    const auto column = relation.find(key);
    if (!column)
      return invalid("label: source \"{}\" lacks the entity key \"{}\" of service \"{}\"",
                     label.source->source.name, key, request.service);
    keys.push_back(*column);
  }
  MARU_ASSIGN(const RelationData data, data_of(*label.source));
  add_read(out, data);
  // Bounds far outside any data, yet within what TIMESTAMP can hold.
  constexpr TimeMs kEarliest = -62'135'596'800'000, kLatest = 253'402'300'799'000;
  const store::LakeValue bounds[] = {store::LakeTime{request.from_ms.value_or(kEarliest)},
                                     store::LakeTime{request.to_ms.value_or(kLatest)},
                                     store::LakeTime{request.as_of_ms.value_or(clock_.now_ms())}};
  MARU_ASSIGN(Table rows, lake_.query(label_sql(relation, data.sql, keys, label.column), data.sources, bounds,
                                      request.cancel));
  Column labels = std::move(rows.columns().back());
  rows.columns().pop_back();
  labels.rename(relation.columns[label.column].first);
  examples.rows = std::move(rows);
  examples.carried.add(std::move(labels));
  // An example's own row is known when it happens only where nothing says when it became known.
  if (!relation.created) examples.label_source = label.source->source.name;
  return examples;
}

Result<Table> Offline::join(const Snapshot& snapshot, const ViewModel& view, const Table& entity_rows,
                            const TrainingSetRequest& request, std::string_view label_source,
                            TrainingSet& out) {
  MARU_ASSIGN(RelationData data, data_of(*snapshot.model, view));
  add_read(out, data);
  const RowSet& set = snapshot.model->row_sets[view.row_set];
  MARU_ASSIGN(const RelationFacts facts, facts_of(*view.relation, data, set.keys));
  const bool reads_label = !label_source.empty() && std::find(view.sources.begin(), view.sources.end(),
                                                              label_source) != view.sources.end();
  data.sources.push_back({.name = std::string(kEntityRows), .parquet_files = {}, .table = &entity_rows});
  const std::string& rows = cleaning_for(view, facts) == Cleaning::rows ? data.sql : data.raw_sql;
  const std::string sql =
      join_sql(view, set.keys, rows, facts, reads_label ? AtTime::before : AtTime::included);
  MARU_ASSIGN(Table joined,
              lake_.query(sql, data.sources, {}, request.cancel).at("features." + view.view.name));
  if (joined.rows() != entity_rows.rows())
    return internal("features.{}: the join answered {} rows for {} examples", view.view.name, joined.rows(),
                    entity_rows.rows());
  return joined;
}

Result<TrainingSet> Offline::training_set(const Snapshot& snapshot, const TrainingSetRequest& request) {
  MARU_ASSIGN(const CompiledService* service, snapshot.service(request.service));
  TrainingSet out;
  MARU_ASSIGN(Examples examples, label_rows(snapshot, *service, request, out));
  const std::size_t rows = examples.rows.rows();
  if (rows == 0)
    return make_error(Code::failed_precondition,
                      "there is no example: no row with a label known in the time asked for");
  Table numbered = examples.rows;
  std::vector<std::int64_t> places(rows);
  std::iota(places.begin(), places.end(), 0);
  numbered.add(Column::of_ints(std::string(kRow), std::move(places)));

  std::vector<Column> joined;
  for (const auto& feature : service->service.features) joined.emplace_back(feature.name, feature.type);
  for (const std::size_t index : service->views) {
    const ViewModel& view = *snapshot.model->views[index];
    MARU_ASSIGN(Table answer, join(snapshot, view, numbered, request, examples.label_source, out));
    for (std::size_t i = 0; i < joined.size(); ++i) {
      const OutputFeature& feature = service->service.features[i];
      if (feature.view != index) continue;
      joined[i] = answer.columns()[1 + feature.feature];
      joined[i].rename(feature.name);
    }
  }
  MARU_ASSIGN(Table features, with_expressions(*service, std::move(joined), examples.rows, examples.carried));
  for (Column& column : examples.rows.columns()) {
    if (column.name() == kAt) column.rename("at");
    out.table.add(std::move(column));
  }
  for (Column& column : features.columns()) {
    out.features.push_back(column.name());
    out.table.add(std::move(column));
  }
  for (Column& column : examples.carried.columns()) {
    if (out.table.find(column.name()) != nullptr) column.rename("label_" + column.name());
    out.table.add(std::move(column));
  }
  return out;
}

}  // namespace maru::features
