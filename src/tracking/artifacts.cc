#include "tracking/artifacts.h"

#include "base/file.h"
#include "tracking/context.h"
#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kPut =
    "INSERT INTO artifact_files (path, sha256, size_bytes, created_ms) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, size_bytes = excluded.size_bytes, "
    "created_ms = excluded.created_ms";
constexpr std::string_view kFind = "SELECT sha256, size_bytes FROM artifact_files WHERE path = ?1";
// '0' is the character after '/': everything below a folder is in [folder/, folder0).
constexpr std::string_view kNext =
    "SELECT path, size_bytes FROM artifact_files WHERE path >= ?1 AND path < ?2 ORDER BY path LIMIT 1";
constexpr std::string_view kBelow =
    "SELECT path, sha256, size_bytes FROM artifact_files WHERE path >= ?1 AND path < ?2 ORDER BY path";
constexpr std::string_view kRemove = "DELETE FROM artifact_files WHERE path = ?1";
constexpr std::string_view kRemoveBelow = "DELETE FROM artifact_files WHERE path >= ?1 AND path < ?2";
constexpr std::string_view kInUse = "SELECT 1 FROM artifact_files WHERE sha256 = ?1 LIMIT 1";

constexpr store::NamedStatement kStatements[] = {
    {"tracking.put_artifact", kPut},          {"tracking.find_artifact", kFind},
    {"tracking.next_artifact", kNext},        {"tracking.artifacts_below", kBelow},
    {"tracking.remove_artifact", kRemove},    {"tracking.remove_artifacts_below", kRemoveBelow},
    {"tracking.artifact_blob_in_use", kInUse}};

struct Range {
  std::string first;  // included
  std::string last;   // not included
};
Range below(std::string_view folder) {
  if (folder.empty()) return {"", "\x7f"};
  return {fmt::format("{}/", folder), fmt::format("{}0", folder)};
}

Result<void> write_entry(Context& context, store::Transaction& tx, std::string_view path,
                         const store::BlobRef& blob) {
  MARU_TRY(tx.execute(kPut, {path, blob.sha256, blob.size_bytes, context.clock.now_ms()}));
  return {};
}

// A hard link to the blob, or a copy where the file system has no links (or other devices).
Result<void> place(const std::filesystem::path& blob, const std::filesystem::path& file) {
  std::error_code problem;
  std::filesystem::create_directories(file.parent_path(), problem);
  if (problem) return make_error(Code::unavailable, "{}: {}", file.parent_path().string(), problem.message());
  std::filesystem::remove(file, problem);
  std::filesystem::create_hard_link(blob, file, problem);
  if (!problem) return {};
  std::filesystem::copy_file(blob, file, std::filesystem::copy_options::overwrite_existing, problem);
  if (problem) return make_error(Code::unavailable, "{}: {}", file.string(), problem.message());
  return {};
}

}  // namespace

std::span<const store::NamedStatement> artifact_statements() { return kStatements; }

Result<void> Artifacts::put(std::string_view path, const Producer& produce) {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  MARU_ASSIGN(auto writer, context_.blobs.begin());
  while (true) {
    MARU_ASSIGN(auto bytes, produce());
    if (!bytes) break;
    MARU_TRY(writer->append(*bytes));
  }
  std::shared_lock in_use(context_.blobs_in_use);
  MARU_ASSIGN(auto blob, writer->commit());
  return context_.database.write(
      [&](store::Transaction& tx) { return write_entry(context_, tx, normal, blob); });
}

Result<void> Artifacts::put_bytes(std::string_view path, std::string_view bytes) {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  std::shared_lock in_use(context_.blobs_in_use);
  MARU_ASSIGN(auto blob, context_.blobs.put(bytes));
  return context_.database.write(
      [&](store::Transaction& tx) { return write_entry(context_, tx, normal, blob); });
}

Result<void> Artifacts::put_folder(std::string_view path, const std::filesystem::path& folder) {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  std::shared_lock in_use(context_.blobs_in_use);
  std::vector<std::pair<std::string, store::BlobRef>> files;
  std::error_code problem;
  for (std::filesystem::recursive_directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->is_symlink() || !at->is_regular_file()) continue;
    MARU_ASSIGN(auto relative, safe_relative_path(at->path().lexically_relative(folder).generic_string()));
    MARU_ASSIGN(auto blob, context_.blobs.put_file(at->path()));
    files.emplace_back(fmt::format("{}/{}", normal, relative), std::move(blob));
  }
  if (problem) return not_found("{}: {}", folder.string(), problem.message());
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    for (const auto& [file, blob] : files) MARU_TRY(write_entry(context_, tx, file, blob));
    return {};
  });
}

