#pragma once
// Rows in the key-value store. Keys, all below "f":
//
//   r | row set | entity | timestamp ↓ | created ↓ | content hash   → an encoded row: newest first, equal
//   rows once p | source | sequence                                           → a pushed row not yet in
//   Parquet n | source                                                      → the next sequence (8 bytes) s |
//   schema id                                                   → the schema of rows that carry this id
//   (JSON) t | row set                                                     → how many rows, and the newest
//   timestamp (16 bytes) m | row set                                                     → how far
//   materialising is (JSON)

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "features/internal/model.h"
#include "features/internal/row_codec.h"
#include "store/keyvalue.h"

namespace maru::features {

// Schemas by id: kept with the rows, and in memory. Thread-safe.
class SchemaBook {
 public:
  // Makes the id readable for whoever sees rows that carry it: call in the transaction that writes them.
  Result<std::uint64_t> write(store::KeyValueWriter& writer, const store::LakeSchema& schema);
  // data_loss for an id never written.
  Result<std::shared_ptr<const store::LakeSchema>> find(store::KeyValueReader& reader,
                                                        std::uint64_t id) const;

 private:
  mutable std::shared_mutex mutex_;
  mutable std::map<std::uint64_t, std::shared_ptr<const store::LakeSchema>> schemas_;
};

// An entity's key values as they stand in keys. Long ones are replaced by their digest.
class EntityKey {
 public:
  EntityKey& add(std::string_view text);
  EntityKey& add(const Column& column, std::size_t row);  // not null
  // The prefix of this entity's rows in a row set.
  std::string prefix(std::string_view row_set) const;

 private:
  std::string parts_;
};

struct RowTimes {
  TimeMs timestamp_ms = 0;
  TimeMs created_ms = 0;
};

struct RowSetStats {
  std::uint64_t rows = 0;
  TimeMs newest_ms = 0;
};

// Writes rows of one row set in one transaction and keeps its stats.
class RowSetWriter {
 public:
  static Result<RowSetWriter> open(store::KeyValueWriter& writer, const RowSet& set);
  // Whether the row was not there yet. `entity` and times are those of the row.
  Result<bool> put(const EntityKey& entity, RowTimes times, std::int64_t content_hash, std::string_view row);
  Result<void> finish();

 private:
  RowSetWriter(store::KeyValueWriter& writer, std::string id, RowSetStats stats)
      : writer_(&writer), id_(std::move(id)), stats_(stats) {}
  store::KeyValueWriter* writer_;
  std::string id_;
  RowSetStats stats_;
};

Result<RowSetStats> read_stats(store::KeyValueReader& reader, std::string_view row_set);

// An entity's rows, newest first, from `at_ms` back, those not known by then left out. Views are valid until
// next().
class RowCursor {
 public:
  static Result<RowCursor> open(store::KeyValueReader& reader, std::string prefix, TimeMs at_ms);
  Result<bool> next();
  RowTimes times() const { return times_; }
  std::string_view row() const { return cursor_->value(); }

 private:
  RowCursor(std::unique_ptr<store::KeyValueCursor> cursor, std::string prefix, TimeMs at_ms)
      : cursor_(std::move(cursor)), prefix_(std::move(prefix)), at_ms_(at_ms) {}
  std::unique_ptr<store::KeyValueCursor> cursor_;
  std::string prefix_;
  TimeMs at_ms_;
  RowTimes times_;
  bool started_ = false;
};

// Removes at most `limit` rows with timestamps before `before_ms`, beginning with the entity after `from` (""
// = the first); `from` becomes the place to go on from, or "" at the end.
Result<std::uint64_t> prune_rows(store::KeyValueWriter& writer, const RowSet& set, TimeMs before_ms,
                                 std::uint64_t limit, std::string& from);

// Pushed rows on their way to Parquet.
Result<void> append_pending(store::KeyValueWriter& writer, std::string_view source,
                            std::span<const std::string> rows);
struct PendingRows {
  std::vector<std::string> rows;
  std::int64_t first = 0, last = -1;  // sequences
};
Result<PendingRows> read_pending(store::KeyValueReader& reader, std::string_view source, std::int64_t after,
                                 std::size_t limit);
Result<void> remove_pending(store::KeyValueWriter& writer, std::string_view source, std::int64_t last);

std::string materialize_key(std::string_view row_set);

}  // namespace maru::features
