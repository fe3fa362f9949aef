#pragma once
// Pushed rows in Parquet: written in the background, one file a flush, merged when many.

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "features/internal/model.h"
#include "features/internal/row_store.h"
#include "features/internal/tables.h"
#include "store/database.h"

namespace maru::features {

// Thread-safe; one flush at a time. A crash between its steps loses nothing and repeats nothing: a segment's
// row in the database says which sequences are in Parquet, and waiting rows up to there are passed over.
class Segments {
 public:
  Segments(std::filesystem::path folder, store::Database& database, store::KeyValue& online,
           store::Lake& lake, Clock& clock)
      : folder_(std::move(folder)), database_(database), online_(online), lake_(lake), clock_(clock) {}

  // Files of the source's pushed rows, oldest first.
  Result<std::vector<std::filesystem::path>> files(std::string_view source) const;
  // Writes all rows of the source that wait; how many.
  Result<std::uint64_t> flush(const SourceModel& source, const SchemaBook& schemas);

 private:
  Result<std::uint64_t> flush_some(const SourceModel& source, const SchemaBook& schemas);
  Result<Table> decode(const PendingRows& pending, const Relation& relation, const SchemaBook& schemas);
  Result<void> merge(std::string_view source);

  std::filesystem::path folder_;
  store::Database& database_;
  store::KeyValue& online_;
  store::Lake& lake_;
  Clock& clock_;
  std::mutex mutex_;
};

}  // namespace maru::features
