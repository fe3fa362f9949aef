#pragma once
// Writing rows online and reading values as of a time.

#include "features/feature_store.h"
#include "features/internal/online_values.h"
#include "features/internal/row_input.h"
#include "features/internal/snapshot.h"

namespace maru::features {

// A row on its way into row sets.
struct EncodedRow {
  std::string bytes;
  RowTimes times;
  std::int64_t content_hash = 0;
};

// Encodes rows that conform() made. Rows of a null key are refused by push and left out by materialising.
std::vector<EncodedRow> encode_rows(const Table& rows, const Relation& relation);
bool has_keys(const Table& rows, const RowSet& set, std::size_t row);
EntityKey entity_of(const Table& rows, const RowSet& set, std::size_t row);

// Puts rows into the source's row sets and, when they were not there, among the waiting ones. Returns how
// many were new.
Result<std::uint64_t> push_rows(store::KeyValue& online, SchemaBook& schemas, const Model& model,
                                const SourceModel& source, const Table& rows);

// Puts rows into one row set, with `note` under `note_key`, in one transaction.
Result<void> put_rows(store::KeyValue& online, SchemaBook& schemas, const RowSet& set, const Table& rows,
                      const std::string& note_key, const std::string& note);

Result<OnlineRows> read_service(store::KeyValue& online, const SchemaBook& schemas, const Model& model,
                                const CompiledService& service, const Table& entities, TimeMs at_ms);

}  // namespace maru::features
