#include "store/blobs.h"

#include "base/file.h"
#include "base/hash.h"

namespace maru::store {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

}  // namespace

Result<BlobRef> Blobs::put_from(BlobSource source) {
  MARU_ASSIGN(const auto writer, begin());
  std::string chunk;
  while (true) {
    MARU_TRY(source(chunk));
    if (chunk.empty()) return writer->commit();
    MARU_TRY(writer->append(chunk));
  }
}

Result<BlobRef> Blobs::put_file(const std::filesystem::path& file) {
  MARU_ASSIGN(FileDescriptor descriptor, FileDescriptor::open_to_read(file));
  return put_from([&](std::string& into) { return descriptor.read(into, kChunkBytes); });
}

Result<std::string> Blobs::read(std::string_view sha256, std::uint64_t limit_bytes) {
  MARU_ASSIGN(const auto reader, open(sha256));
  if (reader->size_bytes() > limit_bytes) {
    return make_error(Code::payload_too_large, "blob {} has {} bytes, more than {}", sha256,
                      reader->size_bytes(), limit_bytes);
  }
  std::string bytes, end;
  MARU_TRY(reader->read(bytes, static_cast<std::size_t>(reader->size_bytes())));
  MARU_TRY(reader->read(end, 1));  // the end is where the digest is checked
  return bytes;
}

}  // namespace maru::store
