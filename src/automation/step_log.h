#pragma once
// A step's log file, bounded: past the limit only the end is kept, after a line that says how much is
// missing. A step that prints a gigabyte costs the disk no more than the limit.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru::automation {

struct StepLogLimits {
  std::uint64_t file_bytes = 8 << 20;  // of the beginning
  std::size_t tail_bytes = 64 << 10;   // of the end
};

// Thread-safe. The destructor writes the end.
class StepLog {
 public:
  // Appends to the file if it is there (a second attempt).
  static Result<std::unique_ptr<StepLog>> open(const std::filesystem::path& file,
                                               const StepLogLimits& limits = {});
  ~StepLog();
  StepLog(const StepLog&) = delete;
  StepLog& operator=(const StepLog&) = delete;

  // Never fails: a full disk loses log lines, not the step (it is counted in lost_bytes()).
  void write(std::string_view bytes);
  void line(std::string_view text);
  // The last lines written, at most `lines`.
  std::string tail(std::size_t lines) const;
  std::uint64_t written_bytes() const;
  std::uint64_t lost_bytes() const;

 private:
  struct State;
  explicit StepLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A piece of a log: from `offset` (negative: from the end), at most `limit_bytes`.
struct LogPiece {
  std::string text;
  std::uint64_t next_offset = 0;
};
Result<LogPiece> read_log(const std::filesystem::path& file, std::int64_t offset, std::size_t limit_bytes);

}  // namespace maru::automation
