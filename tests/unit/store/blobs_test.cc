#include "store/blobs.h"

#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/hash.h"

namespace maru::store {
namespace {

namespace fs = std::filesystem;

class BlobsTest : public ::testing::Test {
 protected:
  void TearDown() override { set_file_fault_hook({}); }
  std::size_t incoming() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path() / "incoming"), fs::directory_iterator()));
  }
  TemporaryFolder folder_ = TemporaryFolder::create("maru-test").value();
  std::unique_ptr<Blobs> blobs_ = open_local_blobs(folder_.path()).value();
};

TEST_F(BlobsTest, BytesComeBackUnderTheirDigest) {
  const auto ref = blobs_->put("abc").value();
  EXPECT_EQ(ref, (BlobRef{sha256_hex("abc"), 3}));
  EXPECT_EQ(blobs_->read(ref.sha256).value(), "abc");
  EXPECT_TRUE(blobs_->contains(ref.sha256).value());
  EXPECT_EQ(read_file(blobs_->path_of(ref.sha256).value()).value(), "abc");
  EXPECT_EQ(blobs_->put("").value().size_bytes, 0U);
  EXPECT_EQ(blobs_->read(sha256_hex("")).value(), "");
}

TEST_F(BlobsTest, ChunksMakeTheSameBlobAsTheWhole) {
  std::mt19937 random(5);
  std::string bytes(1'000'003, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  std::size_t at = 0;
  const auto streamed = blobs_->put_from([&](std::string& into) -> Result<void> {
    into = bytes.substr(at, 1 + random() % 50'000);
    at += into.size();
    return {};
  });
  EXPECT_EQ(streamed.value(), blobs_->put(bytes).value());
  EXPECT_EQ(blobs_->list()->size(), 1U);
  EXPECT_EQ(incoming(), 0U);
  const auto reader = blobs_->open(streamed->sha256).value();
  std::string all, chunk;
  do {
    ASSERT_TRUE(reader->read(chunk, 65'536));
    all += chunk;
  } while (!chunk.empty());
  EXPECT_EQ(all, bytes);
  const auto ranged = blobs_->open(streamed->sha256).value();
  ASSERT_TRUE(ranged->skip(1'000'000));
  ASSERT_TRUE(ranged->read(chunk, 100));
  EXPECT_EQ(chunk, bytes.substr(1'000'000));
  EXPECT_EQ(ranged->skip(1).error().code, Code::out_of_range);
}

TEST_F(BlobsTest, AnAbandonedWriterLeavesNothing) {
  {
    const auto writer = blobs_->begin().value();
    ASSERT_TRUE(writer->append("half"));
    EXPECT_EQ(incoming(), 1U);
  }
  EXPECT_EQ(incoming(), 0U);
  EXPECT_TRUE(blobs_->list()->empty());
}

TEST_F(BlobsTest, WhatACrashLeftIsSweptAtOpen) {
  ASSERT_TRUE(write_file_atomically(folder_.path() / "incoming" / "left", "over"));
  const auto ref = blobs_->put("kept").value();
  blobs_ = open_local_blobs(folder_.path()).value();
  EXPECT_EQ(incoming(), 0U);
  EXPECT_EQ(blobs_->list().value(), std::vector<BlobRef>{ref});
}

TEST_F(BlobsTest, AFailingDiskLeavesNothingAndTheStoreUsable) {
  for (const std::string_view failing : {"create", "write", "sync", "rename", "sync_folder"}) {
    set_file_fault_hook([&](std::string_view operation, const fs::path&) -> Result<void> {
      if (operation == failing) return make_error(Code::unavailable, "disk full");
      return {};
    });
    EXPECT_EQ(blobs_->put(failing).error().code, Code::unavailable) << failing;
    set_file_fault_hook({});
    EXPECT_EQ(incoming(), 0U) << failing;
    EXPECT_TRUE(blobs_->put(failing)) << failing;
    EXPECT_EQ(blobs_->read(sha256_hex(failing)).value(), failing);
  }
}

TEST_F(BlobsTest, DamageIsTold) {
  const auto ref = blobs_->put("abc").value();
  ASSERT_TRUE(write_file_atomically(blobs_->path_of(ref.sha256).value(), "abd"));
  EXPECT_EQ(blobs_->read(ref.sha256).error().code, Code::data_loss);
}

TEST_F(BlobsTest, NamesAreChecked) {
  EXPECT_EQ(blobs_->read("../../etc/passwd").error().code, Code::invalid_argument);
  EXPECT_EQ(blobs_->path_of(std::string(64, 'A')).error().code, Code::invalid_argument);
  EXPECT_EQ(blobs_->open(sha256_hex("none")).error().code, Code::not_found);
  EXPECT_FALSE(blobs_->contains(sha256_hex("none")).value());
  EXPECT_TRUE(blobs_->remove(sha256_hex("none")));
  const auto ref = blobs_->put("abc").value();
  EXPECT_EQ(blobs_->read(ref.sha256, 2).error().code, Code::payload_too_large);
  EXPECT_TRUE(blobs_->remove(ref.sha256));
  EXPECT_FALSE(blobs_->contains(ref.sha256).value());
}

TEST_F(BlobsTest, ManyWritersOfTheSameBytesAgree) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        EXPECT_EQ(blobs_->put(std::to_string(i)).value().sha256, sha256_hex(std::to_string(i)));
    });
  }
  threads.clear();
  EXPECT_EQ(blobs_->list()->size(), 20U);
}

}  // namespace
}  // namespace maru::store
