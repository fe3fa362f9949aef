#pragma once
// Bringing history online, in batches that can be interrupted and gone on with.

#include "features/feature_store.h"
#include "features/internal/offline.h"
#include "features/internal/online.h"

namespace maru::features {

struct MaterializeRange {
  std::optional<TimeMs> from_ms, to_ms;
  bool operator==(const MaterializeRange&) const = default;
};

// How far one row set is; kept beside its rows, written in the transaction of each batch.
struct MaterializeState {
  std::string fingerprint;  // of the data read
  MaterializeRange range;
  TimeMs done_ms = 0;  // rows before this time are online; those at it perhaps
  std::uint64_t rows = 0;
  bool is_complete = false;
  static Result<std::optional<MaterializeState>> read(store::KeyValue& online, std::string_view row_set);
  std::string text() const;
};

struct MaterializeParts {
  store::Lake& lake;
  store::KeyValue& online;
  Offline& offline;
  SchemaBook& schemas;
  std::size_t batch_rows;
};

// Rows of the view's row set with timestamps in the range. Idempotent: rows are keyed by their content.
Result<MaterializeReport> materialize_rows(MaterializeParts parts, const Model& model, const ViewModel& view,
                                           const MaterializeRange& range, const Progress& progress,
                                           store::Lake::Cancel cancel);

}  // namespace maru::features
