#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/ids.h"

namespace maru {
namespace {

namespace fs = std::filesystem;

Code code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return Code::not_found;
    case EEXIST:
      return Code::already_exists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::permission_denied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EBUSY:
      return Code::unavailable;
    case EIO:
      return Code::data_loss;
    default:
      return Code::internal;
  }
}

}  // namespace

Error file_error(std::string_view what, const fs::path& path, int error_number) {
  return make_error(code_of(error_number), "cannot {} {}: {}", what, path.string(),
                    std::error_code(error_number, std::generic_category()).message());
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileDescriptor> FileDescriptor::open_to_read(const fs::path& path) {
  MARU_TRY(file_fault("open", path));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error("open", path, errno);
  return FileDescriptor(descriptor, path);
}

Result<FileDescriptor> FileDescriptor::create(const fs::path& path) {
  MARU_TRY(file_fault("create", path));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) return file_error("create", path, errno);
  return FileDescriptor(descriptor, path);
}

Result<void> FileDescriptor::read(std::string& into, std::size_t limit) {
  MARU_TRY(file_fault("read", path_));
  into.resize(limit);
  std::size_t have = 0;
  while (have < limit) {
    const ssize_t got = ::read(descriptor_, into.data() + have, limit - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path_, errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  into.resize(have);
  return {};
}

Result<void> FileDescriptor::write(std::string_view bytes) {
  MARU_TRY(file_fault("write", path_));
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return file_error("write", path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> FileDescriptor::sync() {
  MARU_TRY(file_fault("sync", path_));
  if (::fsync(descriptor_) != 0) return file_error("fsync", path_, errno);
  return {};
}

Result<std::uint64_t> FileDescriptor::size_bytes() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return file_error("stat", path_, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> read_file(const fs::path& path, std::uint64_t limit_bytes) {
  MARU_ASSIGN(FileDescriptor file, FileDescriptor::open_to_read(path));
  MARU_ASSIGN(const std::uint64_t size, file.size_bytes());
  const auto too_large = [&] {
    return make_error(Code::payload_too_large, "{} is larger than {} bytes", path.string(), limit_bytes);
  };
  if (size > limit_bytes) return too_large();
  // One byte more than it should hold, so that a file that grows (or /proc, whose size is 0) is read whole.
  constexpr std::size_t kChunkBytes = std::size_t{1} << 16;
  std::string bytes, chunk;
  MARU_TRY(file.read(bytes, static_cast<std::size_t>(size) + 1));
  while (bytes.size() > size) {
    MARU_TRY(file.read(chunk, kChunkBytes));
    if (chunk.empty()) break;
    bytes += chunk;
    if (bytes.size() > limit_bytes) return too_large();
  }
  return bytes;
}

Result<void> write_file_atomically(const fs::path& path, std::string_view bytes) {
  const fs::path beside = fs::path(path).concat("." + new_id() + ".part");
  const auto write_beside = [&]() -> Result<void> {
    MARU_ASSIGN(FileDescriptor file, FileDescriptor::create(beside));
    MARU_TRY(file.write(bytes));
    return file.sync();
  };
  auto written = write_beside();
  if (written) written = rename_file(beside, path);
  if (!written) {
    ::unlink(beside.c_str());
    return written;
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<void> rename_file(const fs::path& from, const fs::path& to) {
  MARU_TRY(file_fault("rename", to));
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error("rename to", to, errno);
  return {};
}

Result<void> sync_folder(const fs::path& folder) {
  MARU_TRY(file_fault("sync_folder", folder));
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder);
  if (descriptor.get() < 0) return file_error("open", folder, errno);
  if (::fsync(descriptor.get()) != 0) return file_error("fsync", folder, errno);
  return {};
}

Result<void> make_folders(const fs::path& folder) {
  MARU_TRY(file_fault("make_folders", folder));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return file_error("make folder", folder, error.value());
  return {};
}

Result<void> remove_tree(const fs::path& path) {
  MARU_TRY(file_fault("remove", path));
  std::error_code error;
  fs::remove_all(path, error);
  if (error && error.value() != ENOENT) return file_error("remove", path, error.value());
  return {};
}

Result<TemporaryFolder> TemporaryFolder::create(std::string_view prefix) {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  std::string name = (parent / fmt::format("{}-XXXXXX", prefix)).string();
  if (error || ::mkdtemp(name.data()) == nullptr)
    return file_error("make folder", name, error ? error.value() : errno);
  return TemporaryFolder(fs::path(name));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<FolderLock> FolderLock::acquire(const fs::path& folder) {
  const fs::path path = folder / "LOCK";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return file_error("open", path, errno);
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return file_error("lock", path, errno);
    std::string holder(32, '\0');
    const ssize_t got = ::pread(descriptor, holder.data(), holder.size(), 0);
    holder.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return make_error(Code::failed_precondition,
                      "{} is in use by process {}: stop it, or choose another data folder", folder.string(),
                      holder.empty() ? "(unknown)" : holder);
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
    return file_error("write", path, errno);
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);  // lets go of the flock
}

}  // namespace maru
