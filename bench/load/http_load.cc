// A load generator with so little in it that the server is what is measured: N connections, each a thread on
// a blocking socket, each sending the same request again and again with a counter put in place of
// @@COUNTER@@.
//
//   http_load --port 8250 --path /api/2.0/… [--method POST] [--connections 8] [--seconds 5] [--warm-seconds
//   1] --body FILE…
//
// Connection i sends body file i modulo their number. Prints one line of JSON: requests, errors (status not
// 2xx, or a broken connection), rps, p50_ms, p99_ms, max_ms.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::string_view kCounter = "@@COUNTER@@";
constexpr std::int64_t kFirstCount = 10'000'000'000;  // as long as the mark, so that the length never changes
constexpr std::size_t kReadBytes = std::size_t{64} << 10;

struct Options {
  std::uint16_t port = 0;
  std::string method = "POST";
  std::string path = "/";
  int connections = 8;
  double seconds = 5;
  double warm_seconds = 1;
  std::vector<std::string> bodies;
};

std::string read_all(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    auto value = [&]() -> std::string {
      if (++i == argc) throw std::runtime_error(name + " needs a value");
      return argv[i];
    };
    if (name == "--port")
      options.port = static_cast<std::uint16_t>(std::stoi(value()));
    else if (name == "--method")
      options.method = value();
    else if (name == "--path")
      options.path = value();
    else if (name == "--connections")
      options.connections = std::stoi(value());
    else if (name == "--seconds")
      options.seconds = std::stod(value());
    else if (name == "--warm-seconds")
      options.warm_seconds = std::stod(value());
    else if (name == "--body")
      options.bodies.push_back(read_all(value()));
    else
      throw std::runtime_error("unknown option " + name);
  }
  if (options.port == 0) throw std::runtime_error("--port is needed");
  if (options.bodies.empty()) options.bodies.emplace_back();
  return options;
}

class Connection {
 public:
  Connection(const Options& options, const std::string& body, std::atomic<std::int64_t>& count)
      : count_(count) {
    request_ = fmt::format(
        "{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: "
        "{}\r\n\r\n{}",
        options.method, options.path, options.port, body.size(), body);
    for (auto at = request_.find(kCounter); at != std::string::npos; at = request_.find(kCounter, at + 1))
      marks_.push_back(at);
    connect_to(options.port);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One request and its whole answer; the status, or 0 when the connection broke.
  int exchange() {
    const auto counter = std::to_string(count_.fetch_add(1, std::memory_order_relaxed));
    for (const auto at : marks_) request_.replace(at, counter.size(), counter);
    for (std::size_t sent = 0; sent < request_.size();) {
      const auto wrote = ::send(socket_, request_.data() + sent, request_.size() - sent, MSG_NOSIGNAL);
      if (wrote <= 0) return 0;
      sent += static_cast<std::size_t>(wrote);
    }
    return read_answer();
  }

 private:
  void connect_to(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error(fmt::format("cannot connect to port {}: {}", port, std::strerror(errno)));
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  bool fill() {
    const auto had = answer_.size();
    answer_.resize(had + kReadBytes);
    const auto got = ::recv(socket_, answer_.data() + had, kReadBytes, 0);
    answer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
  }

  int read_answer() {
    answer_.clear();
    std::size_t head_end = std::string::npos;
    while ((head_end = answer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return 0;
    }
    auto head = answer_.substr(0, head_end);
    for (auto& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto field = head.find("content-length:");
    if (field == std::string::npos) return 0;  // chunked answers are none of ours
    const auto length = std::stoull(head.substr(field + 15));
    while (answer_.size() < head_end + 4 + length) {
      if (!fill()) return 0;
    }
    return std::stoi(head.substr(9, 3));
  }

  std::atomic<std::int64_t>& count_;
  int socket_ = -1;
  std::string request_;
  std::vector<std::size_t> marks_;
  std::string answer_;
};

struct Measured {
  std::vector<double> ms;
  std::uint64_t errors = 0;
};

void run(Connection& connection, SteadyClock::time_point measure_from, SteadyClock::time_point end,
         Measured& out) {
  while (true) {
    const auto start = SteadyClock::now();
    if (start >= end) return;
    const int status = connection.exchange();
    if (start < measure_from) continue;
    out.ms.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
    if (status < 200 || status >= 300) ++out.errors;
    if (status == 0) return;
  }
}

double quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(q * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = parse(argc, argv);
  std::atomic<std::int64_t> count = kFirstCount;
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < options.connections; ++i) {
    const auto& body = options.bodies[static_cast<std::size_t>(i) % options.bodies.size()];
    connections.push_back(std::make_unique<Connection>(options, body, count));
  }
  const auto seconds = [](double s) {
    return std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(s));
  };
  const auto measure_from = SteadyClock::now() + seconds(options.warm_seconds);
  const auto end = measure_from + seconds(options.seconds);
  std::vector<Measured> measured(connections.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      threads.emplace_back([&, i] { run(*connections[i], measure_from, end, measured[i]); });
    }
  }
  std::vector<double> all;
  std::uint64_t errors = 0;
  for (const auto& one : measured) {
    all.insert(all.end(), one.ms.begin(), one.ms.end());
    errors += one.errors;
  }
  std::ranges::sort(all);
  fmt::print(
      "{{\"requests\": {}, \"errors\": {}, \"rps\": {:.1f}, \"p50_ms\": {:.3f}, \"p99_ms\": {:.3f}, "
      "\"max_ms\": {:.3f}}}\n",
      all.size(), errors, static_cast<double>(all.size()) / options.seconds, quantile(all, 0.5),
      quantile(all, 0.99), all.empty() ? 0.0 : all.back());
  return errors == 0 ? 0 : 1;
} catch (const std::exception& problem) {
  std::cerr << "http_load: " << problem.what() << "\n";
  return 2;
}
