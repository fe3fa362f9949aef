#pragma once
// Typed settings, declared once a room: name, kind, default, bounds, a sentence. Read from (later wins) the
// default, a YAML file, the environment (`net.idle_timeout` = MARU_NET_IDLE_TIMEOUT) and flags
// (--net.idle-timeout). Only the wiring layer holds a Config; rooms take plain option structs.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru {

enum class SettingKind { text, integer, number, boolean, duration, bytes };  // "30s"; "16MiB"

struct Setting {
  std::string_view name;  // "room.what_unit-free", e.g. "net.idle_timeout"
  SettingKind kind;
  std::string_view fallback;  // as it would be typed
  std::string_view help;      // one sentence: what it does, and when to change it
  double at_least = -1e300;   // bounds for the numeric kinds, in ms for durations
  double at_most = 1e300;
};

class Config {
 public:
  // Every room's settings, in order of appearance in `maru config`.
  explicit Config(std::vector<Setting> settings);

  // invalid_argument: unknown name (with the nearest), wrong kind, out of bounds; says which source.
  Result<void> load_file(const std::filesystem::path& yaml_file);
  Result<void> load_environment(const std::map<std::string, std::string>& environment);
  Result<void> set(std::string_view name, std::string_view value, std::string_view source);

  // The name must be declared and of that kind: anything else is our mistake and aborts.
  std::string text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  bool boolean(std::string_view name) const;
  DurationMs duration_ms(std::string_view name) const;
  std::uint64_t bytes(std::string_view name) const;

  // [{name, kind, value, source, default, help}] for `maru config --explain` and the reference page.
  JsonArray explain() const;

 private:
  struct Entry {
    Setting setting;
    std::string value;
    std::string source;
  };
  Entry* find(std::string_view name);
  const Entry& entry(std::string_view name, SettingKind kind) const;
  std::vector<Entry> entries_;
};

Result<std::uint64_t> parse_bytes(std::string_view text);  // "16MiB", "1GB", "512"

}  // namespace maru
