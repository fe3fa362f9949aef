#include "net/internal/body_sink.h"

namespace maru::net {

BodySink::~BodySink() {
  if (!file_.is_open()) return;
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(partial(), ignored);
}

Result<void> BodySink::open() {
  if (file_.is_open()) return {};
  file_.open(partial(), std::ios::binary | std::ios::trunc);
  if (!file_) return internal("writing {}: cannot create it", partial().string());
  return {};
}

Result<void> BodySink::take(ClientResponse& response, std::string_view bytes) {
  if (bytes.empty()) return {};
  if (response.ok() && request_.on_body) {
    if (request_.on_body(bytes)) return {};
    return make_error(Code::cancelled, "the caller stopped reading the response");
  }
  if (response.ok() && request_.response_to_file) {
    MARU_TRY(open());
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file_) return internal("writing {}: the disk refused", partial().string());
    return {};
  }
  if (response.body.size() + bytes.size() > memory_limit_bytes_) {
    return make_error(Code::payload_too_large, "response: larger than {} bytes", memory_limit_bytes_);
  }
  response.body += bytes;
  return {};
}

Result<void> BodySink::finish(const ClientResponse& response) {
  if (!response.ok() || !request_.response_to_file || request_.on_body) return {};
  MARU_TRY(open());
  file_.close();
  std::error_code failed;
  std::filesystem::rename(partial(), *request_.response_to_file, failed);
  if (failed) return internal("writing {}: {}", request_.response_to_file->string(), failed.message());
  return {};
}

}  // namespace maru::net
