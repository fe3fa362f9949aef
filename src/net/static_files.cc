#include "net/static_files.h"

#include "base/file.h"
#include "net/internal/file_answer.h"

namespace maru::net {
namespace {

constexpr std::uint64_t kTextLimitBytes = 32 << 20;

// Vite puts a hash of the content into the names below assets/: such a file never changes.
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

bool is_text(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json") ||
         content_type.starts_with("image/svg") || content_type.starts_with("application/manifest");
}

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

Result<Response> answer_file(const Request& request, const std::filesystem::path& file,
                             std::string_view caching) {
  Response response = Response::from_file(file).with_header("cache-control", std::string(caching));
  response.headers.add("x-content-type-options", "nosniff");
  const bool worth_reading = is_text(response.content_type) && !request.header("accept-encoding").empty() &&
                             !request.headers.has("if-none-match") &&
                             !request.headers.has("if-modified-since") && !request.headers.has("range");
  if (!worth_reading) return response;
  MARU_ASSIGN(response.body, read_file(file, kTextLimitBytes));
  MARU_ASSIGN(const std::string etag, etag_of(file));
  response.headers.add("etag", etag);
  response.file.reset();
  response.compressible = true;
  return response;
}

}  // namespace

Handler static_files(StaticFilesOptions options) {
  return [options = std::move(options)](Request& request) -> Result<Response> {
    const std::string_view relative = std::string_view(request.path).substr(1);
    if (!relative.empty()) {
      const auto file = safe_join(options.root, relative);
      if (!file) return not_found("no such page or file: {}", request.path);
      if (is_file(*file)) {
        return answer_file(request, *file, relative.starts_with("assets/") ? kForEver : kAskAgain);
      }
    }
    const bool is_page = std::ranges::none_of(
        options.not_spa, [&](const std::string& prefix) { return request.path.starts_with(prefix); });
    const std::filesystem::path index = options.root / "index.html";
    if (!is_page || !is_file(index)) return not_found("no such page or file: {}", request.path);
    return answer_file(request, index, kAskAgain);
  };
}

}  // namespace maru::net
