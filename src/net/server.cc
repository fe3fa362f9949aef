#include "net/server.h"

#include <latch>
#include <mutex>

#include "base/log.h"
#include "net/internal/address.h"
#include "net/internal/asio.h"
#include "net/internal/connection.h"
#include "net/internal/io_worker.h"
#include "net/internal/server_context.h"

namespace maru::net {

class HttpServer::Impl {
 public:
  Impl(ServerOptions options, Router router) {
    context_.options = std::move(options);
    context_.router = std::move(router);
  }
  ~Impl() { stop(0); }

  Result<void> start() {
    MARU_TRY(context_.router.problem());
    MARU_TRY(make_pools());
    context_.request_metrics.resize(context_.router);
    metrics().gauge_from("maru_http_in_flight", "Requests being answered.",
                         [count = context_.in_flight] { return static_cast<double>(count->load()); });
    const std::size_t threads = context_.options.io_threads != 0
                                    ? context_.options.io_threads
                                    : std::max<std::size_t>(1, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_shared<IoWorker>(i));
    MARU_TRY(listen());
    for (const auto& worker : workers_) worker->start();
    started_ = true;
    asio::co_spawn(workers_.front()->context(), accept(), asio::detached);
    return {};
  }

  void stop(DurationMs drain_ms);

  std::uint16_t port() const { return port_; }
  std::string address() const { return address_; }
  const ServerContext& context() const { return context_; }

 private:
  Result<void> make_pools();
  Result<void> listen();
  Task<void> accept();
  void adopt(Socket socket, const std::shared_ptr<IoWorker>& worker);
  const std::shared_ptr<IoWorker>& least_loaded() const {
    return *std::ranges::min_element(workers_, {}, [](const auto& worker) { return worker->load(); });
  }
  template <class Action>
  void on_every_connection(Action action) {
    for (const auto& worker : workers_) {
      asio::post(worker->context(), [worker = worker.get(), action] {
        const std::vector<Connection*> all(worker->connections().begin(), worker->connections().end());
        for (Connection* connection : all) action(*connection);
      });
    }
  }
  // Until every I/O thread has done what was posted to it so far.
  void wait_for_workers() {
    const auto done = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(workers_.size()));
    for (const auto& worker : workers_) asio::post(worker->context(), [done] { done->count_down(); });
    done->wait();
  }

  ServerContext context_;
  std::vector<std::shared_ptr<IoWorker>> workers_;
  bool started_ = false;
  std::optional<Acceptor> acceptor_;
  std::uint16_t port_ = 0;
  std::string address_;
  std::mutex stopping_;
  bool stopped_ = false;
};

Result<void> HttpServer::Impl::make_pools() {
  for (const PoolOptions& options : context_.options.pools) {
    context_.pools[options.name] = std::make_unique<Pool>(options);
  }
  if (!context_.pools.contains("http")) return invalid("server options: no pool is called \"http\"");
  for (const auto& route : context_.router.routes()) {
    const auto pool = context_.pools.find(route->options.pool);
    if (pool == context_.pools.end()) {
      return invalid("route {}: no pool is called \"{}\"", route->pattern, route->options.pool);
    }
    const bool streamed_inline = route->options.body == BodyMode::streamed &&
                                 (route->options.run == Run::inline_on_io || route->async != nullptr);
    if (streamed_inline) return invalid("route {}: a streamed body is pulled on a pool", route->pattern);
    context_.pool_of_route.push_back(pool->second.get());
  }
  context_.pool_of_route.push_back(&context_.default_pool());
  return {};
}

Result<void> HttpServer::Impl::listen() {
  MARU_ASSIGN(const HostPort where, parse_host_port(context_.options.listen));
  error_code failed;
  asio::ip::tcp::resolver resolver(workers_.front()->context());
  const auto found =
      resolver.resolve(where.host, std::to_string(where.port), asio::ip::tcp::resolver::passive, failed);
  if (failed || found.empty()) return invalid("listen: \"{}\" is not a known address", where.host);
  const auto endpoint = found.begin()->endpoint();
  acceptor_.emplace(workers_.front()->executor());
  if (!failed) acceptor_->open(endpoint.protocol(), failed);
  if (!failed) acceptor_->set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor_->bind(endpoint, failed);
  if (!failed) acceptor_->listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    return make_error(Code::unavailable, "listening on {}: {}", context_.options.listen, failed.message());
  port_ = acceptor_->local_endpoint().port();
  const bool is_ipv6 = where.host.find(':') != std::string::npos;
  address_ = is_ipv6 ? fmt::format("[{}]:{}", where.host, port_) : fmt::format("{}:{}", where.host, port_);
  return {};
}

Task<void> HttpServer::Impl::accept() {
  constexpr std::chrono::milliseconds kRetry(20);
  Timer pause(workers_.front()->executor());
  while (!context_.draining.load()) {
    error_code failed;
    if (context_.connections.load() >= context_.options.max_connections) {
      pause.expires_after(kRetry);
      co_await pause.async_wait(into(failed));
      continue;
    }
    const std::shared_ptr<IoWorker> worker = least_loaded();
    Socket socket(worker->executor());
    co_await acceptor_->async_accept(socket, into(failed));
    if (context_.draining.load() || failed == asio::error::operation_aborted) break;
    if (!failed) {
      context_.connections.fetch_add(1);
      adopt(std::move(socket), worker);
      continue;
    }
    log_warn("net", "accepting a connection failed",
             {{"reason", failed.message()}});  // out of descriptors, mostly
    pause.expires_after(kRetry);
    co_await pause.async_wait(into(failed));
  }
}

void HttpServer::Impl::adopt(Socket socket, const std::shared_ptr<IoWorker>& worker) {
  auto connection = std::make_shared<Connection>(std::move(socket), context_, worker);
  asio::co_spawn(worker->context(), Connection::serve(std::move(connection)), asio::detached);
}

void HttpServer::Impl::stop(DurationMs drain_ms) {
  const std::lock_guard lock(stopping_);
  if (std::exchange(stopped_, true) || !started_) return;
  context_.draining.store(true);
  asio::post(workers_.front()->context(), [this] {
    error_code ignored;
    acceptor_->close(ignored);
  });
  on_every_connection([](Connection& connection) { connection.drain(); });
  constexpr DurationMs kStepMs = 5;
  Clock& clock = system_clock();
  const std::int64_t until_ns = clock.steady_ns() + drain_ms * 1'000'000;
  while (context_.connections.load() > 0 && clock.steady_ns() < until_ns) clock.sleep_ms(kStepMs);
  if (const std::size_t left = context_.connections.load(); left > 0) {
    if (drain_ms > 0)
      log_warn("net", "connections were cut off at the end of the drain", {{"connections", left}});
  }
  on_every_connection([](Connection& connection) { connection.abort(); });
  wait_for_workers();      // an aborted connection gives the pools nothing more
  context_.pools.clear();  // runs and joins what they have, while the I/O threads can take its results
  for (const auto& worker : workers_) worker->join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options, Router router) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(router));
  MARU_TRY(impl->start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port(); }
std::string HttpServer::address() const { return impl_->address(); }
std::size_t HttpServer::in_flight() const { return impl_->context().in_flight->load(); }
std::size_t HttpServer::connections() const { return impl_->context().connections.load(); }
void HttpServer::drain_and_stop() { impl_->stop(impl_->context().options.drain_timeout_ms); }

}  // namespace maru::net
