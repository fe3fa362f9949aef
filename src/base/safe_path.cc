#include "base/file.h"
#include "base/hash.h"

namespace maru {
namespace {

// What is wrong with the path as it stands, or "".
std::string_view fault_in(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.front() == '/') return "is absolute";
  if (path.find('\0') != std::string_view::npos) return "has a NUL";
  if (path.find('\\') != std::string_view::npos) return "has a backslash";
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (segment.empty()) return "has an empty segment";
    if (segment == "." || segment == "..") return "has a \".\" or \"..\" segment";
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<std::string> safe_relative_path(std::string_view relative) {
  const auto refusal = [&](std::string_view why) {
    return invalid("path \"{}\" {}: expected names joined by \"/\", staying below the root", relative, why);
  };
  if (const auto fault = fault_in(relative); !fault.empty()) return refusal(fault);
  // A later layer might decode percent-encoding, even twice: every form of the path has to be harmless. A '%'
  // that encodes nothing is an ordinary character.
  constexpr int kDecodings = 3;
  std::string decoded(relative);
  for (int i = 0; i < kDecodings && decoded.find('%') != std::string::npos; ++i) {
    auto next = url_decode(decoded, false);
    if (!next) break;
    decoded = std::move(*next);
    if (const auto fault = fault_in(decoded); !fault.empty())
      return refusal(fmt::format("{} once decoded", fault));
  }
  return std::string(relative);
}

Result<std::filesystem::path> safe_join(const std::filesystem::path& root, std::string_view relative) {
  MARU_ASSIGN(const std::string inside, safe_relative_path(relative));
  return root / inside;
}

}  // namespace maru
