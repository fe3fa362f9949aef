#include "base/yaml.h"

#include <charconv>

#include <yaml-cpp/yaml.h>

namespace maru {
namespace {

struct Converter {
  YamlDocument& document;
  const YamlLimits& limits;
  std::size_t nodes = 0;

  static Error wrong(const YAML::Mark& mark, std::string_view message) {
    return invalid("line {}, column {}: {}", mark.line + 1, mark.column + 1, message);
  }

  void remember(const std::string& path, const YAML::Mark& mark) {
    document.positions.try_emplace(path, YamlPosition{mark.line + 1, mark.column + 1});
  }

  static Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return Json(text);  // quoted
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    if (auto [at, code] = std::from_chars(text.data(), end, integer); code == std::errc{} && at == end)
      return integer;
    double number = 0;
    const bool numeric_start =
        text[0] == '-' || text[0] == '+' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9');
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    if (auto [at, code] = std::from_chars(begin, end, number);
        numeric_start && code == std::errc{} && at == end)
      return number;
    return Json(text);
  }

  Result<Json> mapping(const YAML::Node& node, const std::string& path, std::size_t depth) {
    JsonObject object;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return wrong(entry.first.Mark(), "a key must be a plain word or string");
      const std::string& key = entry.first.Scalar();
      const std::string child = path.empty() ? key : path + "." + key;
      if (object.contains(key))
        return wrong(entry.first.Mark(), fmt::format("{}: the key is there twice", child));
      remember(child, entry.first.Mark());
      MARU_ASSIGN(object[key], convert(entry.second, child, depth + 1));
    }
    return Json(std::move(object));
  }

  Result<Json> sequence(const YAML::Node& node, const std::string& path, std::size_t depth) {
    JsonArray array;
    std::size_t index = 0;
    for (const auto& item : node) {
      const std::string child = fmt::format("{}[{}]", path, index++);
      remember(child, item.Mark());
      MARU_ASSIGN(Json value, convert(item, child, depth + 1));
      array.push_back(std::move(value));
    }
    return Json(std::move(array));
  }

  Result<Json> convert(const YAML::Node& node, const std::string& path, std::size_t depth) {
    if (depth > limits.depth)
      return wrong(node.Mark(), fmt::format("nested deeper than {} levels", limits.depth));
    if (++nodes > limits.nodes) return wrong(node.Mark(), fmt::format("more than {} values", limits.nodes));
    if (node.IsMap()) return mapping(node, path, depth);
    if (node.IsSequence()) return sequence(node, path, depth);
    if (node.IsScalar()) return scalar(node);
    return Json(nullptr);
  }
};

}  // namespace

Result<YamlDocument> parse_yaml(std::string_view text, const YamlLimits& limits) {
  YamlDocument document;
  try {
    const std::vector<YAML::Node> roots = YAML::LoadAll(std::string(text));
    if (roots.empty()) return document;
    if (roots.size() > 1) return Converter::wrong(roots[1].Mark(), "expected one document, found a second");
    Converter converter{document, limits};
    MARU_ASSIGN(document.value, converter.convert(roots.front(), "", 0));
  } catch (const YAML::Exception& error) {
    return Converter::wrong(error.mark, error.msg);
  }
  return document;
}

YamlPosition YamlDocument::position_of(std::string_view path) const {
  std::string prefix(path);
  while (!prefix.empty()) {
    if (const auto found = positions.find(prefix); found != positions.end()) return found->second;
    const auto cut = prefix.find_last_of(".[");
    if (cut == std::string::npos) break;
    prefix.resize(cut);
  }
  return {};
}

Error YamlDocument::located(const Error& error, std::string_view file) const {
  const auto colon = error.message.find(": ");
  const YamlPosition at =
      position_of(colon == std::string::npos ? "" : std::string_view(error.message).substr(0, colon));
  return {error.code, fmt::format("{}:{}:{}: {}", file, at.line, at.column, error.message)};
}

}  // namespace maru
