#pragma once
// One request's run through its handler: what happens on whichever thread the handler was given.

#include <cstdint>

#include "net/message.h"
#include "net/router.h"

namespace maru::net {

// Inflates a compressed buffered body in place. payload_too_large past the limit, invalid_argument when
// broken.
Result<void> decode_body(Request& request, std::uint64_t limit_bytes);

// Calls the handler; what it throws becomes `internal` and a line in the log.
Result<Response> call_handler(const Handler& handler, Request& request);
void call_async_handler(const AsyncHandler& handler, RequestPtr request, const Responder& responder);

// gzips the body of a compressible response for a client that asks, when it is worth it.
void compress_for(const Request& request, Response& response);

}  // namespace maru::net
