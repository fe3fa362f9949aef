#include "features/internal/row_store.h"

#include <cstring>

#include "base/hash.h"
#include "store/keys.h"

namespace maru::features {
namespace {

using store::KeyBuilder;
using store::KeyParser;

constexpr std::size_t kEntityBytesLimit = 200;  // of a key of at most 511
constexpr std::size_t kSetBytesLimit = 80;
constexpr std::size_t kTimesBytes = 24;  // timestamp, created, content hash

KeyBuilder key_for(char kind, std::string_view name) {
  KeyBuilder key(std::string{'f', kind});
  key.text(name.size() <= kSetBytesLimit ? std::string(name) : "#" + sha256_hex(name).substr(0, 32));
  return key;
}

std::string two_numbers(std::int64_t a, std::int64_t b) { return KeyBuilder().int64(a).int64(b).key(); }

}  // namespace

Result<std::uint64_t> SchemaBook::write(store::KeyValueWriter& writer, const store::LakeSchema& schema) {
  const std::uint64_t id = schema_id_of(schema);
  const std::string key = KeyBuilder("fs").int64(static_cast<std::int64_t>(id)).key();
  MARU_ASSIGN(const auto stored, writer.get(key));
  if (!stored) {
    JsonArray columns;
    for (const auto& [name, type] : schema) columns.push_back(JsonArray{name, name_of(type)});
    MARU_TRY(writer.put(key, to_json(columns)));
  }
  return id;
}

Result<std::shared_ptr<const store::LakeSchema>> SchemaBook::find(store::KeyValueReader& reader,
                                                                  std::uint64_t id) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = schemas_.find(id); found != schemas_.end()) return found->second;
  }
  MARU_ASSIGN(const auto stored, reader.get(KeyBuilder("fs").int64(static_cast<std::int64_t>(id)).key()));
  if (!stored) return make_error(Code::data_loss, "a stored feature row has a schema that is not known");
  MARU_ASSIGN(const Json json, parse_json(*stored));
  MARU_ASSIGN(const auto items, JsonReader(json).items());
  auto schema = std::make_shared<store::LakeSchema>();
  for (const JsonReader& item : items) {
    MARU_ASSIGN(const auto pair, item.texts());
    if (pair.size() != 2) return make_error(Code::data_loss, "a stored schema is damaged");
    MARU_ASSIGN(const ColumnType type, column_type(pair[1]));
    schema->emplace_back(pair[0], type);
  }
  const std::unique_lock lock(mutex_);
  return schemas_.emplace(id, std::move(schema)).first->second;
}

EntityKey& EntityKey::add(std::string_view text) {
  parts_ = KeyBuilder(std::move(parts_)).text(text).key();
  return *this;
}

EntityKey& EntityKey::add(const Column& column, std::size_t row) {
  return column.type() == ColumnType::text ? add(column.text(row)) : add(std::to_string(column.ints()[row]));
}

std::string EntityKey::prefix(std::string_view row_set) const {
  KeyBuilder key = key_for('r', row_set);
  return std::move(key.text(parts_.size() <= kEntityBytesLimit ? parts_ : "#" + sha256_hex(parts_))).key();
}

Result<RowSetStats> read_stats(store::KeyValueReader& reader, std::string_view row_set) {
  MARU_ASSIGN(const auto stored, reader.get(key_for('t', row_set).key()));
  if (!stored) return RowSetStats{};
  KeyParser parser(*stored);
  MARU_ASSIGN(const auto rows, parser.int64());
  MARU_ASSIGN(const auto newest, parser.int64());
  return RowSetStats{static_cast<std::uint64_t>(rows), newest};
}

Result<RowSetWriter> RowSetWriter::open(store::KeyValueWriter& writer, const RowSet& set) {
  MARU_ASSIGN(const RowSetStats stats, read_stats(writer, set.id));
  return RowSetWriter(writer, set.id, stats);
}

Result<bool> RowSetWriter::put(const EntityKey& entity, RowTimes times, std::int64_t content_hash,
                               std::string_view row) {
  KeyBuilder key(entity.prefix(id_));
  key.int64_descending(times.timestamp_ms).int64_descending(times.created_ms).int64(content_hash);
  MARU_ASSIGN(const auto present, writer_->get(key.key()));
  if (present) return false;
  MARU_TRY(writer_->put(key.key(), row));
  stats_.newest_ms = stats_.rows == 0 ? times.timestamp_ms : std::max(stats_.newest_ms, times.timestamp_ms);
  ++stats_.rows;
  return true;
}