Result<ArtifactFile> Artifacts::find(std::string_view path) const {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  MARU_ASSIGN(auto found, context_.database.read([&](store::Reader& reader) {
    return reader.first(kFind, {normal}, [](const store::Row& row) {
      return ArtifactFile{{}, row.string(0), static_cast<std::uint64_t>(row.int64(1))};
    });
  }));
  if (!found) return not_found("No such artifact: '{}'", normal);
  MARU_ASSIGN(found->file, context_.blobs.path_of(found->sha256));
  return std::move(*found);
}

Result<std::string> Artifacts::read(std::string_view path, std::uint64_t limit_bytes) const {
  MARU_ASSIGN(auto found, find(path));
  return context_.blobs.read(found.sha256, limit_bytes);
}

Result<std::vector<ArtifactEntry>> Artifacts::list(std::string_view path) const {
  std::string normal;
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!path.empty()) {
    MARU_ASSIGN(normal, safe_relative_path(path));
  }
  auto range = below(normal);
  const auto prefix = normal.empty() ? std::size_t{0} : normal.size() + 1;
  return context_.database.read([&](store::Reader& reader) -> Result<std::vector<ArtifactEntry>> {
    std::vector<ArtifactEntry> out;
    while (true) {  // one probe of the index for each entry, however many files are below a folder
      MARU_ASSIGN(auto next, reader.first(kNext, {range.first, range.last}, [&](const store::Row& row) {
        return std::pair(row.string(0).substr(prefix), static_cast<std::uint64_t>(row.int64(1)));
      }));
      if (!next) break;
      auto& [rest, size_bytes] = *next;
      const auto cut = rest.find('/');
      auto name = rest.substr(0, cut);
      const auto full = normal.empty() ? name : fmt::format("{}/{}", normal, name);
      const bool is_folder = cut != std::string::npos;
      range.first = is_folder ? below(full).last : full + '\0';
      // A file may sort between a folder's siblings: "a" , "a.txt", "a/x". The order is put right below.
      out.push_back({std::move(name), is_folder, is_folder ? 0 : size_bytes});
    }
    std::ranges::sort(out, {}, &ArtifactEntry::path);
    return out;
  });
}

Result<void> Artifacts::remove(std::string_view path) {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  const auto range = below(normal);
  std::vector<std::string> digests;
  auto removed = context_.database.write([&](store::Transaction& tx) -> Result<void> {
    digests.clear();
    auto keep = [&](const store::Row& row) { digests.push_back(row.string(1)); };
    MARU_TRY(tx.query(kBelow, {range.first, range.last}, keep));
    MARU_TRY(tx.query(kFind, {normal}, [&](const store::Row& row) { digests.push_back(row.string(0)); }));
    MARU_TRY(tx.execute(kRemoveBelow, {range.first, range.last}));
    MARU_TRY(tx.execute(kRemove, {normal}));
    return {};
  });
  if (!removed) return removed;
  if (!context_.owns_blobs) return {};
  std::unique_lock alone(context_.blobs_in_use);
  for (const auto& digest : digests) {
    MARU_ASSIGN(auto in_use, context_.database.read([&](store::Reader& reader) {
      return reader.first(kInUse, {digest}, [](const store::Row&) { return true; });
    }));
    if (!in_use) MARU_TRY(context_.blobs.remove(digest));
  }
  return {};
}

Result<void> Artifacts::check_out(std::string_view path, const std::filesystem::path& folder) const {
  MARU_ASSIGN(auto normal, safe_relative_path(path));
  const auto range = below(normal);
  MARU_ASSIGN(auto files, context_.database.read([&](store::Reader& reader) {
    return reader.all(kBelow, {range.first, range.last}, [&](const store::Row& row) {
      return std::pair(row.string(0).substr(normal.size() + 1), row.string(1));
    });
  }));
  if (files.empty()) return not_found("No artifacts below '{}'", normal);
  for (const auto& [relative, digest] : files) {
    MARU_ASSIGN(auto blob, context_.blobs.path_of(digest));
    MARU_ASSIGN(auto file, safe_join(folder, relative));
    MARU_TRY(place(blob, file));
  }
  return {};
}

Result<std::string> Artifacts::path_of_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "mlflow-artifacts:";
  if (!uri.starts_with(kScheme)) return invalid("expected an mlflow-artifacts URI, got \"{}\"", uri);
  auto rest = uri.substr(kScheme.size());
  if (rest.starts_with("//")) {  // mlflow-artifacts://host:port/path
    const auto cut = rest.find('/', 2);
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(cut);
  }
  while (rest.starts_with('/')) rest.remove_prefix(1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  return safe_relative_path(rest);
}

std::string Artifacts::uri_of_path(std::string_view path) {
  return fmt::format("mlflow-artifacts:/{}", path);
}

}  // namespace maru::tracking
