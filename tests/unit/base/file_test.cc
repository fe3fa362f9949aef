#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace maru {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  void TearDown() override { set_file_fault_hook({}); }
  std::size_t files_in_folder() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }
  TemporaryFolder folder_ = TemporaryFolder::create("maru-file-test").value();
};

TEST_F(FileTest, WritesAreReadBack) {
  const fs::path path = folder_.path() / "a";
  const std::string bytes(300'000, 'x');
  ASSERT_TRUE(write_file_atomically(path, bytes));
  EXPECT_EQ(read_file(path).value(), bytes);
  EXPECT_EQ(read_file(path, 1000).error().code, Code::payload_too_large);
  EXPECT_EQ(read_file(folder_.path() / "none").error().code, Code::not_found);
  EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(FileTest, FilesWithoutASizeAreReadWhole) {
  EXPECT_FALSE(read_file("/proc/self/status").value().empty());
}

TEST_F(FileTest, AFailedWriteLeavesTheOldBytesAndNoDebris) {
  const fs::path path = folder_.path() / "a";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  for (const std::string_view failing : {"create", "write", "sync", "rename"}) {
    set_file_fault_hook([&](std::string_view operation, const fs::path&) -> Result<void> {
      if (operation == failing) return make_error(Code::unavailable, "disk full");
      return {};
    });
    EXPECT_EQ(write_file_atomically(path, "new").error().code, Code::unavailable) << failing;
    set_file_fault_hook({});
    EXPECT_EQ(read_file(path).value(), "old") << failing;
    EXPECT_EQ(files_in_folder(), 1U) << failing;
  }
}

TEST_F(FileTest, TemporaryFoldersGoWithTheirObject) {
  fs::path path;
  {
    auto temporary = TemporaryFolder::create().value();
    path = temporary.path();
    ASSERT_TRUE(write_file_atomically(path / "a", "b"));
    const TemporaryFolder moved = std::move(temporary);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(FileTest, ASecondLockIsRefusedNamingTheHolder) {
  int ready[2], finish[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(finish), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::acquire(folder_.path());
    char byte = lock ? '1' : '0';
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(finish[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, '1');
  const auto refused = FolderLock::acquire(folder_.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::failed_precondition);
  EXPECT_NE(refused.error().message.find(fmt::format("process {}", child)), std::string::npos);
  ASSERT_EQ(::write(finish[1], &byte, 1), 1);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(FolderLock::acquire(folder_.path()));
}

TEST(SafePath, StaysBelowTheRoot) {
  EXPECT_EQ(safe_join("/data", "a/b.txt").value(), "/data/a/b.txt");
  EXPECT_EQ(safe_relative_path("100%/x").value(), "100%/x");
  EXPECT_EQ(safe_relative_path("a..b/..c").value(), "a..b/..c");
  using namespace std::string_view_literals;
  for (const auto path : {""sv, "/a"sv, "../a"sv, "a/.."sv, "a//b"sv, "a/./b"sv, "a\\b"sv, "a\0b"sv, "a/"sv,
                          "%2e%2e/a"sv, "a/%2E%2E/b"sv, "%2Fetc"sv, "a%5Cb"sv, "a%00b"sv, "%252e%252e/a"sv}) {
    const auto joined = safe_join("/data", path);
    ASSERT_FALSE(joined) << path;
    EXPECT_EQ(joined.error().code, Code::invalid_argument);
  }
}

}  // namespace
}  // namespace maru
