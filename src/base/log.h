#pragma once
// Structured logging: a sentence and fields. Lines go to stderr as text on a terminal and as JSON otherwise
// (setting log.format). Thread-safe; never blocks on a slow terminal for longer than one write.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace maru {

enum class LogLevel { debug, info, warn, error, off };
enum class LogFormat { automatic, text, json };

struct LogField {
  std::string_view name;
  std::string value;
  template <class T>
  LogField(std::string_view field_name, const T& field_value)
      : name(field_name), value(fmt::to_string(field_value)) {}
};

void configure_logging(LogLevel level, LogFormat format);
bool log_enabled(LogLevel level);
void log(LogLevel level, std::string_view room, std::string_view message,
         std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view room, std::string_view message,
                      std::initializer_list<LogField> fields = {}) {
  if (log_enabled(LogLevel::debug)) log(LogLevel::debug, room, message, fields);
}
inline void log_info(std::string_view room, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, room, message, fields);
}
inline void log_warn(std::string_view room, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warn, room, message, fields);
}
inline void log_error(std::string_view room, std::string_view message,
                      std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, room, message, fields);
}

}  // namespace maru
