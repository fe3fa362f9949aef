// Ten features of one entity at 8 connections: in process and over HTTP, against a bare HTTP exchange of the
// same bytes on the same server and a bare read of ten keys. Also a push of one row, durable. Prints p50 and
// p99 of each.
#include <cstdio>
#include <random>
#include <thread>

#include "api/native/features_routes.h"
#include "base/log.h"
#include "net/server.h"

#include "connection.h"
#include "feature_world.h"

namespace {

using namespace maru;
using bench::required;

constexpr int kConnections = 8, kCalls = 2'000, kEntities = 1'000, kRowsEach = 200, kPushes = 300;
constexpr TimeMs kStart = 1'304'208'000'000;
constexpr TimeMs kEnd = kStart + kRowsEach * kHourMs;

constexpr std::string_view kProject = R"json({"project": "bench",
  "sources": {"rides": {"timestamp": "hour", "columns": {"city": "int64", "hour": "timestamp", "cnt": "float64", "temp": "float64", "hum": "float64", "windspeed": "float64"}}},
  "entities": {"city": {"keys": ["city"]}},
  "features": {
    "history": {"entity": "city", "source": "rides", "ttl": "14d", "aggregate": {"last_hour": "last(cnt) over 2h", "yesterday": "last(cnt) over 1h offset 24h",
                "mean_24h": "mean(cnt) over 24h", "mean_7d": "mean(cnt) over 7d"}},
    "weather": {"entity": "city", "source": "rides", "columns": ["temp", "hum", "windspeed"]}},
  "on_demand": {"calendar": {"hour_of_day": "hour(at)", "weekday": "weekday(at)", "is_rush": "hour(at) in (7, 8, 17, 18)"}},
  "services": {"s": ["history", "weather", "calendar"]}})json";

void fill(features::FeatureStore& store) {
  std::mt19937_64 random(1);
  for (int city = 0; city < kEntities; city += 100) {
    Column id("city", ColumnType::int64), hour("hour", ColumnType::timestamp);
    std::vector<std::vector<double>> numbers(4);
    for (int each = city; each < city + 100; ++each) {
      for (int row = 0; row < kRowsEach; ++row) {
        id.append_int(each);
        hour.append_int(kStart + row * kHourMs);
        for (auto& column : numbers) column.push_back(static_cast<double>(random() % 1000));
      }
    }
    required(store.push(
        "rides",
        Table({id, hour, Column::of_doubles("cnt", numbers[0]), Column::of_doubles("temp", numbers[1]),
               Column::of_doubles("hum", numbers[2]), Column::of_doubles("windspeed", numbers[3])})));
  }
}

// p50 and p99 in microseconds of `calls` calls on each of kConnections threads.
void measure(const char* name, int calls, const std::function<std::function<void()>(int thread)>& make) {
  std::vector<double> all;
  std::mutex mutex;
  const auto begin = system_clock().steady_ns();
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kConnections; ++thread)
      threads.emplace_back([&, thread] {
        const auto call = make(thread);
        std::vector<double> micros;
        for (int i = 0; i < calls; ++i) {
          const auto start = system_clock().steady_ns();
          call();
          micros.push_back(static_cast<double>(system_clock().steady_ns() - start) * 1e-3);
        }
        const std::lock_guard lock(mutex);
        all.insert(all.end(), micros.begin(), micros.end());
      });
  }
  const double seconds = static_cast<double>(system_clock().steady_ns() - begin) * 1e-9;
  std::printf("  %-34s p50 %9.1f us   p99 %9.1f us   %9.0f /s\n", name, bench::quantile(all, 0.5),
              bench::quantile(all, 0.99), static_cast<double>(all.size()) / seconds);
}

std::string body_for(int city) {
  return fmt::format(R"({{"service":"s","entities":[{{"city":{}}}],"at":{}}})", city, kEnd);
}

}  // namespace

int main() {
  configure_logging(LogLevel::error, LogFormat::text);
  bench::FeatureWorld world;
  world.define(kProject);
  fill(*world.store);
  Pool pool({.name = "bench"});
  net::Router router;
  std::string echoed;
  api::add_features_routes(router, *world.store, *world.catalog, pool);
  router.add(net::Method::post, "/echo",
             [&](net::Request&) -> Result<net::Response> { return net::Response::json(echoed); },
             {.run = net::Run::inline_on_io});
  net::ServerOptions options;
  options.listen = "127.0.0.1:0";
  const auto server = required(net::HttpServer::start(options, std::move(router)));
  echoed = std::string(bench::Connection(server->port(), "/api/v1/features/online", body_for(1)).exchange());

  std::printf("online read of 10 features, %d cities x %d hours, %d connections\n", kEntities, kRowsEach,
              kConnections);
  measure("in process", kCalls, [&](int thread) {
    return [&store = *world.store, thread] {
      features::OnlineRequest request{.service = "s"};
      request.entities = Table({Column::of_ints("city", {thread * 7})});
      request.at_ms = kEnd;
      required(store.read_online(request));
    };
  });
  const auto exchange = [&](const char* path) {
    return [&, path](int thread) {
      auto connection = std::make_shared<bench::Connection>(server->port(), path, body_for(thread * 7));
      return [connection] { (void)connection->exchange(); };
    };
  };
  measure("bare HTTP exchange (bound)", kCalls, exchange("/echo"));
  measure("over HTTP", kCalls, exchange("/api/v1/features/online"));
  std::atomic<int> next{0};
  measure("push of one row, durable", kPushes / kConnections, [&](int) {
    return [&] {
      const TimeMs hour = kEnd + next.fetch_add(1) * kMinuteMs;
      required(world.store->push("rides", Table({Column::of_ints("city", {3}),
                                                 Column::of_ints("hour", {hour}, ColumnType::timestamp),
                                                 Column::of_doubles("cnt", {5})})));
    };
  });
  server->drain_and_stop();
}
