#include "registry/names.h"

#include "base/json.h"

namespace maru::registry {
namespace {

constexpr std::array<std::string_view, 4> kStages = {"None", "Staging", "Production", "Archived"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_word(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-';
}

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

Result<void> check_model_name(std::string_view name) {
  if (name.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return invalid("Missing value for required parameter 'name'.");
  }
  if (name.find_first_of("/:") != std::string_view::npos) {
    return invalid("Invalid model name '{}'. Names cannot contain '/' or ':'.", name);
  }
  if (name != "." && name != "..") return {};
  return invalid(
      "Invalid value {} for parameter 'name' supplied: Names may be treated as files in certain cases, and "
      "must not resolve "
      "to other names when treated as such. This name would resolve to '{}'",
      json_text(name), name);
}

Result<void> check_alias(std::string_view alias) {
  if (alias.empty()) return invalid("Registered model alias name cannot be empty.");
  if (!std::ranges::all_of(alias, is_word)) {
    return invalid(
        "Invalid alias name: '{}'. Names may only contain alphanumerics, underscores (_), and dashes (-).",
        alias);
  }
  if (alias.size() > kAliasCharacters) {
    return invalid("'Registered model alias name' exceeds the maximum length of {} characters",
                   kAliasCharacters);
  }
  return {};
}

Result<void> check_new_alias(std::string_view alias) {
  MARU_TRY(check_alias(alias));
  if (lower(alias) == "latest") return invalid("'latest' alias name (case insensitive) is reserved.");
  auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const bool names_version = alias.size() > 1 && (alias[0] == 'v' || alias[0] == 'V') &&
                             std::ranges::all_of(alias.substr(1), is_digit);
  if (names_version) return invalid("Version alias name '{}' is reserved.", alias);
  return {};
}

Result<void> check_tag(const Tag& tag) {
  auto fits = [](char c) { return is_word(c) || c == '/' || c == '.' || c == ' ' || c == ':'; };
  if (!std::ranges::all_of(tag.key, fits)) {
    return invalid(
        "Invalid value {} for parameter 'key' supplied: Names may only contain alphanumerics, underscores "
        "(_), dashes (-), "
        "periods (.), spaces ( ), colon(:) and slashes (/).",
        json_text(tag.key));
  }
  if (tag.key.empty() || tag.key.starts_with('/') || tag.key.ends_with('/') || tag.key.find("..") == 0) {
    return invalid(
        "Invalid value {} for parameter 'key' supplied: Names may be treated as files in certain cases, and "
        "must not resolve "
        "to other names when treated as such. ",
        json_text(tag.key));
  }
  if (tag.key.size() > kTagKeyCharacters) {
    return invalid("'key' exceeds the maximum length of {} characters", kTagKeyCharacters);
  }
  if (tag.value.size() > kTagValueCharacters) {
    return invalid("'value' exceeds the maximum length of {} characters", kTagValueCharacters);
  }
  return {};
}

Result<std::string> canonical_stage(std::string_view stage) {
  for (auto known : kStages) {
    if (lower(known) == lower(stage)) return std::string(known);
  }
  return invalid("Invalid Model Version stage: {}. Value must be one of None, Staging, Production, Archived.",
                 stage);
}

Result<std::int64_t> parse_version(std::string_view version) {
  std::int64_t number = 0;
  auto [end, problem] = std::from_chars(version.data(), version.data() + version.size(), number);
  if (problem == std::errc() && end == version.data() + version.size()) return number;
  return invalid("Parameter 'version' must be an integer, got '{}'.", version);
}

}  // namespace maru::registry
