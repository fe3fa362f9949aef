#include "features/internal/online.h"

#include "base/ids.h"

namespace maru::features {
namespace {

RowTimes times_of(const Table& rows, const Relation& relation, std::size_t row) {
  const TimeMs timestamp = rows.columns()[relation.timestamp].ints()[row];
  if (!relation.created || rows.columns()[*relation.created].is_null(row)) return {timestamp, timestamp};
  return {timestamp, rows.columns()[*relation.created].ints()[row]};
}

// The columns of the request that hold a view's entity key, by place.
Result<std::vector<const Column*>> key_columns(const Entity& entity, const Table& entities) {
  std::vector<const Column*> columns;
  for (const auto& key : entity.keys) {
    const Column* column = entities.find(key);
    if (column == nullptr)
      return invalid("entities: the key \"{}\" of entity \"{}\" is missing{}", key, entity.name,
                     did_you_mean(key, entities.names()));
    if (column->null_count() > 0)
      return invalid("entities: the key \"{}\" is null in {} rows", key, column->null_count());
    columns.push_back(column);
  }
  return columns;
}

// Keys of whole numbers and text are the same in keys, so that {"id": 7} and {"id": "7"} ask for one entity.
EntityKey entity_key(const std::vector<const Column*>& columns, std::size_t row) {
  EntityKey key;
  for (const Column* column : columns)
    column->type() == ColumnType::float64 ? key.add(column->shown(row)) : key.add(*column, row);
  return key;
}

}  // namespace

std::vector<EncodedRow> encode_rows(const Table& rows, const Relation& relation) {
  const std::uint64_t id = schema_id_of(relation.columns);
  std::vector<const Column*> columns;
  for (const Column& column : rows.columns()) columns.push_back(&column);
  std::vector<EncodedRow> out;
  out.reserve(rows.rows());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    EncodedRow encoded{encode_row(id, columns, row), times_of(rows, relation, row), 0};
    const auto view = RowView::of(encoded.bytes, columns.size());
    if (view.has_value()) encoded.content_hash = content_hash_of(*view, relation.columns);
    out.push_back(std::move(encoded));
  }
  return out;
}

bool has_keys(const Table& rows, const RowSet& set, std::size_t row) {
  return std::none_of(set.keys.begin(), set.keys.end(),
                      [&](std::size_t key) { return rows.columns()[key].is_null(row); });
}

EntityKey entity_of(const Table& rows, const RowSet& set, std::size_t row) {
  EntityKey key;
  for (const std::size_t column : set.keys) key.add(rows.columns()[column], row);
  return key;
}

Result<std::uint64_t> push_rows(store::KeyValue& online, SchemaBook& schemas, const Model& model,
                                const SourceModel& source, const Table& rows) {
  const std::vector<EncodedRow> encoded = encode_rows(rows, source.relation);
  std::vector<const RowSet*> sets;
  for (const RowSet& set : model.row_sets)
    if (set.source == source.source.name) sets.push_back(&set);
  for (const RowSet* set : sets)
    for (std::size_t row = 0; row < rows.rows(); ++row)
      if (!has_keys(rows, *set, row))
        return invalid("row {}: an entity key of {} is missing", row + 1, set->id);
  return online.write([&](store::KeyValueWriter& writer) -> Result<std::uint64_t> {
    MARU_TRY(schemas.write(writer, source.relation.columns));
    std::vector<bool> is_new(rows.rows(), sets.empty());
    for (const RowSet* set : sets) {
      MARU_ASSIGN(RowSetWriter set_writer, RowSetWriter::open(writer, *set));
      for (std::size_t row = 0; row < encoded.size(); ++row) {
        MARU_ASSIGN(const bool added, set_writer.put(entity_of(rows, *set, row), encoded[row].times,
                                                     encoded[row].content_hash, encoded[row].bytes));
        if (added) is_new[row] = true;
      }
      MARU_TRY(set_writer.finish());
    }
    std::vector<std::string> waiting;
    for (std::size_t row = 0; row < encoded.size(); ++row)
      if (is_new[row]) waiting.push_back(encoded[row].bytes);
    if (!waiting.empty()) MARU_TRY(append_pending(writer, source.source.name, waiting));
    return static_cast<std::uint64_t>(waiting.size());
  });
}

Result<void> put_rows(store::KeyValue& online, SchemaBook& schemas, const RowSet& set, const Table& rows,
                      const std::string& note_key, const std::string& note) {
  const std::vector<EncodedRow> encoded = encode_rows(rows, *set.relation);
  return online.write([&](store::KeyValueWriter& writer) -> Result<void> {
    MARU_TRY(schemas.write(writer, set.relation->columns));
    MARU_ASSIGN(RowSetWriter set_writer, RowSetWriter::open(writer, set));
    for (std::size_t row = 0; row < encoded.size(); ++row)
      if (has_keys(rows, set, row) && !rows.columns()[set.relation->timestamp].is_null(row))
        MARU_TRY(set_writer.put(entity_of(rows, set, row), encoded[row].times, encoded[row].content_hash,
                                encoded[row].bytes));
    MARU_TRY(set_writer.finish());
    return writer.put(note_key, note);
  });
}

Result<OnlineRows> read_service(store::KeyValue& online, const SchemaBook& schemas, const Model& model,
                                const CompiledService& service, const Table& entities, TimeMs at_ms) {
  const auto& features = service.service.features;
  std::vector<std::pair<std::size_t, std::vector<const Column*>>> keys;
  for (const std::size_t view : service.views) {
    MARU_ASSIGN(auto columns, key_columns(model.views[view]->entity, entities));
    keys.emplace_back(view, std::move(columns));
  }
  OnlineRows out;
  out.at_ms = at_ms;
  for (const auto& feature : features) {
    if (feature.is_hidden) continue;
    out.features.push_back(feature.name);
    out.types.push_back(feature.type);
  }
  auto read = online.read([&](store::KeyValueReader& reader) -> Result<void> {
    std::vector<OnlineValue> values(features.size());
    std::vector<expr::Scalar> scalars(features.size());
    for (std::size_t row = 0; row < entities.rows(); ++row) {
      for (const auto& [index, columns] : keys) {
        const ViewModel& view = *model.views[index];
        MARU_ASSIGN(auto found, read_view(reader, schemas, view, model.row_sets[view.row_set],
                                          entity_key(columns, row), at_ms));
        for (std::size_t i = 0; i < features.size(); ++i)
          if (features[i].view == index) values[i] = found[features[i].feature];
      }
      if (!service.plan.empty()) {
        for (std::size_t i = 0; i < features.size(); ++i) scalars[i] = values[i].value;
        const auto request = [&](std::string_view name) -> expr::Scalar {
          const Column* column = entities.find(name);
          return column == nullptr ? expr::Scalar() : scalar_of(*column, row);
        };
        MARU_TRY(service.plan.evaluate(at_ms, request, scalars));
      }
      std::vector<OnlineValue> shown;
      shown.reserve(out.features.size());
      for (std::size_t i = 0; i < features.size(); ++i) {
        if (features[i].is_hidden) continue;
        if (features[i].expression)
          shown.push_back({scalars[i],
                           expr::is_null(scalars[i]) ? ValueStatus::null_value : ValueStatus::present,
                           at_ms});
        else
          shown.push_back(values[i]);
      }
      out.rows.push_back(std::move(shown));
    }
    return {};
  });
  if (!read.has_value()) return std::move(read.error());
  return out;
}

}  // namespace maru::features
