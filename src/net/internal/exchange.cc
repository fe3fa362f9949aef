#include "net/internal/exchange.h"

#include <exception>

#include "base/log.h"
#include "net/internal/compression.h"

namespace maru::net {
namespace {

Error escaped(const Request& request, std::string_view what) {
  log_error("net", "an exception escaped a handler",
            {{"route", request.route()}, {"request_id", request.id}, {"exception", what}});
  return internal("the server made a mistake while answering; its log has request {}", request.id);
}

}  // namespace

Result<void> decode_body(Request& request, std::uint64_t limit_bytes) {
  MARU_ASSIGN(const Coding coding, coding_of(request.header("content-encoding")));
  if (coding == Coding::identity || request.body.empty()) return {};
  MARU_ASSIGN(request.body, inflate(request.body, coding, limit_bytes));
  return {};
}

Result<Response> call_handler(const Handler& handler, Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& problem) {
    return escaped(request, problem.what());
  }
}

void call_async_handler(const AsyncHandler& handler, RequestPtr request, const Responder& responder) {
  try {
    handler(request, responder);
  } catch (const std::exception& problem) {
    responder.send(escaped(*request, problem.what()));
  }
}

void compress_for(const Request& request, Response& response) {
  constexpr std::size_t kWorthItBytes = 1024;
  if (!response.compressible || response.body.size() < kWorthItBytes) return;
  response.headers.add("vary", "accept-encoding");
  if (!accepts_gzip(request.header("accept-encoding"))) return;
  response.body = gzip(response.body);
  response.headers.add("content-encoding", "gzip");
}

}  // namespace maru::net
