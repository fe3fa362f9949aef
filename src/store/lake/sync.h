#pragma once
// Files that another library wrote, made durable.

#include <filesystem>

#include "base/result.h"

namespace maru::store {

// Flushes `written` to disk, renames it to `file` and flushes the folder: afterwards `file` is complete, or
// as it was.
Result<void> publish_file(const std::filesystem::path& written, const std::filesystem::path& file);

}  // namespace maru::store
