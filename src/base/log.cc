#include "base/log.h"

#include <unistd.h>

#include <atomic>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"
#include "base/time.h"

namespace maru {
namespace {

std::atomic<LogLevel> g_level{LogLevel::info};
std::atomic<bool> g_as_json{::isatty(STDERR_FILENO) == 0};

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

// Lines come formatted: the sink only writes each whole.
spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("maru", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

std::string json_line(LogLevel level, std::string_view room, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = "{\"time\":";
  append_json_string(line, format_time(system_clock().now_ms()));
  const auto add = [&](std::string_view name, std::string_view value) {
    line += ',';
    append_json_string(line, name);
    line += ':';
    append_json_string(line, value);
  };
  add("level", kLevelNames.at(static_cast<std::size_t>(level)));
  add("room", room);
  add("message", message);
  for (const auto& field : fields) add(field.name, field.value);
  line += '}';
  return line;
}

std::string text_line(LogLevel level, std::string_view room, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{} {:<5} {}: {}", format_time(system_clock().now_ms()),
                                 kLevelNames.at(static_cast<std::size_t>(level)), room, message);
  for (const auto& field : fields) {
    line += fmt::format(" {}=", field.name);
    // Quoted when a reader could not tell where the value ends; always one line.
    if (field.value.empty() || field.value.find_first_of(" =\"\n\r\t") != std::string::npos) {
      append_json_string(line, field.value);
    } else {
      line += field.value;
    }
  }
  return line;
}

}  // namespace

void configure_logging(LogLevel level, LogFormat format) {
  g_level = level;
  g_as_json = format == LogFormat::json || (format == LogFormat::automatic && ::isatty(STDERR_FILENO) == 0);
}

bool log_enabled(LogLevel level) {
  const LogLevel least = g_level.load(std::memory_order_relaxed);
  return least != LogLevel::off && level != LogLevel::off && level >= least;
}

void log(LogLevel level, std::string_view room, std::string_view message,
         std::initializer_list<LogField> fields) {
  if (!log_enabled(level)) return;
  const std::string line = g_as_json.load(std::memory_order_relaxed)
                               ? json_line(level, room, message, fields)
                               : text_line(level, room, message, fields);
  sink().log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace maru
