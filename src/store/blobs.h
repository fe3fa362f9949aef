#pragma once
// Content-addressed bytes: artifacts, model files, uploads. A blob is named by its SHA-256 and never changes.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace maru::store {

struct BlobRef {
  std::string sha256;  // 64 lower-case hex digits
  std::uint64_t size_bytes = 0;
  bool operator==(const BlobRef&) const = default;
  auto operator<=>(const BlobRef&) const = default;
};

// Bytes on their way in, in constant memory. Nothing is visible before commit(); destroying it earlier leaves
// nothing behind. One thread at a time.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Result<void> append(std::string_view bytes) = 0;
  // Once it returns the blob is durable. Call once, and nothing after it.
  virtual Result<BlobRef> commit() = 0;
  virtual std::uint64_t size_bytes() const = 0;  // so far
};

// One thread at a time.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size_bytes() const = 0;
  // Up to `limit` bytes into `into` (replaced); empty at the end. data_loss at the end when the bytes read
  // are not those that were written (only told when all were read from the start).
  virtual Result<void> read(std::string& into, std::size_t limit) = 0;
  virtual Result<void> skip(std::uint64_t bytes) = 0;  // for ranges; out_of_range past the end
};

// Fills `into` (replaced) with the next bytes; empty at the end.
using BlobSource = FunctionRef<Result<void>(std::string& into)>;

// Thread-safe. Errors: not_found (no such blob), unavailable (disk full), data_loss (damaged),
// invalid_argument (no SHA-256).
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual Result<std::unique_ptr<BlobWriter>> begin() = 0;
  // Equal bytes give the same blob, stored once.
  virtual Result<BlobRef> put(std::string_view bytes) = 0;
  Result<BlobRef> put_from(BlobSource source);
  Result<BlobRef> put_file(const std::filesystem::path& file);

  virtual Result<std::unique_ptr<BlobReader>> open(std::string_view sha256) = 0;
  // All of it, checked against its digest; payload_too_large past `limit_bytes`.
  Result<std::string> read(std::string_view sha256, std::uint64_t limit_bytes = std::uint64_t{1} << 30);
  // A local file with the bytes, to be read or linked to, never written.
  virtual Result<std::filesystem::path> path_of(std::string_view sha256) = 0;
  virtual Result<bool> contains(std::string_view sha256) = 0;
  // Missing is fine. The caller knows that nothing refers to it, also nothing being written now.
  virtual Result<void> remove(std::string_view sha256) = 0;
  // All blobs, ordered by digest.
  virtual Result<std::vector<BlobRef>> list() = 0;
};

// FOLDER/ab/cdef… for digest abcdef…, and FOLDER/incoming for bytes on their way, which is emptied here: one
// process a folder.
Result<std::unique_ptr<Blobs>> open_local_blobs(const std::filesystem::path& folder);

}  // namespace maru::store
