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

// "cannot open /a/b: No such file or directory", with the Code that tells the caller what to do: not_found,
// permission_denied, unavailable (disk full, too many files), data_loss (the device failed), else internal.
Error file_error(std::string_view what, const std::filesystem::path& path, int error_number);

// An open file descriptor; closes with the object. Reads and writes whole ranges, goes on after signals.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  FileDescriptor(int descriptor, std::filesystem::path path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  FileDescriptor(FileDescriptor&&) noexcept;
  FileDescriptor& operator=(FileDescriptor&&) noexcept;
  ~FileDescriptor();
  static Result<FileDescriptor> open_to_read(const std::filesystem::path& path);
  // Makes a new file; already_exists when there is one.
  static Result<FileDescriptor> create(const std::filesystem::path& path);

  // Up to `limit` bytes into `into` (replaced); empty at the end of the file.
  Result<void> read(std::string& into, std::size_t limit);
  Result<void> write(std::string_view bytes);
  Result<void> sync();
  Result<std::uint64_t> size_bytes() const;
  int get() const { return descriptor_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::filesystem::path path_;
};

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes = 1ULL << 30);
// Writes beside, fsyncs, renames over, fsyncs the folder: afterwards the file has all of the new bytes or all
// of the old.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);
// Atomic; replaces a file of the new name.
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
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

// `relative` joined to `root` when it stays inside: refuses absolute paths, "..", ".", empty segments, NUL,
// backslashes and percent-encoded forms of these, with invalid_argument naming the path. Lexical: follows no
// link.
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

// Faults that tests can inject into every function above and into the blob store: each hook may return an
// error instead of letting the operation happen. Operations: open, create, read, write, sync, rename, remove,
// sync_folder, make_folders. Empty in production.
using FileFaultHook =
    std::function<Result<void>(std::string_view operation, const std::filesystem::path& path)>;
void set_file_fault_hook(FileFaultHook hook);
Result<void> file_fault(std::string_view operation, const std::filesystem::path& path);

}  // namespace maru
