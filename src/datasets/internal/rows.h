#pragma once
// The room's tables as its types.

#include <optional>
#include <string_view>
#include <vector>

#include "datasets/catalog.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::datasets::rows {

Result<void> upsert_dataset(store::Transaction& transaction, const Declaration& declaration, TimeMs now_ms);
// Only when it is not there yet.
Result<void> ensure_dataset(store::Transaction& transaction, std::string_view name, TimeMs now_ms);
Result<std::vector<Dataset>> list_datasets(store::Reader& reader, std::string_view project);
Result<Dataset> get_dataset(store::Reader& reader, std::string_view name);  // not_found, with the nearest

// `folder` is where the Parquet files are.
Result<void> insert_version(store::Transaction& transaction, const DatasetVersion& version);
Result<std::optional<DatasetVersion>> latest_version(store::Reader& reader, std::string_view name,
                                                     const std::filesystem::path& folder);
Result<DatasetVersion> get_version(store::Reader& reader, const DatasetRef& ref,
                                   const std::filesystem::path& folder);
Result<std::vector<DatasetVersion>> list_versions(store::Reader& reader, std::string_view name,
                                                  const std::filesystem::path& folder);
Result<void> update_checks(store::Transaction& transaction, const DatasetRef& ref, const JsonArray& checks);

std::filesystem::path parquet_path(const std::filesystem::path& folder, std::string_view content_hash);
std::span<const store::NamedStatement> statements();

}  // namespace maru::datasets::rows
