#include "tracking/artifacts.h"

#include <fstream>

#include "base/file.h"
#include "tracking/tracking_fixture.h"

namespace maru::tracking {
namespace {

class ArtifactsTest : public TrackingTest {
 protected:
  std::vector<std::string> names(std::string_view path) {
    std::vector<std::string> out;
    const auto entries = artifacts_.list(path).value();
    for (const auto& entry : entries) out.push_back(entry.path + (entry.is_folder ? "/" : ""));
    return out;
  }
  Artifacts& artifacts_ = store_->artifacts();
};

TEST_F(ArtifactsTest, FoldersAreWhatFilesMakeThem) {
  for (const auto* path : {"1/a/x.txt", "1/a.txt", "1/a/deep/er/y", "1/b", "10/z", "1/a-b"}) {
    ASSERT_TRUE(artifacts_.put_bytes(path, path)) << path;
  }
  EXPECT_EQ(names(""), (std::vector<std::string>{"1/", "10/"}));
  EXPECT_EQ(names("1"), (std::vector<std::string>{"a/", "a-b", "a.txt", "b"}));
  EXPECT_EQ(names("1/a/"), (std::vector<std::string>{"deep/", "x.txt"}));
  EXPECT_TRUE(names("1/b").empty());
  EXPECT_TRUE(names("nothing").empty());
  EXPECT_EQ(artifacts_.read("1/a/deep/er/y").value(), "1/a/deep/er/y");
  EXPECT_EQ(artifacts_.find("1/a").error().code, Code::not_found);
}

TEST_F(ArtifactsTest, NoSpellingLeavesTheTree) {
  for (const auto* path :
       {"../x", "a/../../x", "/etc/passwd", "a/./b", "a//b", "%2e%2e/x", "a%2f..%2fx", "..\\x", ".", ".."}) {
    EXPECT_EQ(artifacts_.put_bytes(path, "x").error().code, Code::invalid_argument) << path;
    EXPECT_EQ(artifacts_.find(path).error().code, Code::invalid_argument) << path;
    EXPECT_EQ(artifacts_.remove(path).error().code, Code::invalid_argument) << path;
    EXPECT_FALSE(artifacts_.check_out(path, database_.folder() / "out")) << path;
  }
  EXPECT_FALSE(artifacts_.put_bytes(std::string_view("a\0b", 3), "x"));
  EXPECT_EQ(names(""), std::vector<std::string>{});
}

TEST_F(ArtifactsTest, AnUploadThatBreaksOffLeavesWhatWasThere) {
  ASSERT_TRUE(artifacts_.put_bytes("1/f", "old"));
  int pieces = 0;
  const auto broken = artifacts_.put("1/f", [&]() -> Result<std::optional<std::string>> {
    if (++pieces == 3) return make_error(Code::cancelled, "the client has gone");
    return std::optional<std::string>(std::string(1000, 'x'));
  });
  EXPECT_EQ(broken.error().code, Code::cancelled);
  EXPECT_EQ(artifacts_.read("1/f").value(), "old");
  EXPECT_EQ(blobs_->list()->size(), 1U);
}

TEST_F(ArtifactsTest, BytesGoWithTheLastPathThatNamesThem) {
  ASSERT_TRUE(artifacts_.put_bytes("1/a", "same"));
  ASSERT_TRUE(artifacts_.put_bytes("1/b/c", "same"));
  EXPECT_EQ(blobs_->list()->size(), 1U);
  ASSERT_TRUE(artifacts_.remove("1/b"));
  EXPECT_EQ(artifacts_.read("1/a").value(), "same");
  ASSERT_TRUE(artifacts_.remove("1/a"));
  EXPECT_TRUE(blobs_->list()->empty());
  EXPECT_TRUE(artifacts_.remove("1/a"));
}

TEST_F(ArtifactsTest, AFolderGoesInAndOut) {
  const auto source = TemporaryFolder::create().value();
  ASSERT_TRUE(make_folders(source.path() / "deep"));
  ASSERT_TRUE(write_file_atomically(source.path() / "MLmodel", "flavors: {}"));
  ASSERT_TRUE(write_file_atomically(source.path() / "deep" / "model.bin", "bytes"));
  std::filesystem::create_symlink("/etc/passwd", source.path() / "link");
  ASSERT_TRUE(artifacts_.put_folder("1/models/m-1/artifacts", source.path()));
  EXPECT_EQ(names("1/models/m-1/artifacts"), (std::vector<std::string>{"MLmodel", "deep/"}));
  const auto out = TemporaryFolder::create().value();
  ASSERT_TRUE(artifacts_.check_out("1/models/m-1/artifacts", out.path()));
  EXPECT_EQ(read_file(out.path() / "deep" / "model.bin").value(), "bytes");
  EXPECT_EQ(artifacts_.check_out("1/models/m-2", out.path()).error().code, Code::not_found);
}

TEST_F(ArtifactsTest, UrisOfTheProxy) {
  EXPECT_EQ(Artifacts::path_of_uri("mlflow-artifacts:/1/abc/artifacts").value(), "1/abc/artifacts");
  EXPECT_EQ(Artifacts::path_of_uri("mlflow-artifacts://host:80/1/abc").value(), "1/abc");
  EXPECT_FALSE(Artifacts::path_of_uri("s3://bucket/x"));
  EXPECT_FALSE(Artifacts::path_of_uri("mlflow-artifacts:/../x"));
}

}  // namespace
}  // namespace maru::tracking
