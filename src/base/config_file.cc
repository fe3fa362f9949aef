// The YAML form of settings: nested maps or dotted names, `net: {idle_timeout: 30s}` = `net.idle_timeout:
// 30s`.
#include <yaml-cpp/yaml.h>

#include "base/config.h"
#include "base/file.h"

namespace maru {
namespace {

struct Given {
  std::string name;
  std::string value;
  int line;  // 1-based
};

Result<void> collect(const YAML::Node& node, const std::string& prefix, std::vector<Given>& out) {
  for (const auto& item : node) {
    const std::string name =
        prefix.empty() ? item.first.as<std::string>() : prefix + "." + item.first.as<std::string>();
    const int line = item.first.Mark().line + 1;
    if (item.second.IsMap()) {
      MARU_TRY(collect(item.second, name, out));
    } else if (item.second.IsScalar()) {
      out.push_back({name, item.second.as<std::string>(), line});
    } else {
      return invalid("line {}: {}: expected a single value", line, name);
    }
  }
  return {};
}

Result<std::vector<Given>> parse(const std::string& text) {
  try {
    const YAML::Node root = YAML::Load(text);
    std::vector<Given> given;
    if (root.IsNull()) return given;
    if (!root.IsMap()) return invalid("expected a map of settings");
    MARU_TRY(collect(root, {}, given));
    return given;
  } catch (const YAML::Exception& error) {
    return invalid("line {}, column {}: {}", error.mark.line + 1, error.mark.column + 1, error.msg);
  }
}

}  // namespace

Result<void> Config::load_file(const std::filesystem::path& yaml_file) {
  constexpr std::uint64_t kLimitBytes = std::uint64_t{1} << 20;
  MARU_ASSIGN(const std::string text, read_file(yaml_file, kLimitBytes));
  auto given = parse(text);
  if (!given) return given.error().at(yaml_file.string());
  for (const auto& [name, value, line] : *given) {
    MARU_TRY(set(name, value, fmt::format("{}:{}", yaml_file.string(), line)));
  }
  return {};
}

}  // namespace maru
