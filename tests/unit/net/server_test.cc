#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/echo_server.h"
#include "net/raw_client.h"

namespace maru::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HttpServer, AnswersInlineAndFromThePool) {
  const auto server = start_server(echo_router());
  RawClient client(server->port());
  client.send(get("/hello"));
  EXPECT_THAT(client.receive_response(), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nhello")));
  client.send(post("/echo", "abc"));
  EXPECT_THAT(client.receive_response(), EndsWith("abc"));
  client.send(post("/pool/echo", "def"));
  EXPECT_THAT(client.receive_response(), EndsWith("def"));
}

}  // namespace
}  // namespace maru::net
