#pragma once
// One I/O thread: its io_context, its connections, and a coarse tick that enforces every time limit of them.
// A limit is an integer stored before an operation, not a timer armed and cancelled for each: that is most of
// what a request would otherwise pay above a bare echo.

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>

#include "base/time.h"
#include "net/internal/asio.h"

namespace maru::net {

class Connection;

// start() and join() from the owner's thread, post() from any; the rest only from its own thread.
class IoWorker {
 public:
  explicit IoWorker(std::size_t index);
  ~IoWorker();
  void start();
  // Lets the thread end once its last connection has.
  void join();

  asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }

  void add(Connection& connection);
  void remove(Connection& connection);
  const std::unordered_set<Connection*>& connections() const { return connections_; }

  std::string_view date();                // for the Date header, refreshed once a second
  void make_request_id(std::string& id);  // 24 hex digits: random by worker, then counted

 private:
  static constexpr DurationMs kTickMs = 50;
  Task<void> tick();

  const std::size_t index_;
  std::unordered_set<Connection*>
      connections_;  // outlives the coroutines in context_, which remove themselves
  std::atomic<std::size_t> load_{0};
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_;
  std::thread thread_;
  bool ticking_ = false;
  std::string date_;
  std::int64_t date_until_ns_ = 0;
  std::string id_prefix_;
  std::uint32_t ids_made_ = 0;
};

}  // namespace maru::net
