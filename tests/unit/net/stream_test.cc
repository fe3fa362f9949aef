// Bodies longer than memory should hold, both ways; files; events; slow clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "base/file.h"
#include "base/hash.h"
#include "net/client.h"
#include "net/echo_server.h"
#include "net/event_channel.h"
#include "net/internal/compression.h"
#include "net/internal/file_answer.h"
#include "net/raw_client.h"
#include "net/static_files.h"

namespace maru::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::uint64_t kMiB = 1 << 20;

std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

// Counts and digests a streamed body; streams `bytes` of a pattern back.
Router streaming_router() {
  Router router;
  router.add(Method::put, "/upload",
             [](Request& request) -> Result<Response> {
               std::uint64_t bytes = 0;
               Sha256 digest;
               while (true) {
                 MARU_ASSIGN(const std::optional<std::string> piece, request.stream->next());
                 if (!piece) break;
                 bytes += piece->size();
                 digest.update(*piece);
               }
               return Response::text(fmt::format("{} {}", bytes, digest.hex()));
             },
             {.body = BodyMode::streamed});
  router.add(Method::get, "/download/{bytes}", [](Request& request) -> Result<Response> {
    return Response::from_producer(
        [left = std::stoull(
             std::string(request.param("bytes")))]() mutable -> Result<std::optional<std::string>> {
          if (left == 0) return std::nullopt;
          const std::size_t size = std::min<std::uint64_t>(left, 100'000);
          left -= size;
          return std::optional<std::string>(std::string(size, 'd'));
        },
        "application/octet-stream");
  });
  router.add(Method::get, "/broken", [](Request&) -> Result<Response> {
    return Response::from_producer(
        [first = true]() mutable -> Result<std::optional<std::string>> {
          if (!std::exchange(first, false)) return internal("the disk went away");
          return std::optional<std::string>("begin");
        },
        "text/plain");
  });
  router.add(Method::put, "/ignore",
             [](Request&) -> Result<Response> { return Response::text("not read", 409); },
             {.body = BodyMode::streamed});
  return router;
}

TEST(Streams, CarryAHundredMegabytesEachWayInFlatMemory) {
  const auto server = start_server(streaming_router());
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder.has_value());
  const auto up = folder->path() / "up";
  const auto down = folder->path() / "down";
  Sha256 digest;
  {
    std::ofstream file(up, std::ios::binary);
    for (int i = 0; i < 100; ++i) {
      const std::string piece(kMiB, static_cast<char>('a' + i % 26));
      file << piece;
      digest.update(piece);
    }
  }
  HttpClient client;
  const std::string base = "http://" + server->address();
  const std::uint64_t before = peak_memory_bytes();
  const auto uploaded = client.send({.method = Method::put, .url = base + "/upload", .body_from_file = up});
  ASSERT_TRUE(uploaded.has_value()) << uploaded.error().message;
  EXPECT_EQ(uploaded->body, fmt::format("{} {}", 100 * kMiB, digest.hex()));
  const auto downloaded =
      client.send({.url = fmt::format("{}/download/{}", base, 100 * kMiB), .response_to_file = down});
  ASSERT_TRUE(downloaded.has_value()) << downloaded.error().message;
  EXPECT_EQ(std::filesystem::file_size(down), 100 * kMiB);
  EXPECT_LT(peak_memory_bytes() - before, 60 * kMiB);
}

TEST(Streams, AreInflatedWhilePulled) {
  const auto server = start_server(streaming_router());
  RawClient client(server->port());
  const std::string body(300'000, 'z');
  const std::string squeezed = gzip(body);
  client.send(fmt::format("PUT /upload HTTP/1.1\r\ncontent-length: {}\r\ncontent-encoding: gzip\r\n\r\n{}",
                          squeezed.size(), squeezed));
  EXPECT_THAT(client.receive_response(), EndsWith(fmt::format("300000 {}", sha256_hex(body))));
  client.send(fmt::format("PUT /upload HTTP/1.1\r\ncontent-length: {}\r\ncontent-encoding: gzip\r\n\r\n{}",
                          squeezed.size() - 9, squeezed.substr(0, squeezed.size() - 9)));
  EXPECT_THAT(client.receive_response(), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("too early")));
}

TEST(Streams, ReportAClientThatLeavesHalfWay) {
  std::promise<Error> seen;
  Router router;
  router.add(Method::put, "/upload",
             [&seen](Request& request) -> Result<Response> {
               while (true) {
                 auto piece = request.stream->next();
                 if (piece && *piece) continue;
                 seen.set_value(piece ? Error{} : piece.error());
                 return Response::text("");
               }
             },
             {.body = BodyMode::streamed});
  const auto server = start_server(std::move(router));
  {
    RawClient client(server->port());
    client.send("PUT /upload HTTP/1.1\r\ncontent-length: 100\r\n\r\nabc");
  }
  EXPECT_EQ(seen.get_future().get().code, Code::invalid_argument);
}

