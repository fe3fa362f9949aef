#pragma once
// Rows from outside brought into a relation's shape, or refused with their place.

#include "base/columns.h"
#include "features/internal/model.h"

namespace maru::features {

// Every column of the relation, in order and of its type: missing ones null, `created` `now_ms` where absent.
// invalid_argument names row (from 1) and column: unknown columns, values of another kind, a missing
// timestamp.
Result<Table> conform(const Table& rows, const Relation& relation, TimeMs now_ms);

// JSON objects as rows of the columns that appear in them.
Result<Table> table_from_json(const JsonReader& rows, const store::LakeSchema& schema,
                              std::size_t rows_limit);

}  // namespace maru::features
