#include "base/config.h"

#include <charconv>
#include <cstdlib>

#include "base/ids.h"

namespace maru {
namespace {

constexpr std::array<std::string_view, 6> kKindNames{"text",    "integer",  "number",
                                                     "boolean", "duration", "bytes"};

std::string_view name_of(SettingKind kind) { return kKindNames.at(static_cast<std::size_t>(kind)); }

template <class T>
Result<T> parse_number(std::string_view text, std::string_view what) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) {
    return invalid("expected {}, got \"{}\"", what, text);
  }
  return value;
}

Result<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return false;
  }
  return invalid("expected true or false, got \"{}\"", text);
}

// The value as the number that its bounds speak of; 0 for kinds without bounds.
Result<double> bounded_value(SettingKind kind, std::string_view value) {
  const auto as_double = [](auto number) { return static_cast<double>(number); };
  switch (kind) {
    case SettingKind::text:
      return 0.0;
    case SettingKind::boolean:
      return parse_boolean(value).transform([](bool) { return 0.0; });
    case SettingKind::integer:
      return parse_number<std::int64_t>(value, "an integer").transform(as_double);
    case SettingKind::number:
      return parse_number<double>(value, "a number");
    case SettingKind::duration:
      return parse_duration(value).transform(as_double);
    case SettingKind::bytes:
      return parse_bytes(value).transform(as_double);
  }
  return 0.0;
}

std::string shown_bound(SettingKind kind, double bound) {
  return kind == SettingKind::duration ? format_duration(static_cast<DurationMs>(bound))
                                       : fmt::to_string(bound);
}

std::string environment_name(std::string_view setting) {
  std::string out = "MARU_";
  for (const char c : setting)
    out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t bytes;
  };
  static constexpr std::array kUnits{Unit{"", 1},
                                     Unit{"B", 1},
                                     Unit{"KB", 1'000},
                                     Unit{"MB", 1'000'000},
                                     Unit{"GB", 1'000'000'000},
                                     Unit{"TB", 1'000'000'000'000},
                                     Unit{"KiB", 1ULL << 10},
                                     Unit{"MiB", 1ULL << 20},
                                     Unit{"GiB", 1ULL << 30},
                                     Unit{"TiB", 1ULL << 40}};
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto found =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return known.name == unit; });
  if (text.empty() || code != std::errc{} || found == kUnits.end()) {
    return invalid("expected a size such as 512, 64KiB, 16MiB or 1GB, got \"{}\"", text);
  }
  if (number > std::numeric_limits<std::uint64_t>::max() / found->bytes)
    return invalid("size {} is too large", text);
  return number * found->bytes;
}

Config::Config(std::vector<Setting> settings) {
  entries_.reserve(settings.size());
  for (auto& setting : settings) {
    std::string fallback(setting.fallback);
    entries_.push_back({setting, std::move(fallback), "default"});
  }
}

Config::Entry* Config::find(std::string_view name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.setting.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

Result<void> Config::set(std::string_view name, std::string_view value, std::string_view source) {
  Entry* entry = find(name);
  if (entry == nullptr) {
    std::vector<std::string> known;
    for (const auto& each : entries_) known.emplace_back(each.setting.name);
    return invalid("{}: unknown setting \"{}\"{}", source, name, did_you_mean(name, known));
  }
  const Setting& setting = entry->setting;
  const auto number = bounded_value(setting.kind, value);
  if (!number) return number.error().at(fmt::format("{}: {}", source, name));
  if (setting.kind != SettingKind::text && setting.kind != SettingKind::boolean) {
    if (*number < setting.at_least) {
      return invalid("{}: {}: expected at least {}, got {}", source, name,
                     shown_bound(setting.kind, setting.at_least), value);
    }
    if (*number > setting.at_most) {
      return invalid("{}: {}: expected at most {}, got {}", source, name,
                     shown_bound(setting.kind, setting.at_most), value);
    }
  }
  entry->value = value;
  entry->source = source;
  return {};
}

Result<void> Config::load_environment(const std::map<std::string, std::string>& environment) {
  for (const auto& entry : entries_) {
    const std::string name = environment_name(entry.setting.name);
    const auto found = environment.find(name);
    if (found != environment.end()) MARU_TRY(set(entry.setting.name, found->second, name));
  }
  return {};
}

// A wrong name or kind here is a mistake in our own code, which no caller could handle.
const Config::Entry& Config::entry(std::string_view name, SettingKind kind) const {
  for (const auto& entry : entries_) {
    if (entry.setting.name == name && entry.setting.kind == kind) return entry;
  }
  fmt::print(stderr, "setting {} is not declared as {}\n", name, name_of(kind));
  std::abort();
}

std::string Config::text(std::string_view name) const { return entry(name, SettingKind::text).value; }
std::int64_t Config::integer(std::string_view name) const {
  return parse_number<std::int64_t>(entry(name, SettingKind::integer).value, "an integer").value();
}
double Config::number(std::string_view name) const {
  return parse_number<double>(entry(name, SettingKind::number).value, "a number").value();
}
bool Config::boolean(std::string_view name) const {
  return parse_boolean(entry(name, SettingKind::boolean).value).value();
}
DurationMs Config::duration_ms(std::string_view name) const {
  return parse_duration(entry(name, SettingKind::duration).value).value();
}
std::uint64_t Config::bytes(std::string_view name) const {
  return parse_bytes(entry(name, SettingKind::bytes).value).value();
}

JsonArray Config::explain() const {
  JsonArray out;
  for (const auto& entry : entries_) {
    out.push_back(JsonObject{{"name", entry.setting.name},
                             {"kind", name_of(entry.setting.kind)},
                             {"value", entry.value},
                             {"source", entry.source},
                             {"default", entry.setting.fallback},
                             {"help", entry.setting.help}});
  }
  return out;
}

}  // namespace maru
