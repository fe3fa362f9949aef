#pragma once
// Files, behind one seam so that tests can fail a disk. Paths are UTF-8. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru {

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes = 1ULL << 30);
// Writes beside, fsyncs, renames over, fsyncs the folder: afterwards the file has all of the new bytes or all of the old.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);
Result<void> sync_folder(const std::filesystem::path& folder);
Result<void> make_folders(const std::filesystem::path& folder);
// Removes a file or tree; missing is fine.
Result<void> remove_tree(const std::filesystem::path& path);

// A new empty folder below the system's temporary one, removed with the object.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create(std::string_view prefix = "maru");
  TemporaryFolder(TemporaryFolder&&) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) noexcept;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// `relative` joined to `root` when it stays inside: refuses absolute paths, "..", ".", empty segments, NUL, backslashes and
// percent-encoded forms of these, with invalid_argument naming the path. Lexical: follows no link.
Result<std::filesystem::path> safe_join(const std::filesystem::path& root, std::string_view relative);
// The check alone, for names that are keys rather than paths; returns the normal form ("a/b").
Result<std::string> safe_relative_path(std::string_view relative);

// The server's claim to a data folder: an flock on DIR/LOCK. failed_precondition names the pid that holds it.
class FolderLock {
 public:
  static Result<FolderLock> acquire(const std::filesystem::path& folder);
  FolderLock(FolderLock&&) noexcept;
  FolderLock& operator=(FolderLock&&) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

// Faults that tests can inject into every function above and into the blob store: each hook may return an error instead of
// letting the operation happen. Empty in production.
using FileFaultHook = std::function<Result<void>(std::string_view operation, const std::filesystem::path& path)>;
void set_file_fault_hook(FileFaultHook hook);
Result<void> file_fault(std::string_view operation, const std::filesystem::path& path);

}  // namespace maru
