#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/ids.h"
#include "store/blobs.h"

namespace maru::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPrefixDigits = 2;  // 256 folders keep each one short
constexpr std::string_view kIncoming = "incoming";

Result<void> check_digest(std::string_view sha256) {
  const bool is_digest =
      sha256.size() == 64 && sha256.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_digest) return invalid("expected a SHA-256 of 64 lower-case hex digits, got \"{}\"", sha256);
  return {};
}

fs::path place_of(const fs::path& folder, std::string_view sha256) {
  return folder / sha256.substr(0, kPrefixDigits) / sha256.substr(kPrefixDigits);
}

// The size of the blob's file; empty when there is none.
Result<std::optional<std::uint64_t>> stored_size(const fs::path& path) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(path, error);
  if (!error) return std::optional(size);
  if (error.value() == ENOENT) return std::optional<std::uint64_t>();
  return file_error("stat", path, error.value());
}

class LocalWriter final : public BlobWriter {
 public:
  LocalWriter(fs::path folder, FileDescriptor file) : folder_(std::move(folder)), file_(std::move(file)) {}
  ~LocalWriter() override {
    if (!done_) ::unlink(file_.path().c_str());
  }

  Result<void> append(std::string_view bytes) override {
    MARU_TRY(file_.write(bytes));
    hash_.update(bytes);
    size_bytes_ += bytes.size();
    return {};
  }

  Result<BlobRef> commit() override {
    BlobRef ref{hash_.hex(), size_bytes_};
    const fs::path place = place_of(folder_, ref.sha256);
    MARU_ASSIGN(const auto size, stored_size(place));
    if (size != size_bytes_) {
      MARU_TRY(file_.sync());
      MARU_TRY(rename_file(file_.path(), place));
      done_ = true;
    }
    // Also for a blob that was there: whoever wrote it may not have come to this yet.
    MARU_TRY(sync_folder(place.parent_path()));
    return ref;
  }

  std::uint64_t size_bytes() const override { return size_bytes_; }

 private:
  const fs::path folder_;
  FileDescriptor file_;
  Sha256 hash_;
  std::uint64_t size_bytes_ = 0;
  bool done_ = false;
};

class LocalReader final : public BlobReader {
 public:
  LocalReader(std::string sha256, FileDescriptor file, std::uint64_t size_bytes)
      : sha256_(std::move(sha256)), file_(std::move(file)), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_; }

  Result<void> read(std::string& into, std::size_t limit) override {
    MARU_TRY(file_.read(into, limit));
    if (!whole_) return {};
    hash_.update(into);
    if (into.size() == limit && limit != 0) return {};
    whole_ = false;  // checked once
    if (hash_.hex() != sha256_) {
      return make_error(Code::data_loss, "blob {} is damaged: its bytes do not have that digest", sha256_);
    }
    return {};
  }

  Result<void> skip(std::uint64_t bytes) override {
    if (bytes == 0) return {};
    whole_ = false;
    const off_t here = ::lseek(file_.get(), 0, SEEK_CUR);
    if (here < 0 || bytes > size_bytes_ - static_cast<std::uint64_t>(here)) {
      return make_error(Code::out_of_range, "blob {} has only {} bytes", sha256_, size_bytes_);
    }
    if (::lseek(file_.get(), static_cast<off_t>(bytes), SEEK_CUR) < 0)
      return file_error("seek in", file_.path(), errno);
    return {};
  }

 private:
  const std::string sha256_;
  FileDescriptor file_;
  const std::uint64_t size_bytes_;
  Sha256 hash_;
  bool whole_ = true;  // nothing was skipped, and the end not reached yet
};

class LocalBlobs final : public Blobs {
 public:
  explicit LocalBlobs(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<BlobWriter>> begin() override {
    MARU_ASSIGN(FileDescriptor file, FileDescriptor::create(folder_ / kIncoming / new_id()));
    return std::make_unique<LocalWriter>(folder_, std::move(file));
  }

  Result<BlobRef> put(std::string_view bytes) override {
    const std::string sha256 = sha256_hex(bytes);
    const fs::path place = place_of(folder_, sha256);
    MARU_ASSIGN(const auto size, stored_size(place));
    if (size == bytes.size()) {
      MARU_TRY(sync_folder(place.parent_path()));
      return BlobRef{sha256, bytes.size()};
    }
    MARU_ASSIGN(const auto writer, begin());
    MARU_TRY(writer->append(bytes));
    return writer->commit();
  }

  Result<std::unique_ptr<BlobReader>> open(std::string_view sha256) override {
    MARU_ASSIGN(const fs::path path, path_of(sha256));
    MARU_ASSIGN(FileDescriptor file, FileDescriptor::open_to_read(path));
    MARU_ASSIGN(const std::uint64_t size, file.size_bytes());
    return std::make_unique<LocalReader>(std::string(sha256), std::move(file), size);
  }

  Result<fs::path> path_of(std::string_view sha256) override {
    MARU_ASSIGN(const bool found, contains(sha256));
    if (!found) return not_found("there is no blob {}", sha256);
    return place_of(folder_, sha256);
  }

  Result<bool> contains(std::string_view sha256) override {
    MARU_TRY(check_digest(sha256));
    MARU_ASSIGN(const auto size, stored_size(place_of(folder_, sha256)));
    return size.has_value();
  }

  Result<void> remove(std::string_view sha256) override {
    MARU_TRY(check_digest(sha256));
    const fs::path place = place_of(folder_, sha256);
    MARU_TRY(file_fault("remove", place));
    if (::unlink(place.c_str()) != 0 && errno != ENOENT) return file_error("remove", place, errno);
    return {};
  }

  Result<std::vector<BlobRef>> list() override {
    std::vector<BlobRef> out;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
      if (at.depth() == 0 && at->path().filename() == kIncoming) at.disable_recursion_pending();
      if (at.depth() != 1) continue;
      const std::string sha256 =
          at->path().parent_path().filename().string() + at->path().filename().string();
      if (!check_digest(sha256)) continue;
      MARU_ASSIGN(const auto size, stored_size(at->path()));
      if (size) out.push_back({sha256, *size});
    }
    if (error) return file_error("list", folder_, error.value());
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  const fs::path folder_;
};

}  // namespace

Result<std::unique_ptr<Blobs>> open_local_blobs(const fs::path& folder) {
  MARU_TRY(remove_tree(folder / kIncoming));
  MARU_TRY(make_folders(folder / kIncoming));
  // All made now, so that no commit has to make one durable.
  for (int i = 0; i < 256; ++i) {
    std::error_code error;
    fs::create_directory(folder / fmt::format("{:02x}", i), error);
    if (error) return file_error("make folder", folder, error.value());
  }
  MARU_TRY(sync_folder(folder));
  if (folder.has_parent_path()) MARU_TRY(sync_folder(folder.parent_path()));
  return std::make_unique<LocalBlobs>(folder);
}

}  // namespace maru::store
