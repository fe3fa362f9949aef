#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/metrics.h"
#include "net/echo_server.h"
#include "net/internal/compression.h"
#include "net/raw_client.h"

namespace maru::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HttpServer, AnswersInlineAndFromThePoolOnOneConnection) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send(get("/hello"));
  EXPECT_THAT(client.receive_response(), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nhello")));
  client.send(post("/echo", "abc"));
  EXPECT_THAT(client.receive_response(), EndsWith("abc"));
  client.send(post("/pool/echo", "def"));
  EXPECT_THAT(client.receive_response(), EndsWith("def"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += post(i % 2 == 0 ? "/echo" : "/pool/echo", fmt::format("<{}>", i));
  client.send(all);
  for (int i = 0; i < 50; ++i) EXPECT_THAT(client.receive_response(), EndsWith(fmt::format("<{}>", i)));
}

TEST(HttpServer, ClosesWhenAskedTo) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send(get("/hello", "connection: close\r\n"));
  EXPECT_THAT(client.receive_all(), AllOf(HasSubstr("connection: close"), EndsWith("hello")));
  RawClient old(server->port());
  old.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.receive_all(), AllOf(StartsWith("HTTP/1.0 200"), EndsWith("hello")));
}

TEST(HttpServer, ReadsChunkedBodies) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  const std::string head = "POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n";
  for (const char* piece : {"3\r\nabc\r\n", "2;x=y\r\n", "de\r\n", "0\r\ntrailer: 1\r\n", "\r\n"}) {
    client.send(piece == std::string_view("3\r\nabc\r\n") ? head + piece : std::string(piece));
  }
  EXPECT_THAT(client.receive_response(), EndsWith("\r\n\r\nabcde"));
  client.send(get("/hello"));
  EXPECT_THAT(client.receive_response(), EndsWith("hello"));
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send("HEAD /hello HTTP/1.1\r\nhost: t\r\n\r\n" + get("/hello"));
  const std::string head = client.receive_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("content-length: 5\r\n"));
  EXPECT_THAT(client.receive_response(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("hello")));
}

TEST(HttpServer, SaysContinueBeforeABodyThatWaitsForIt) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.receive_response(), EndsWith("ok"));
}

TEST(HttpServer, SaysNotFoundAndMethodNotAllowed) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send(get("/nowhere", "x-request-id: r-1\r\n"));
  EXPECT_THAT(
      client.receive_response(),
      AllOf(
          StartsWith("HTTP/1.1 404"), HasSubstr("x-request-id: r-1\r\n"),
          EndsWith(
              R"({"error":{"code":"not_found","message":"no such route: GET /nowhere","request_id":"r-1"}})")));
  client.send(post("/hello", "body"));
  EXPECT_THAT(client.receive_response(),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("allow: GET, HEAD\r\n")));
  client.send("OPTIONS /hello HTTP/1.1\r\nhost: t\r\n\r\n");
  EXPECT_THAT(client.receive_response(),
              AllOf(StartsWith("HTTP/1.1 204"), HasSubstr("allow: GET, HEAD\r\n")));
  client.send("BREW /hello HTTP/1.1\r\nhost: t\r\n\r\n");
  EXPECT_THAT(client.receive_response(), StartsWith("HTTP/1.1 501"));
}

