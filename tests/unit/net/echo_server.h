#pragma once
// The server that the tests of this folder talk to.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "net/server.h"

namespace maru::net {

inline std::unique_ptr<HttpServer> start_server(Router router, ServerOptions options = {}) {
  options.listen = "127.0.0.1:0";
  options.io_threads = 2;
  auto server = HttpServer::start(std::move(options), std::move(router));
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().message);
  return server ? std::move(*server) : nullptr;
}

// GET /hello inline, POST /echo inline, POST /pool/echo on the pool.
inline Router echo_router() {
  Router router;
  const auto echo = [](Request& request) -> Result<Response> {
    return Response::bytes(request.body, std::string(request.header("content-type")));
  };
  router.add(Method::get, "/hello", [](Request&) -> Result<Response> { return Response::text("hello"); },
             {.run = Run::inline_on_io});
  router.add(Method::post, "/echo", echo, {.run = Run::inline_on_io});
  router.add(Method::post, "/pool/echo", echo);
  return router;
}

inline std::string get(std::string_view path, std::string_view more_headers = "") {
  return fmt::format("GET {} HTTP/1.1\r\nhost: test\r\n{}\r\n", path, more_headers);
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more_headers = "") {
  return fmt::format("POST {} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n{}\r\n{}", path, body.size(),
                     more_headers, body);
}

}  // namespace maru::net
