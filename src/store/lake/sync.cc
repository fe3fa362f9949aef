#include "store/lake/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace maru::store {

Result<void> publish_file(const std::filesystem::path& written, const std::filesystem::path& file) {
  MARU_TRY(file_fault("fsync", written));
  const int descriptor = ::open(written.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return make_error(Code::unavailable, "{}: {}", written.string(), std::strerror(errno));
  const int synced = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  if (synced != 0)
    return make_error(Code::unavailable, "{}: fsync: {}", written.string(), std::strerror(reason));
  MARU_TRY(file_fault("rename", file));
  if (::rename(written.c_str(), file.c_str()) != 0)
    return make_error(Code::unavailable, "{}: rename: {}", file.string(), std::strerror(errno));
  return sync_folder(file.parent_path());
}

}  // namespace maru::store