TEST(HttpServer, RefusesWhatIsNoHttp) {
  const auto server = start_server(echo_router());
  const std::pair<const char*, const char*> cases[] = {
      {"\x16\x03\x01hello\r\n\r\n", "HTTP/1.1 400"},
      {"GET /hello HTTP/9.9\r\n\r\n", "HTTP/1.1 400"},
      {"GET /%zz HTTP/1.1\r\nhost: t\r\n\r\n", "HTTP/1.1 400"},
      {"GET /hello HTTP/1.1\r\nbad header\r\n\r\n", "HTTP/1.1 400"},
      {"POST /echo HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", "HTTP/1.1 400"},
      {"POST /echo HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "HTTP/1.1 400"},
      {"POST /echo HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n", "HTTP/1.1 501"},
      {"POST /echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400"},
  };
  for (const auto& [bytes, expected] : cases) {
    RawClient client(server->port());
    client.send(bytes);
    EXPECT_THAT(client.receive_all(), StartsWith(expected)) << bytes;
  }
}

TEST(HttpServer, RefusesOversizedHeadersAndBodies) {
  ServerOptions options;
  options.header_limit_bytes = 2048;
  options.body_limit_bytes = 1000;
  const auto server = start_server(echo_router(), options);
  RawClient headers(server->port());
  headers.send(get("/hello", "x: " + std::string(4000, 'x') + "\r\n"));
  EXPECT_THAT(headers.receive_all(), StartsWith("HTTP/1.1 431"));

  RawClient body(server->port());
  body.send(post("/echo", std::string(1001, 'x')));
  EXPECT_THAT(body.receive_all(), AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("payload_too_large")));

  RawClient chunks(server->port());
  chunks.send("POST /pool/echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
  for (int i = 0; i < 11; ++i) chunks.send("64\r\n" + std::string(100, 'x') + "\r\n");
  EXPECT_THAT(chunks.receive_all(), StartsWith("HTTP/1.1 413"));

  RawClient within(server->port());
  within.send(post("/echo", std::string(1000, 'x')));
  EXPECT_THAT(within.receive_response(), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, GivesUpHalfSentRequestsWithoutHarmToOthers) {
  ServerOptions options;
  options.header_timeout_ms = 200;
  options.body_timeout_ms = 200;
  const auto server = start_server(echo_router(), options);
  RawClient half_head(server->port());
  half_head.send("GET /hello HTTP/1.1\r\nhos");
  RawClient half_body(server->port());
  half_body.send("POST /echo HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc");
  RawClient gone(server->port());
  gone.send("POST /echo HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc");
  gone.close();
  RawClient healthy(server->port());
  for (int i = 0; i < 20; ++i) {
    healthy.send(post("/echo", "fine"));
    EXPECT_THAT(healthy.receive_response(), EndsWith("fine"));
  }
  EXPECT_THAT(half_head.receive_all(), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(half_body.receive_all(), StartsWith("HTTP/1.1 408"));
}

TEST(HttpServer, ClosesIdleConnections) {
  ServerOptions options;
  options.idle_timeout_ms = 100;
  const auto server = start_server(echo_router(), options);
  RawClient client(server->port());
  client.send(get("/hello"));
  EXPECT_THAT(client.receive_response(), EndsWith("hello"));
  EXPECT_EQ(client.receive_all(), "");
}

TEST(HttpServer, AnswersForAHandlerThatThrows) {
  Router router;
  router.add(Method::get, "/pool", [](Request&) -> Result<Response> { throw std::runtime_error("secret"); });
  router.add(Method::get, "/inline", [](Request&) -> Result<Response> { throw std::runtime_error("secret"); },
             {.run = Run::inline_on_io});
  router.add_async(Method::get, "/async", [](RequestPtr, Responder) { throw std::runtime_error("secret"); });
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  for (const char* path : {"/pool", "/inline", "/async"}) {
    client.send(get(path));
    EXPECT_THAT(client.receive_response(), AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))))
        << path;
  }
}

TEST(HttpServer, AnswersTooSlowHandlersAndTellsThem) {
  std::promise<void> cancelled;
  Router router;
  router.add(Method::get, "/slow",
             [&cancelled](Request& request) -> Result<Response> {
               EXPECT_LE(request.remaining_ms().value_or(1000), 100);
               while (!request.cancelled()) system_clock().sleep_ms(1);
               cancelled.set_value();
               return Response::text("late");
             },
             {.timeout_ms = 100});
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  client.send(get("/slow"));
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 504"), Not(HasSubstr("late"))));
  cancelled.get_future().get();
}

