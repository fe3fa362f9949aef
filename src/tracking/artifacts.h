#pragma once
// Files of runs and models: an index from path to blob. Paths are those below mlflow-artifacts:/, such as
// "1/<run id>/artifacts/model/MLmodel"; a directory exists while a file is below it. Two files of equal bytes
// share one blob. Paths that could leave the tree are refused in every spelling (base/file.h
// safe_relative_path). Thread-safe; blocks on the store. Memory is constant whatever the file's size.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracking/types.h"

namespace maru::tracking {

struct Context;

struct ArtifactEntry {
  std::string path;  // relative to what was listed
  bool is_folder = false;
  std::uint64_t size_bytes = 0;  // files only
};

struct ArtifactFile {
  std::filesystem::path file;  // the blob on disk; read only
  std::string sha256;
  std::uint64_t size_bytes = 0;
};

class Artifacts {
 public:
  explicit Artifacts(Context& context) : context_(context) {}

  // Pulls the next bytes, or nothing at the end.
  using Producer = std::function<Result<std::optional<std::string>>()>;
  // Durable when it returns; replaces what was at `path`.
  Result<void> put(std::string_view path, const Producer& produce);
  Result<void> put_bytes(std::string_view path, std::string_view bytes);
  // Every file below `folder` (no links followed), at `path`/…, in one transaction.
  Result<void> put_folder(std::string_view path, const std::filesystem::path& folder);
  // not_found.
  Result<ArtifactFile> find(std::string_view path) const;
  Result<std::string> read(std::string_view path, std::uint64_t limit_bytes = 64 << 20) const;
  // Entries directly below `path` ("" = the top), folders and files in order of name; a file lists as
  // nothing.
  Result<std::vector<ArtifactEntry>> list(std::string_view path) const;
  // The file, or everything below the folder. Missing is fine. With BlobOwnership::exclusive the
  // bytes go too, once no path names them.
  Result<void> remove(std::string_view path);
  // The files below `path` as a local folder: made of hard links (copies across devices) in `folder`.
  // not_found when empty.
  Result<void> check_out(std::string_view path, const std::filesystem::path& folder) const;

  // "mlflow-artifacts:/1/abc/artifacts" (also with //host:port/…) to "1/abc/artifacts". invalid_argument for
  // another scheme.
  static Result<std::string> path_of_uri(std::string_view uri);
  static std::string uri_of_path(std::string_view path);

 private:
  Context& context_;
};

}  // namespace maru::tracking
