#pragma once
// Whole files of other formats into tables, with errors that name the line and the column.

#include "store/lake/duckdb/sandbox.h"

namespace maru::store::lake {

// The sandbox must have been given `path`.
Result<Table> read_csv(Sandbox& sandbox, const std::filesystem::path& path, const ReadFileOptions& options,
                       Lake::Cancel cancel);
Result<Table> read_jsonl(Sandbox& sandbox, const std::filesystem::path& path, const ReadFileOptions& options,
                         Lake::Cancel cancel);
Result<Table> read_parquet(Sandbox& sandbox, const std::filesystem::path& path,
                           const ReadFileOptions& options, Lake::Cancel cancel);

}  // namespace maru::store::lake