TEST(HttpServer, TellsAHandlerThatItsClientHasGone) {
  std::promise<void> started;
  std::promise<void> cancelled;
  Router router;
  router.add(Method::get, "/wait", [&](Request& request) -> Result<Response> {
    started.set_value();
    while (!request.cancelled()) system_clock().sleep_ms(1);
    cancelled.set_value();
    return Response::text("");
  });
  const auto server = start_server(std::move(router));
  {
    RawClient client(server->port());
    client.send(get("/wait"));
    started.get_future().get();
  }
  cancelled.get_future().get();
}

TEST(HttpServer, LetsAnAsyncHandlerAnswerLaterFromAnyThread) {
  std::promise<Responder> waiting;
  Router router;
  router.add_async(
      Method::post, "/later",
      [&waiting](const RequestPtr&, const Responder& responder) { waiting.set_value(responder); },
      {.run = Run::inline_on_io});
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  client.send(post("/later", "x"));
  std::thread([&] { waiting.get_future().get().send(Response::text("now")); }).join();
  EXPECT_THAT(client.receive_response(), EndsWith("now"));
}

TEST(HttpServer, RefusesWorkPastItsPoolsQueue) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> entered{0};
  Router router;
  router.add(Method::get, "/block", [&entered, released](Request&) -> Result<Response> {
    ++entered;
    released.wait();
    return Response::text("done");
  });
  ServerOptions options;
  options.pools = {{"http", 1, 1}};
  const auto server = start_server(std::move(router), options);
  RawClient running(server->port());
  running.send(get("/block"));
  while (entered.load() == 0) system_clock().sleep_ms(1);
  RawClient queued(server->port());
  RawClient refused(server->port());
  queued.send(get("/block"));
  while (server->in_flight() < 2) system_clock().sleep_ms(1);
  refused.send(get("/block"));
  EXPECT_THAT(refused.receive_response(), StartsWith("HTTP/1.1 429"));
  release.set_value();
  EXPECT_THAT(running.receive_response(), EndsWith("done"));
  EXPECT_THAT(queued.receive_response(), EndsWith("done"));
}

TEST(HttpServer, FinishesWhatIsInFlightWhenDrained) {
  std::promise<void> entered;
  std::promise<void> release;
  Router router = echo_router();
  router.add(Method::get, "/block", [&](Request&) -> Result<Response> {
    entered.set_value();
    release.get_future().wait();
    return Response::text("finished");
  });
  const auto server = start_server(std::move(router));
  RawClient idle(server->port());
  idle.send(get("/hello"));
  EXPECT_THAT(idle.receive_response(), EndsWith("hello"));
  RawClient busy(server->port());
  busy.send(get("/block"));
  entered.get_future().wait();
  std::thread stopper([&] { server->drain_and_stop(); });
  EXPECT_EQ(idle.receive_all(), "");  // closed at once
  release.set_value();
  EXPECT_THAT(busy.receive_all(), AllOf(HasSubstr("connection: close"), EndsWith("finished")));
  stopper.join();
}

TEST(HttpServer, CutsOffWhatOutlivesTheDrain) {
  std::promise<void> entered;
  Router router;
  router.add(Method::get, "/stuck", [&entered](Request& request) -> Result<Response> {
    entered.set_value();
    while (!request.cancelled()) system_clock().sleep_ms(1);
    return Response::text("");
  });
  ServerOptions options;
  options.drain_timeout_ms = 50;
  const auto server = start_server(std::move(router), options);
  RawClient client(server->port());
  client.send(get("/stuck"));
  entered.get_future().wait();
  server->drain_and_stop();
  EXPECT_EQ(server->connections(), 0U);
}

