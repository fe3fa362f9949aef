// A JSON POST with a fixed answer: our server, and the bound, which is a bare Beast coroutine server with
// nothing of ours. They take turns over one kept-alive connection, then over eight.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

// GCC 12 takes Asio's own coroutine frame allocator for a mismatched one once it is inlined.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include "base/log.h"
#include "net/server.h"

namespace {

using namespace maru;
namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr int kTurns = 5;
constexpr double kTurnSeconds = 0.6;

double seconds_now() { return static_cast<double>(system_clock().steady_ns()) * 1e-9; }

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_http: %s\n", result.error().message.c_str());
  std::exit(1);
}

// What Beast and Asio cost with nothing of ours: reads the request, answers fixed bytes.
class BareEcho {
 public:
  explicit BareEcho(std::string answer) : answer_(std::move(answer)) {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~BareEcho() {
    context_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept() {
    while (true) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      socket.set_option(asio::ip::tcp::no_delay(true));
      asio::co_spawn(context_, serve(boost::beast::tcp_stream(std::move(socket))), asio::detached);
    }
  }
  asio::awaitable<void> serve(boost::beast::tcp_stream stream) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code failed;
    while (!failed) {
      http::request<http::string_body> request;
      co_await http::async_read(stream, buffer, request, asio::redirect_error(asio::use_awaitable, failed));
      if (failed) break;
      http::response<http::string_body> response(http::status::ok, request.version());
      response.set(http::field::content_type, "application/json");
      response.body() = answer_;
      response.prepare_payload();
      co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, failed));
    }
  }
  std::string answer_;
  asio::io_context context_{1};
  asio::ip::tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

// A blocking client that sends the same bytes again and again.
class Hammer {
 public:
  Hammer(std::uint16_t port, std::string request)
      : request_(std::move(request)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) std::exit(1);
  }
  ~Hammer() { ::close(socket_); }
  Hammer(const Hammer&) = delete;
  Hammer& operator=(const Hammer&) = delete;

  // Appends the seconds of each request of one turn; the answers must be 200.
  void turn(std::vector<double>& seconds) {
    const double end = seconds_now() + kTurnSeconds;
    while (true) {
      const double begin = seconds_now();
      if (begin >= end) return;
      once();
      seconds.push_back(seconds_now() - begin);
    }
  }
  const std::string& once() {
    (void)::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL);
    received_.clear();
    std::size_t wanted = 0;
    while (wanted == 0 || received_.size() < wanted) {
      char bytes[16384];
      const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
      if (got <= 0) std::exit(1);
      received_.append(bytes, static_cast<std::size_t>(got));
      if (const std::size_t head = received_.find("\r\n\r\n"); wanted == 0 && head != std::string::npos) {
        wanted = head + 4 + length_of(received_);
      }
    }
    if (received_.find("200") != 9) {
      std::fprintf(stderr, "bench_http: %s\n", received_.c_str());
      std::exit(1);
    }
    return received_;
  }

 private:
  static std::size_t length_of(const std::string& response) {
    for (const char* name : {"content-length: ", "Content-Length: "}) {
      if (const std::size_t at = response.find(name); at != std::string::npos)
        return std::stoul(response.substr(at + 16));
    }
    std::exit(1);
  }
  std::string request_;
  int socket_;
  std::string received_;
};

struct Measured {
  std::vector<double> seconds;
  double p(double quantile) {
    std::ranges::sort(seconds);
    return seconds.empty()
               ? 0
               : seconds[static_cast<std::size_t>(quantile * static_cast<double>(seconds.size() - 1))] * 1e6;
  }
};

void turn(Measured& into, std::uint16_t port, const std::string& request, int connections) {
  std::vector<std::vector<double>> seconds(static_cast<std::size_t>(connections));
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seconds) {
      threads.emplace_back([&mine, port, &request] { Hammer(port, request).turn(mine); });
    }
  }
  for (const auto& mine : seconds) into.seconds.insert(into.seconds.end(), mine.begin(), mine.end());
}

std::string echo_request() {
  const std::string body =
      R"({"inputs":[{"name":"x","shape":[1,10],"datatype":"FP32","data":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0]}]})";
  return fmt::format(
      "POST /v2/models/demand/infer HTTP/1.1\r\nhost: bench\r\ncontent-type: "
      "application/json\r\ncontent-length: {}\r\n\r\n{}",
      body.size(), body);
}

}  // namespace

int main() {
  configure_logging(LogLevel::warn, LogFormat::automatic);
  const std::string answer =
      R"({"model_name":"demand","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[1.5]}]})";
  const auto reply = [&answer](net::Request&) -> Result<net::Response> {
    return net::Response::json(answer);
  };
  net::Router router;
  router.add(net::Method::post, "/v2/models/{model}/infer", reply, {.run = net::Run::inline_on_io});
  router.add(net::Method::post, "/pool", reply);
  const auto server = must(net::HttpServer::start({.io_threads = 1}, std::move(router)));
  const BareEcho echo(answer);
  const std::string request = echo_request();
  std::string pool_request = request;
  pool_request.replace(5, std::string_view("/v2/models/demand/infer").size(), "/pool");
  for (const int connections : {1, 8}) {
    Measured ours, bare, pooled;
    for (int i = 0; i < kTurns; ++i) {
      turn(bare, echo.port(), request, connections);
      turn(ours, server->port(), request, connections);
      turn(pooled, server->port(), pool_request, connections);
    }
    const auto print = [connections](const char* who, Measured& measured) {
      std::printf("%-22s %d connections  %8.0f requests/s  p50 %6.1f us  p99 %7.1f us\n", who, connections,
                  static_cast<double>(measured.seconds.size()) / (kTurns * kTurnSeconds), measured.p(0.5),
                  measured.p(0.99));
    };
    print("maru, on the I/O thread", ours);
    print("maru, on a pool", pooled);
    print("bare Beast (the bound)", bare);
    std::printf("  of the bound's rate: %.0f %%\n",
                100.0 * static_cast<double>(ours.seconds.size()) / static_cast<double>(bare.seconds.size()));
  }
}
