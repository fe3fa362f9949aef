#include "automation/step_log.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace maru::automation {
namespace {

TEST(StepLog, KeepsEverythingThatFits) {
  const auto folder = *TemporaryFolder::create();
  const auto file = folder.path() / "a" / "step.log";
  {
    auto log = *StepLog::open(file);
    log->line("one");
    log->line("two");
    log->write("three");
    EXPECT_EQ(log->tail(2), "two\nthree");
    EXPECT_EQ(log->tail(9), "one\ntwo\nthree");
  }
  {
    auto log = *StepLog::open(file);
    log->line("again");
  }
  EXPECT_EQ(read_file(file), "one\ntwo\nthreeagain\n");
}

TEST(StepLog, SaysWhatIsMissing) {
  const auto folder = *TemporaryFolder::create();
  const auto file = folder.path() / "step.log";
  std::uint64_t lost = 0;
  {
    auto log = *StepLog::open(file, {.file_bytes = 10, .tail_bytes = 6});
    log->write("0123456789abcdefghij");
    log->write("klmnopqrstuvwxyz");
    lost = log->lost_bytes();
  }
  EXPECT_EQ(lost, 0u);  // known only at the end
  EXPECT_EQ(
      read_file(file),
      "0123456789\n[… 20 bytes left out: a step's log holds the first 10 and the last 6 bytes …]\nuvwxyz");
}

TEST(StepLog, LeavesNothingOutWhenTheEndCoversIt) {
  const auto folder = *TemporaryFolder::create();
  const auto file = folder.path() / "step.log";
  { (*StepLog::open(file, {.file_bytes = 10, .tail_bytes = 6}))->write("0123456789abcd"); }
  EXPECT_EQ(read_file(file), "0123456789abcd");
}

TEST(ReadLog, GivesPieces) {
  const auto folder = *TemporaryFolder::create();
  const auto file = folder.path() / "step.log";
  EXPECT_EQ(read_log(file, 0, 10).error().code, Code::not_found);
  { (*StepLog::open(file))->write("0123456789"); }
  EXPECT_EQ(read_log(file, 0, 4)->text, "0123");
  EXPECT_EQ(read_log(file, 4, 100)->text, "456789");
  EXPECT_EQ(read_log(file, -3, 100)->text, "789");
  EXPECT_EQ(read_log(file, 50, 100)->text, "");
  EXPECT_EQ(read_log(file, 50, 100)->next_offset, 10u);
}

}  // namespace
}  // namespace maru::automation
