#include "automation/step_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <mutex>

#include "base/file.h"

namespace maru::automation {

struct StepLog::State {
  std::mutex mutex;
  std::filesystem::path file;
  int descriptor = -1;
  StepLogLimits limits;
  std::uint64_t size_bytes = 0;     // of the file
  std::uint64_t written_bytes = 0;  // asked for
  std::uint64_t lost_bytes = 0;     // neither in the file nor in the end that is kept
  std::string end;                  // the newest bytes, at most twice tail_bytes
  std::uint64_t beyond_bytes = 0;   // of written_bytes, past the file's limit

  // What the disk took of `bytes`.
  std::size_t put(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
      if (count <= 0) {
        if (count < 0 && errno == EINTR) continue;
        break;
      }
      done += static_cast<std::size_t>(count);
    }
    size_bytes += done;
    return done;
  }

  void keep_end(std::string_view bytes) {
    end += bytes.substr(bytes.size() - std::min(bytes.size(), limits.tail_bytes));
    if (end.size() > 2 * limits.tail_bytes) end.erase(0, end.size() - limits.tail_bytes);
  }

  // The end that did not fit, after a line about what is missing between.
  void finish() {
    if (beyond_bytes == 0) return;
    const std::size_t kept =
        static_cast<std::size_t>(std::min<std::uint64_t>({beyond_bytes, end.size(), limits.tail_bytes}));
    const std::uint64_t left_out = beyond_bytes - kept;
    lost_bytes += left_out;
    const std::string notice =
        fmt::format("\n[… {} bytes left out: a step's log holds the first {} and the last {} bytes …]\n",
                    left_out, limits.file_bytes, limits.tail_bytes);
    if (left_out > 0) put(notice);
    put(std::string_view(end).substr(end.size() - kept));
    beyond_bytes = 0;
  }
};

StepLog::StepLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

StepLog::~StepLog() {
  const std::lock_guard lock(state_->mutex);
  state_->finish();
  ::close(state_->descriptor);
}

Result<std::unique_ptr<StepLog>> StepLog::open(const std::filesystem::path& file,
                                               const StepLogLimits& limits) {
  MARU_TRY(make_folders(file.parent_path()));
  auto state = std::make_unique<State>();
  state->file = file;
  state->limits = limits;
  state->descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (state->descriptor < 0)
    return make_error(Code::unavailable, "{}: cannot write the log: {}", file.string(), std::strerror(errno));
  struct stat status {};
  if (::fstat(state->descriptor, &status) == 0)
    state->size_bytes = static_cast<std::uint64_t>(status.st_size);
  return std::unique_ptr<StepLog>(new StepLog(std::move(state)));
}

void StepLog::write(std::string_view bytes) {
  const std::lock_guard lock(state_->mutex);
  State& s = *state_;
  s.written_bytes += bytes.size();
  s.keep_end(bytes);
  if (s.beyond_bytes > 0) {
    s.beyond_bytes += bytes.size();
    return;
  }
  const std::uint64_t room = s.limits.file_bytes - std::min(s.limits.file_bytes, s.size_bytes);
  const auto fits = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
  s.lost_bytes += fits.size() - s.put(fits);
  s.beyond_bytes += bytes.size() - fits.size();
}

void StepLog::line(std::string_view text) { write(fmt::format("{}\n", text)); }

std::string StepLog::tail(std::size_t lines) const {
  const std::lock_guard lock(state_->mutex);
  std::string_view end = state_->end;
  while (end.ends_with('\n')) end.remove_suffix(1);
  std::size_t start = end.size();
  for (std::size_t i = 0; i < lines && start != std::string_view::npos && start > 0; ++i)
    start = end.rfind('\n', start - 1);
  return std::string(start == std::string_view::npos || start == 0 ? end : end.substr(start + 1));
}

std::uint64_t StepLog::written_bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->written_bytes;
}
std::uint64_t StepLog::lost_bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lost_bytes;
}

Result<LogPiece> read_log(const std::filesystem::path& file, std::int64_t offset, std::size_t limit_bytes) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return not_found("no log yet at {}", file.filename().string());
  struct stat status {};
  ::fstat(descriptor, &status);
  const auto size = static_cast<std::int64_t>(status.st_size);
  const std::int64_t from = std::clamp<std::int64_t>(offset < 0 ? size + offset : offset, 0, size);
  LogPiece piece;
  piece.text.resize(
      static_cast<std::size_t>(std::min<std::int64_t>(size - from, static_cast<std::int64_t>(limit_bytes))));
  const ssize_t count = ::pread(descriptor, piece.text.data(), piece.text.size(), from);
  ::close(descriptor);
  if (count < 0)
    return make_error(Code::unavailable, "{}: {}", file.filename().string(), std::strerror(errno));
  piece.text.resize(static_cast<std::size_t>(count));
  piece.next_offset = static_cast<std::uint64_t>(from + count);
  return piece;
}

}  // namespace maru::automation
