#pragma once
// Where a response's body goes: memory, a file or the caller. A body that is no 2xx always goes to memory.

#include <fstream>
#include <string>
#include <string_view>

#include "net/client.h"

namespace maru::net {

class BodySink {
 public:
  BodySink(const ClientRequest& request, std::uint64_t memory_limit_bytes)
      : request_(request), memory_limit_bytes_(memory_limit_bytes) {}
  ~BodySink();
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;

  // payload_too_large past the memory limit; cancelled when the caller has had enough; internal when the disk
  // refuses.
  Result<void> take(ClientResponse& response, std::string_view bytes);
  // The file appears under its name only now.
  Result<void> finish(const ClientResponse& response);

 private:
  Result<void> open();
  std::filesystem::path partial() const { return request_.response_to_file->string() + ".partial"; }

  const ClientRequest& request_;
  const std::uint64_t memory_limit_bytes_;
  std::ofstream file_;
};

}  // namespace maru::net