Result<void> RowSetWriter::finish() {
  return writer_->put(key_for('t', id_).key(),
                      two_numbers(static_cast<std::int64_t>(stats_.rows), stats_.newest_ms));
}

Result<RowCursor> RowCursor::open(store::KeyValueReader& reader, std::string prefix, TimeMs at_ms) {
  MARU_ASSIGN(auto cursor, reader.cursor());
  return RowCursor(std::move(cursor), std::move(prefix), at_ms);
}

Result<bool> RowCursor::next() {
  while (true) {
    bool found = false;
    if (!started_) {
      MARU_ASSIGN(found, cursor_->seek(KeyBuilder(prefix_).int64_descending(at_ms_).key()));
      started_ = true;
    } else {
      MARU_ASSIGN(found, cursor_->next());
    }
    if (!found || !cursor_->key().starts_with(prefix_) ||
        cursor_->key().size() != prefix_.size() + kTimesBytes)
      return false;
    KeyParser parser(cursor_->key().substr(prefix_.size()));
    MARU_ASSIGN(times_.timestamp_ms, parser.int64_descending());
    MARU_ASSIGN(times_.created_ms, parser.int64_descending());
    if (times_.created_ms <= at_ms_) return true;
  }
}

Result<std::uint64_t> prune_rows(store::KeyValueWriter& writer, const RowSet& set, TimeMs before_ms,
                                 std::uint64_t limit, std::string& from) {
  const std::string all = key_for('r', set.id).key();
  std::uint64_t removed = 0;
  std::string place = from.empty() ? all : from;
  from.clear();
  while (true) {
    std::string entity;
    {
      MARU_ASSIGN(const auto cursor, writer.cursor());
      MARU_ASSIGN(const bool found, cursor->seek(place));
      if (!found || !cursor->key().starts_with(all) || cursor->key().size() < all.size() + kTimesBytes) break;
      entity = cursor->key().substr(0, cursor->key().size() - kTimesBytes);
    }
    const std::string end = store::end_of_prefix(entity);
    MARU_ASSIGN(const auto gone,
                writer.remove_range(KeyBuilder(entity).int64_descending(before_ms - 1).key(), end));
    removed += gone;
    place = end;
    if (removed >= limit) {
      from = place;
      break;
    }
  }
  MARU_ASSIGN(RowSetStats stats, read_stats(writer, set.id));
  stats.rows -= std::min(stats.rows, removed);
  if (removed > 0)
    MARU_TRY(writer.put(key_for('t', set.id).key(),
                        two_numbers(static_cast<std::int64_t>(stats.rows), stats.newest_ms)));
  return removed;
}

Result<void> append_pending(store::KeyValueWriter& writer, std::string_view source,
                            std::span<const std::string> rows) {
  const std::string counter = key_for('n', source).key();
  MARU_ASSIGN(const auto stored, writer.get(counter));
  std::int64_t next = 1;
  if (stored) {
    MARU_ASSIGN(next, KeyParser(*stored).int64());
  }
  for (const auto& row : rows) MARU_TRY(writer.put(key_for('p', source).int64(next++).key(), row));
  return writer.put(counter, KeyBuilder().int64(next).key());
}

Result<PendingRows> read_pending(store::KeyValueReader& reader, std::string_view source, std::int64_t after,
                                 std::size_t limit) {
  PendingRows out;
  const std::string prefix = key_for('p', source).key();
  MARU_ASSIGN(const auto cursor, reader.cursor());
  MARU_ASSIGN(bool found, cursor->seek(key_for('p', source).int64(after + 1).key()));
  while (found && cursor->key().starts_with(prefix) && out.rows.size() < limit) {
    KeyParser parser(cursor->key().substr(prefix.size()));
    MARU_ASSIGN(out.last, parser.int64());
    if (out.rows.empty()) out.first = out.last;
    out.rows.emplace_back(cursor->value());
    MARU_ASSIGN(found, cursor->next());
  }
  return out;
}

Result<void> remove_pending(store::KeyValueWriter& writer, std::string_view source, std::int64_t last) {
  MARU_TRY(writer.remove_range(key_for('p', source).key(), key_for('p', source).int64(last + 1).key()));
  return {};
}

std::string materialize_key(std::string_view row_set) { return key_for('m', row_set).key(); }

}  // namespace maru::features