TEST(Streams, EndTheConnectionWhenTheHandlerDoesNotReadThem) {
  const auto server = start_server(streaming_router());
  RawClient client(server->port());
  client.send("PUT /ignore HTTP/1.1\r\ncontent-length: 3000000\r\n\r\n");
  client.send(std::string(3'000'000, 'x'));
  EXPECT_THAT(client.receive_all(),
              AllOf(StartsWith("HTTP/1.1 409"), HasSubstr("connection: close"), EndsWith("not read")));
}

TEST(Streams, NeverLookCompleteWhenTheyBrokeOff) {
  const auto server = start_server(streaming_router());
  RawClient raw(server->port());
  raw.send(get("/broken"));
  EXPECT_THAT(raw.receive_all(), AllOf(HasSubstr("5\r\nbegin\r\n"), Not(HasSubstr("0\r\n\r\n"))));
  HttpClient client;
  const auto response = client.send({.url = "http://" + server->address() + "/broken"});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::unavailable);
}

TEST(Streams, CutOffAClientThatDoesNotRead) {
  ServerOptions options;
  options.body_timeout_ms = 200;
  const auto server = start_server(streaming_router(), options);
  RawClient slow(server->port(), 4096);
  slow.send(get(fmt::format("/download/{}", 100 * kMiB)));
  while (server->connections() > 0) system_clock().sleep_ms(5);
  EXPECT_EQ(server->connections(), 0U);
}

TEST(Events, ReachTheClientAndEnd) {
  auto channel = std::make_shared<EventChannel>();
  Router router;
  router.add(Method::get, "/events",
             [channel](Request&) -> Result<Response> { return Response::sse(channel); });
  ServerOptions options;
  options.heartbeat_ms = 20;
  const auto server = start_server(std::move(router), options);
  EXPECT_TRUE(channel->send({.data = "before"}));
  RawClient client(server->port());
  client.send(get("/events"));
  EXPECT_THAT(client.receive_until("data: before\n\n"), HasSubstr("content-type: text/event-stream"));
  EXPECT_THAT(client.receive_until(":\n\n"), HasSubstr(":\n\n"));  // the heartbeat
  EXPECT_TRUE(channel->send({.data = "two\nlines", .event = "note", .id = "7"}));
  EXPECT_THAT(client.receive_until("lines\n\n"), EndsWith("event: note\nid: 7\ndata: two\ndata: lines\n\n"));
  channel->close();
  EXPECT_FALSE(channel->send({.data = "after"}));
  EXPECT_THAT(client.receive_until("0\r\n\r\n"), EndsWith("0\r\n\r\n"));
}

TEST(Events, EndWhenTheClientGoes) {
  auto channel = std::make_shared<EventChannel>();
  std::promise<void> ended;
  channel->on_end([&ended] { ended.set_value(); });
  Router router;
  router.add(Method::get, "/events",
             [channel](Request&) -> Result<Response> { return Response::sse(channel); });
  const auto server = start_server(std::move(router));
  {
    RawClient client(server->port());
    client.send(get("/events"));
    client.receive_until("\r\n\r\n");
  }
  ended.get_future().get();
  EXPECT_FALSE(channel->is_open());
}

TEST(Events, EndWhenTheServerStops) {
  auto channel = std::make_shared<EventChannel>();
  Router router;
  router.add(Method::get, "/events",
             [channel](Request&) -> Result<Response> { return Response::sse(channel); });
  const auto server = start_server(std::move(router));
  RawClient client(server->port());
  client.send(get("/events"));
  client.receive_until("\r\n\r\n");
  server->drain_and_stop();
  EXPECT_FALSE(channel->is_open());
  EXPECT_THAT(client.receive_all(), EndsWith("0\r\n\r\n"));
}

