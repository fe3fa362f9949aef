#include "net/client.h"

#include <pthread.h>

#include <future>
#include <map>
#include <unordered_set>

#include "net/internal/client_call.h"

namespace maru::net {

Result<Json> ClientResponse::json() const { return parse_json(body).at("response"); }

// Everything but submit() and stop() runs on the one thread.
class HttpClient::Impl {
 public:
  using Done = std::move_only_function<void(Result<ClientResponse>)>;

  explicit Impl(ClientOptions options) : options_(options), guard_(asio::make_work_guard(context_)) {
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), "http-client");
  }
  ~Impl() { stop(); }

  void submit(ClientRequest request, Done done) {
    auto url = parse_url(request.url);
    if (!url) return done(url.error());
    asio::post(context_,
               [this, request = std::move(request), url = std::move(*url), done = std::move(done)]() mutable {
                 if (stopping_) return done(make_error(Code::cancelled, "the client is stopping"));
                 auto call = std::make_shared<ClientCall>(context_.get_executor(), std::move(request),
                                                          std::move(url), options_.response_limit_bytes);
                 asio::co_spawn(context_, perform(call),
                                [done = std::move(done)](const std::exception_ptr& problem,
                                                         Result<ClientResponse> response) mutable {
                                  done(problem ? Result<ClientResponse>(internal("the HTTP client failed"))
                                               : std::move(response));
                                });
               });
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] {
      stopping_ = true;
      for (ClientCall* call : calls_) call->interrupt(Code::cancelled);
      idle_.clear();
    });
    guard_.reset();
    thread_.join();
  }

 private:
  Task<Result<ClientResponse>> perform(std::shared_ptr<ClientCall> call) {
    calls_.insert(call.get());
    Timer limit(context_.get_executor());
    if (call->timeout_ms() > 0) {
      limit.expires_after(std::chrono::milliseconds(call->timeout_ms()));
      limit.async_wait([call](error_code cancelled) {
        if (!cancelled) call->interrupt(Code::deadline_exceeded);
      });
    }
    Result<void> outcome;
    if (auto kept = take_idle(call->url().authority)) {
      call->use(std::move(kept));
      outcome = co_await call->exchange();
      if (!outcome && call->may_retry()) outcome = co_await on_fresh_connection(*call);
    } else {
      outcome = co_await on_fresh_connection(*call);
    }
    calls_.erase(call.get());
    if (!outcome) co_return outcome.error();
    keep(call->url().authority, call->release_reusable());
    co_return call->take_response();
  }

  Task<Result<void>> on_fresh_connection(ClientCall& call) {
    Result<void> connected = co_await call.connect();
    if (!connected) co_return connected;
    co_return co_await call.exchange();
  }

  std::unique_ptr<ClientConnection> take_idle(const std::string& authority) {
    drop_expired();
    while (true) {
      const auto found = idle_.find(authority);
      if (found == idle_.end()) return nullptr;
      auto connection = std::move(found->second);
      idle_.erase(found);
      if (connection->is_quiet()) return connection;
    }
  }

  void keep(const std::string& authority, std::unique_ptr<ClientConnection> connection) {
    if (!connection || stopping_ || idle_.size() >= options_.idle_connections) return;
    connection->idle_since_ns = system_clock().steady_ns();
    idle_.emplace(authority, std::move(connection));
  }

  void drop_expired() {
    const std::int64_t oldest_ns = system_clock().steady_ns() - options_.idle_timeout_ms * 1'000'000;
    std::erase_if(idle_, [oldest_ns](const auto& entry) { return entry.second->idle_since_ns < oldest_ns; });
  }

  const ClientOptions options_;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_;
  std::multimap<std::string, std::unique_ptr<ClientConnection>> idle_;
  std::unordered_set<ClientCall*> calls_;
  bool stopping_ = false;
  std::thread thread_;
};

HttpClient::HttpClient(ClientOptions options) : impl_(std::make_unique<Impl>(options)) {}
HttpClient::~HttpClient() { impl_->stop(); }

void HttpClient::send_async(ClientRequest request,
                            std::move_only_function<void(Result<ClientResponse>)> done) {
  impl_->submit(std::move(request), std::move(done));
}

Result<ClientResponse> HttpClient::send(ClientRequest request) {
  std::promise<Result<ClientResponse>> promise;
  auto answer = promise.get_future();
  impl_->submit(std::move(request),
                [&promise](Result<ClientResponse> response) { promise.set_value(std::move(response)); });
  return answer.get();
}

}  // namespace maru::net