TEST(HttpServer, InflatesBodiesWithinTheLimit) {
  ServerOptions options;
  options.body_limit_bytes = 10'000;
  const auto server = start_server(echo_router(), options);
  RawClient client(server->port());
  for (const char* path : {"/echo", "/pool/echo"}) {
    client.send(post(path, gzip("squeezed"), "content-encoding: gzip\r\n"));
    EXPECT_THAT(client.receive_response(), EndsWith("\r\n\r\nsqueezed"));
    client.send(post(path, gzip(std::string(10'001, 'x')), "content-encoding: gzip\r\n"));
    EXPECT_THAT(client.receive_response(), StartsWith("HTTP/1.1 413"));
    client.send(post(path, "not gzip", "content-encoding: gzip\r\n"));
    EXPECT_THAT(client.receive_response(), StartsWith("HTTP/1.1 400"));
    client.send(post(path, "x", "content-encoding: br\r\n"));
    EXPECT_THAT(client.receive_response(), StartsWith("HTTP/1.1 400"));
  }
}

TEST(HttpServer, CompressesWhenAskedAndWorthIt) {
  Router router;
  router.add(Method::get, "/big", [](Request&) -> Result<Response> {
    Response response = Response::json(std::string(5000, ' ') + "1");
    response.compressible = true;
    return response;
  });
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  client.send(get("/big", "accept-encoding: br, gzip\r\n"));
  const std::string response = client.receive_response();
  EXPECT_THAT(response, HasSubstr("content-encoding: gzip\r\n"));
  const auto body = inflate(response.substr(response.find("\r\n\r\n") + 4), Coding::gzip, 1 << 20);
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(*body, std::string(5000, ' ') + "1");
  client.send(get("/big", "accept-encoding: gzip;q=0\r\n"));
  EXPECT_THAT(client.receive_response(), Not(HasSubstr("content-encoding")));
}

TEST(HttpServer, AllowsOneOriginWhenConfigured) {
  ServerOptions options;
  options.cors_allow_origin = "https://ui.example";
  const auto server = start_server(echo_router(), options);
  RawClient client(server->port());
  client.send(
      "OPTIONS /echo HTTP/1.1\r\norigin: https://ui.example\r\naccess-control-request-method: POST\r\n"
      "access-control-request-headers: content-type\r\n\r\n");
  EXPECT_THAT(client.receive_response(),
              AllOf(HasSubstr("access-control-allow-origin: https://ui.example\r\n"),
                    HasSubstr("access-control-allow-methods: POST\r\n"),
                    HasSubstr("access-control-allow-headers: content-type\r\n")));
}

TEST(HttpServer, LetsNoHeaderValueAddAHeader) {
  Router router;
  router.add(Method::get, "/to",
             [](Request& request) -> Result<Response> { return Response::redirect(*request.query("url")); });
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  client.send(get("/to?url=/x%0d%0aset-cookie:%20a=b"));
  EXPECT_THAT(client.receive_until("\r\n\r\n"), HasSubstr("location: /x  set-cookie: a=b\r\n"));
}

TEST(HttpServer, CountsRequestsByRoute) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send(post("/pool/echo", "x"));
  client.receive_response();
  client.send(get("/hello"));  // the first one is counted by now
  client.receive_response();
  EXPECT_THAT(metrics().render(),
              AllOf(HasSubstr("maru_http_requests_total"), HasSubstr("route=\"/pool/echo\"")));
}

TEST(HttpServer, RefusesToStartOnWhatCannotWork) {
  const auto problem = [](Router router, ServerOptions options) {
    const auto server = HttpServer::start(std::move(options), std::move(router));
    return server ? std::string("none") : server.error().message;
  };
  const auto handler = [](Request&) -> Result<Response> { return Response::no_content(); };
  Router twice;
  twice.add(Method::get, "/a", handler);
  twice.add(Method::get, "/a", handler);
  EXPECT_THAT(problem(std::move(twice), {}), HasSubstr("taken by"));
  Router unknown_pool;
  unknown_pool.add(Method::get, "/a", handler, {.pool = "gpu"});
  EXPECT_THAT(problem(std::move(unknown_pool), {}), HasSubstr("no pool is called \"gpu\""));
  for (const char* listen : {"", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:x", "::1:80"}) {
    EXPECT_THAT(problem({}, {.listen = listen}), HasSubstr("HOST:PORT")) << listen;
  }
  const auto first = start_server({});
  EXPECT_THAT(problem({}, {.listen = first->address()}), HasSubstr("listening on"));
}

}  // namespace
}  // namespace maru::net