TEST(EventChannel, CutsOffAClientThatFallsBehindTheBound) {
  EventChannel channel(100);
  bool ended = false;
  channel.on_end([&ended] { ended = true; });
  EXPECT_TRUE(channel.send_raw(std::string(60, 'x')));
  EXPECT_FALSE(ended);
  EXPECT_FALSE(channel.send_raw(std::string(60, 'x')));
  EXPECT_TRUE(ended);
  EXPECT_TRUE(channel.take().ended);
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TemporaryFolder::create();
    ASSERT_TRUE(made.has_value());
    folder_.emplace(std::move(*made));
    write("index.html", "<html>home</html>");
    write("assets/app-1a2b.js", std::string(3000, ' ') + "run()");
    write("../outside.txt", "secret");
    Router router;
    router.set_fallback(static_files({.root = root()}));
    router.add(Method::get, "/digits",
               [this](Request&) -> Result<Response> { return Response::from_file(root() / "digits.txt"); });
    write("digits.txt", "0123456789");
    server_ = start_server(std::move(router));
  }
  std::filesystem::path root() const { return folder_->path() / "ui"; }
  void write(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << bytes;
  }
  std::string fetch(std::string_view path, std::string_view headers = "") {
    RawClient client(server_->port());
    client.send(get(path, std::string(headers) + "connection: close\r\n"));
    return client.receive_all();
  }

  std::optional<TemporaryFolder> folder_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(Files, AreServedWithTypeAndCaching) {
  EXPECT_THAT(fetch("/"), AllOf(HasSubstr("content-type: text/html"), HasSubstr("cache-control: no-cache"),
                                EndsWith("home</html>")));
  EXPECT_THAT(fetch("/assets/app-1a2b.js"),
              AllOf(HasSubstr("content-type: text/javascript"), HasSubstr("immutable"), EndsWith("run()")));
  EXPECT_THAT(fetch("/assets/app-1a2b.js", "accept-encoding: gzip\r\n"),
              AllOf(HasSubstr("content-encoding: gzip"), HasSubstr("vary")));
}

TEST_F(Files, GiveTheIndexForPagesOnly) {
  EXPECT_THAT(fetch("/models/demand/versions/3"), EndsWith("home</html>"));
  EXPECT_THAT(fetch("/api/v1/nothing"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(fetch("/assets/gone.js"), StartsWith("HTTP/1.1 404"));
}

TEST_F(Files, CannotBeReachedOutsideTheRoot) {
  for (const char* path : {"/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",
                           "/assets/../../outside.txt", "//etc/passwd", "/assets/..%5c..%5coutside.txt"}) {
    EXPECT_THAT(fetch(path), Not(HasSubstr("secret"))) << path;
  }
}

TEST_F(Files, HonourRangesAndValidators) {
  EXPECT_THAT(fetch("/digits", "range: bytes=2-4\r\n"),
              AllOf(StartsWith("HTTP/1.1 206"), HasSubstr("content-range: bytes 2-4/10\r\n"),
                    EndsWith("\r\n\r\n234")));
  EXPECT_THAT(fetch("/digits", "range: bytes=-3\r\n"), EndsWith("\r\n\r\n789"));
  EXPECT_THAT(fetch("/digits", "range: bytes=20-\r\n"),
              AllOf(StartsWith("HTTP/1.1 416"), HasSubstr("bytes */10")));
  const std::string whole = fetch("/digits");
  EXPECT_THAT(whole, EndsWith("\r\n\r\n0123456789"));
  const std::size_t at = whole.find("etag: ") + 6;
  const std::string etag = whole.substr(at, whole.find("\r\n", at) - at);
  EXPECT_THAT(fetch("/digits", "if-none-match: " + etag + "\r\n"), StartsWith("HTTP/1.1 304"));
  EXPECT_THAT(fetch("/digits", "if-range: \"other\"\r\nrange: bytes=2-4\r\n"), EndsWith("0123456789"));
  EXPECT_THAT(fetch("/digits", "range: bytes=0-1,3-4\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST(ByteRanges, FollowTheRfc) {
  const auto chosen = [](std::string_view header, std::uint64_t size) {
    const RangeChoice choice = choose_range(header, size);
    if (choice.verdict == RangeVerdict::whole) return std::string("whole");
    if (choice.verdict == RangeVerdict::unsatisfiable) return std::string("unsatisfiable");
    return fmt::format("{}-{}", choice.range.first, choice.range.last);
  };
  EXPECT_EQ(chosen("bytes=0-0", 1), "0-0");
  EXPECT_EQ(chosen("bytes=0-", 5), "0-4");
  EXPECT_EQ(chosen("bytes=3-99", 5), "3-4");
  EXPECT_EQ(chosen("bytes=-99", 5), "0-4");
  EXPECT_EQ(chosen("bytes=-0", 5), "unsatisfiable");
  EXPECT_EQ(chosen("bytes=5-", 5), "unsatisfiable");
  EXPECT_EQ(chosen("bytes=0-", 0), "unsatisfiable");
  for (const char* ignored : {"", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=1-2,3-4",
                              "bytes=99999999999999999999-"}) {
    EXPECT_EQ(chosen(ignored, 5), "whole") << ignored;
  }
}

}  // namespace
}  // namespace maru::net
