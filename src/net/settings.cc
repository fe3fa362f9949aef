#include "net/settings.h"

#include <array>

namespace maru::net {
namespace {

constexpr std::array kSettings = {
    Setting{"net.listen", SettingKind::text, "127.0.0.1:8250",
            "HOST:PORT of every REST protocol; port 0 takes a free one."},
    Setting{"net.io_threads", SettingKind::integer, "0",
            "Threads that carry connections; 0 means one a core.", 0, 256},
    Setting{
        "net.pool_threads", SettingKind::integer, "8",
        "Threads for handlers that may block (the pool \"http\"); more when many requests wait for disks.", 1,
        512},
    Setting{"net.pool_queue", SettingKind::integer, "1024",
            "Requests that may wait for such a thread; past it they get 429.", 1, 1e6},
    Setting{"net.header_limit", SettingKind::bytes, "32KiB",
            "Request line and headers of one request; past it 431.", 1024, 16 << 20},
    Setting{"net.body_limit", SettingKind::bytes, "64MiB",
            "Body of a request held in memory, after decompression; past it 413.", 1024},
    Setting{"net.streamed_body_limit", SettingKind::bytes, "16GiB",
            "Body of an upload that is streamed to disk; past it 413.", 1024},
    Setting{"net.header_timeout", SettingKind::duration, "10s",
            "From a request's first byte to the end of its headers: 408.", 1},
    Setting{"net.idle_timeout", SettingKind::duration, "75s",
            "A kept-alive connection without a request is closed.", 1},
    Setting{"net.body_timeout", SettingKind::duration, "30s",
            "A body of which no byte can be read or written for this long is given up.", 1},
    Setting{"net.request_timeout", SettingKind::duration, "60s", "What a handler may take: 504.", 1},
    Setting{"net.drain_timeout", SettingKind::duration, "20s",
            "What requests in flight may take when the server stops.", 0},
    Setting{"net.heartbeat", SettingKind::duration, "15s",
            "A comment on a quiet event stream, so that proxies keep it open.", 1},
    Setting{"net.max_connections", SettingKind::integer, "10000",
            "Open connections; past it new ones wait to be accepted.", 1, 1e6},
    Setting{"net.max_in_flight", SettingKind::integer, "4096", "Requests being answered; past it 503.", 1,
            1e6},
    Setting{"net.access_log", SettingKind::text, "errors",
            "Requests in the log: off, errors (status 500 and above) or all."},
    Setting{"net.cors_allow_origin", SettingKind::text, "",
            "Origin whose pages may call this server: one origin or *; empty means none."},
};

Result<AccessLog> parse_access_log(std::string_view text) {
  if (text == "off") return AccessLog::off;
  if (text == "errors") return AccessLog::errors;
  if (text == "all") return AccessLog::all;
  return invalid("net.access_log: expected off, errors or all, got \"{}\"", text);
}

}  // namespace

std::span<const Setting> net_settings() { return kSettings; }

Result<ServerOptions> server_options(const Config& config) {
  const auto count = [&config](std::string_view name) {
    return static_cast<std::size_t>(config.integer(name));
  };
  ServerOptions options;
  options.listen = config.text("net.listen");
  options.io_threads = count("net.io_threads");
  options.pools = {{"http", count("net.pool_threads"), count("net.pool_queue")}};
  options.header_limit_bytes = config.bytes("net.header_limit");
  options.body_limit_bytes = config.bytes("net.body_limit");
  options.streamed_body_limit_bytes = config.bytes("net.streamed_body_limit");
  options.header_timeout_ms = config.duration_ms("net.header_timeout");
  options.idle_timeout_ms = config.duration_ms("net.idle_timeout");
  options.body_timeout_ms = config.duration_ms("net.body_timeout");
  options.request_timeout_ms = config.duration_ms("net.request_timeout");
  options.drain_timeout_ms = config.duration_ms("net.drain_timeout");
  options.heartbeat_ms = config.duration_ms("net.heartbeat");
  options.max_connections = count("net.max_connections");
  options.max_in_flight = count("net.max_in_flight");
  options.cors_allow_origin = config.text("net.cors_allow_origin");
  MARU_ASSIGN(options.access_log, parse_access_log(config.text("net.access_log")));
  return options;
}

}  // namespace maru::net
