#include "net/internal/file_answer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "net/internal/response_head.h"

namespace maru::net {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::int64_t modified_ns_of(const struct stat& facts) {
  return facts.st_mtim.tv_sec * 1'000'000'000LL + facts.st_mtim.tv_nsec;
}

std::optional<std::uint64_t> parse_offset(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

BodyProducer pieces_of(OpenFile file, std::uint64_t offset, std::uint64_t left) {
  return [file = std::move(file), offset, left]() mutable -> Result<std::optional<std::string>> {
    if (left == 0) return std::nullopt;
    std::string piece(std::min<std::uint64_t>(kPieceBytes, left), '\0');
    const ssize_t got = ::pread(file.descriptor(), piece.data(), piece.size(), static_cast<off_t>(offset));
    if (got < 0) return internal("reading a file for the response: {}", std::strerror(errno));
    if (got == 0) return internal("a file became shorter while it was sent");
    piece.resize(static_cast<std::size_t>(got));
    offset += piece.size();
    left -= piece.size();
    return std::optional<std::string>(std::move(piece));
  };
}

}  // namespace

RangeChoice choose_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return {};
  const std::string_view spec = header.substr(kUnit.size());
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = parse_offset(spec.substr(0, dash));
  const auto last = parse_offset(spec.substr(dash + 1));
  if (dash == 0) {  // "-500": the last 500 bytes
    if (!last) return {};
    if (*last == 0 || size == 0) return {RangeVerdict::unsatisfiable, {}};
    return {RangeVerdict::partial, {size - std::min(*last, size), size - 1}};
  }
  const bool open_end = dash + 1 == spec.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return {};
  if (*first >= size) return {RangeVerdict::unsatisfiable, {}};
  return {RangeVerdict::partial, {*first, last ? std::min(*last, size - 1) : size - 1}};
}

std::string file_etag(std::uint64_t size, std::int64_t modified_ns) {
  return fmt::format("\"{:x}-{:x}\"", size, static_cast<std::uint64_t>(modified_ns));
}

Result<std::string> etag_of(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return not_found("no such file: {}", file.filename().string());
  return file_etag(static_cast<std::uint64_t>(facts.st_size), modified_ns_of(facts));
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || (!etag.empty() && if_none_match.find(etag) != std::string_view::npos);
}

Result<std::uint64_t> open_file(const Request& request, Response& response) {
  const FileBody wanted = *std::exchange(response.file, std::nullopt);
  OpenFile file(::open(wanted.path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return not_found("no such file: {}", wanted.path.filename().string());
  }
  const auto file_size = static_cast<std::uint64_t>(facts.st_size);
  const std::uint64_t start = std::min(wanted.offset, file_size);
  const std::uint64_t size = std::min(wanted.length.value_or(file_size - start), file_size - start);
  if (response.status != 200) {
    response.producer = pieces_of(std::move(file), start, size);
    return size;
  }
  const std::string etag = file_etag(size, modified_ns_of(facts));
  const std::string modified = http_date(facts.st_mtim.tv_sec * kSecondMs);
  if (!response.headers.has("etag")) response.headers.add("etag", etag);
  response.headers.set("last-modified", modified);
  response.headers.set("accept-ranges", "bytes");
  const std::string_view if_none_match = request.header("if-none-match");
  const bool unchanged = if_none_match.empty() ? request.header("if-modified-since") == modified
                                               : etag_matches(if_none_match, response.headers.get("etag"));
  if (unchanged) {
    response.status = 304;
    return 0;
  }
  const std::string_view if_range = request.header("if-range");
  const bool range_holds = if_range.empty() || if_range == etag || if_range == modified;
  const RangeChoice choice = range_holds ? choose_range(request.header("range"), size) : RangeChoice{};
  if (choice.verdict == RangeVerdict::unsatisfiable) {
    response.status = 416;
    response.headers.set("content-range", fmt::format("bytes */{}", size));
    return 0;
  }
  if (choice.verdict == RangeVerdict::whole) {
    response.producer = pieces_of(std::move(file), start, size);
    return size;
  }
  const auto [first, last] = choice.range;
  response.status = 206;
  response.headers.set("content-range", fmt::format("bytes {}-{}/{}", first, last, size));
  response.producer = pieces_of(std::move(file), start + first, last - first + 1);
  return last - first + 1;
}

}  // namespace maru::net
