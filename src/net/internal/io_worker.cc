#include "net/internal/io_worker.h"

#include <pthread.h>

#include <vector>

#include "base/ids.h"
#include "net/internal/connection.h"
#include "net/internal/response_head.h"

namespace maru::net {

IoWorker::IoWorker(std::size_t index)
    : index_(index), guard_(asio::make_work_guard(context_)), id_prefix_(new_id().substr(0, 16)) {}

IoWorker::~IoWorker() { join(); }

void IoWorker::start() {
  thread_ = std::thread([this] { context_.run(); });
  pthread_setname_np(thread_.native_handle(), fmt::format("io-{}", index_).c_str());
}

void IoWorker::join() {
  guard_.reset();
  if (thread_.joinable()) thread_.join();
}

void IoWorker::add(Connection& connection) {
  connections_.insert(&connection);
  load_.store(connections_.size(), std::memory_order_relaxed);
  if (ticking_) return;
  ticking_ = true;
  asio::co_spawn(context_, tick(), asio::detached);
}

void IoWorker::remove(Connection& connection) {
  connections_.erase(&connection);
  load_.store(connections_.size(), std::memory_order_relaxed);
}

Task<void> IoWorker::tick() {
  Timer timer(executor());
  while (!connections_.empty()) {
    timer.expires_after(std::chrono::milliseconds(kTickMs));
    error_code ignored;
    co_await timer.async_wait(into(ignored));
    const std::int64_t now_ns = system_clock().steady_ns();
    for (Connection* connection : connections_) connection->check_limit(now_ns);
  }
  ticking_ = false;
}

std::string_view IoWorker::date() {
  const std::int64_t now_ns = system_clock().steady_ns();
  if (now_ns >= date_until_ns_) {
    date_ = http_date(system_clock().now_ms());
    date_until_ns_ = now_ns + kSecondMs * 1'000'000;
  }
  return date_;
}

void IoWorker::make_request_id(std::string& id) {
  constexpr std::string_view kHex = "0123456789abcdef";
  id = id_prefix_;
  const std::uint32_t number = ids_made_++;
  for (int shift = 28; shift >= 0; shift -= 4) id += kHex[(number >> shift) & 0xf];
}

}  // namespace maru::net
