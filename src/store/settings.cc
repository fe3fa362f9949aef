#include "store/settings.h"

#include <array>

namespace maru::store {
namespace {

constexpr std::array kSettings = {
    Setting{
        "store.read_connections", SettingKind::integer, "4",
        "Queries of the metadata database that run at once; more when many slow lists wait for each other.",
        1, 256},
    Setting{"store.read_wait", SettingKind::duration, "30s",
            "What a query may wait for one of these connections before it fails with 503.", 1},
    Setting{"store.write_queue", SettingKind::integer, "4096",
            "Writes that may wait for the next group commit; past it 429.", 1, 1e6},
    Setting{"store.write_batch", SettingKind::integer, "512",
            "Writes that share one commit; fewer bounds how long the first of them waits for the last.", 1,
            1e5},
    Setting{"store.reader_cache", SettingKind::bytes, "2MiB", "Page cache of each read connection.", 65'536,
            1e12},
    Setting{"store.writer_cache", SettingKind::bytes, "8MiB", "Page cache of the writing connection.", 65'536,
            1e12},
    Setting{"store.online_limit", SettingKind::bytes, "1TiB",
            "Largest size of the online store; past it pushes and materialisation are refused.", 1 << 20,
            1e15},
};

std::size_t count(const Config& config, std::string_view name) {
  return static_cast<std::size_t>(config.integer(name));
}

}  // namespace

std::span<const Setting> store_settings() { return kSettings; }

DatabaseOptions database_options(const Config& config) {
  DatabaseOptions options;
  options.read_connections = count(config, "store.read_connections");
  options.read_wait_ms = config.duration_ms("store.read_wait");
  options.write_queue_limit = count(config, "store.write_queue");
  options.batch_limit = count(config, "store.write_batch");
  options.reader_cache_kib = static_cast<std::size_t>(config.bytes("store.reader_cache") >> 10);
  options.writer_cache_kib = static_cast<std::size_t>(config.bytes("store.writer_cache") >> 10);
  return options;
}

KeyValueOptions keyvalue_options(const Config& config) {
  KeyValueOptions options;
  options.write_queue_limit = count(config, "store.write_queue");
  options.batch_limit = count(config, "store.write_batch");
  options.limit_bytes = config.bytes("store.online_limit");
  options.first_map_bytes = std::min(options.first_map_bytes, options.limit_bytes);
  return options;
}

}  // namespace maru::store
