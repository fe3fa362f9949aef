#include "net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "net/echo_server.h"
#include "net/internal/address.h"
#include "net/raw_client.h"

namespace maru::net {
namespace {

using testing::HasSubstr;

// A server that does with each connection exactly what the test says, on its own thread.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    ::listen(listener_, 8);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const std::string& answer : answers) serve(answer);
    });
  }
  ~ScriptedServer() {
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }
  int accepted() const { return accepted_.load(); }

 private:
  // Reads one request, answers with the bytes and closes.
  void serve(const std::string& answer) {
    const int descriptor = ::accept(listener_, nullptr, nullptr);
    ++accepted_;
    std::string request(8192, '\0');
    (void)::recv(descriptor, request.data(), request.size(), 0);
    (void)::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(descriptor);
  }
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

TEST(HttpClient, KeepsItsConnection) {
  const auto server = start_server(echo_router());
  HttpClient client;
  for (int i = 0; i < 10; ++i) {
    const auto response =
        client.send({.method = Method::post, .url = "http://" + server->address() + "/echo", .body = "ping"});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->body, "ping");
  }
  EXPECT_EQ(server->connections(), 1U);
}

TEST(HttpClient, SendsManyAtOnce) {
  const auto server = start_server(echo_router());
  HttpClient client;
  std::vector<std::promise<std::string>> answers(50);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    client.send_async({.method = Method::post,
                       .url = "http://" + server->address() + "/pool/echo",
                       .body = std::to_string(i)},
                      [&answers, i](Result<ClientResponse> response) {
                        answers[i].set_value(response ? response->body : response.error().message);
                      });
  }
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(answers[i].get_future().get(), std::to_string(i));
}

TEST(HttpClient, CarriesHeadersStatusAndJson) {
  Router router;
  router.add(Method::get, "/who", [](Request& request) -> Result<Response> {
    return Response::json(fmt::format(R"({{"agent":"{}"}})", request.header("user-agent")), 418)
        .with_header("x-a", "b");
  });
  const auto server = start_server(std::move(router));
  HttpClient client;
  ClientRequest request{.url = "http://" + server->address() + "/who?x=1"};
  request.headers.add("User-Agent", "test/1");
  const auto response = client.send(request);
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->headers.get("X-A"), "b");
  EXPECT_EQ(response->json()->at("agent").as_string(), "test/1");
}

TEST(HttpClient, GivesUpInTime) {
  Router router;
  router.add(Method::get, "/never", [](Request& request) -> Result<Response> {
    while (!request.cancelled()) system_clock().sleep_ms(1);
    return Response::text("");
  });
  const auto server = start_server(std::move(router));
  HttpClient client;
  const auto response = client.send({.url = "http://" + server->address() + "/never", .timeout_ms = 100});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::deadline_exceeded);
  EXPECT_THAT(response.error().message, HasSubstr("no answer within 100ms"));
}

TEST(HttpClient, SaysWhyThereIsNoAnswer) {
  HttpClient client;
  const auto error = [&client](std::string url) {
    auto response = client.send({.url = std::move(url)});
    return response ? Error{} : response.error();
  };
  EXPECT_EQ(error("http://127.0.0.1:1/").code, Code::unavailable);
  EXPECT_EQ(error("ftp://x/").code, Code::invalid_argument);
  EXPECT_EQ(error("http://").code, Code::invalid_argument);
  EXPECT_EQ(error("http://127.0.0.1:99999/").code, Code::invalid_argument);
  EXPECT_EQ(error("http://127.0.0.1/a b").code, Code::invalid_argument);
  EXPECT_EQ(error("https://127.0.0.1/").code, Code::unimplemented);
  ScriptedServer nonsense({"hello there\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", ""});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(error(nonsense.url()).code, Code::unavailable);
}

TEST(HttpClient, ReadsBodiesThatEndWithTheConnection) {
  ScriptedServer server({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end"});
  HttpClient client;
  const auto response = client.send({.url = server.url()});
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->body, "to the end");
}

TEST(HttpClient, SendsAgainWhenAKeptConnectionWasClosed) {
  // Both answers promise keep-alive, then the server closes.
  const std::string answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  ScriptedServer server({answer, answer, answer});
  HttpClient client;
  for (int i = 0; i < 3; ++i) {
    const auto response = client.send({.url = server.url()});
    ASSERT_TRUE(response.has_value()) << response.error().message;
  }
  EXPECT_EQ(server.accepted(), 3);
}

TEST(HttpClient, RefusesAResponseLargerThanItMayHold) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + std::string(2000, 'x')});
  HttpClient client({.response_limit_bytes = 1000});
  const auto response = client.send({.url = server.url()});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::payload_too_large);
}

TEST(HttpClient, HandsABodyOverAsItComesUntilToldToStop) {
  Router router;
  router.add(Method::get, "/endless", [](Request&) -> Result<Response> {
    return Response::from_producer(
        []() -> Result<std::optional<std::string>> { return std::optional<std::string>("tick\n"); },
        "text/plain");
  });
  const auto server = start_server(std::move(router));
  HttpClient client;
  std::size_t bytes = 0;
  const auto response = client.send(
      {.url = "http://" + server->address() + "/endless", .on_body = [&bytes](std::string_view piece) {
         bytes += piece.size();
         return bytes < 1000;
       }});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::cancelled);
  EXPECT_GE(bytes, 1000U);
}

TEST(HttpClient, CancelsWhatIsInFlightWhenItGoes) {
  std::promise<void> entered;
  Router router;
  router.add(Method::get, "/wait", [&entered](Request& request) -> Result<Response> {
    entered.set_value();
    while (!request.cancelled()) system_clock().sleep_ms(1);
    return Response::text("");
  });
  const auto server = start_server(std::move(router));
  std::promise<Code> answer;
  {
    HttpClient client;
    client.send_async({.url = "http://" + server->address() + "/wait"},
                      [&answer](Result<ClientResponse> response) {
                        answer.set_value(response ? Code::internal : response.error().code);
                      });
    entered.get_future().wait();
  }
  EXPECT_EQ(answer.get_future().get(), Code::cancelled);
}

TEST(Addresses, AreTakenApart) {
  const auto url = parse_url("http://[::1]:81/a?b#c");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 81);
  EXPECT_EQ(url->authority, "[::1]:81");
  EXPECT_EQ(url->target, "/a?b");
  EXPECT_EQ(parse_url("http://host")->target, "/");
  EXPECT_EQ(parse_url("http://host")->port, 80);
  EXPECT_EQ(parse_url("http://host?x")->target, "/?x");
  EXPECT_EQ(parse_host_port(":80")->host, "0.0.0.0");
}

}  // namespace
}  // namespace maru::net
