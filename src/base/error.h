#pragma once
// What went wrong, and what the caller should do about it. One Code maps once to an HTTP status, a gRPC
// status and an MLflow error_code (see error_codes() below); adapters change the shape only, never the
// meaning.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace maru {

// Chosen by what the caller should do next.
enum class Code : std::uint8_t {
  invalid_argument,     // the request is wrong whatever the state: fix the request
  not_found,            // the thing named does not exist
  already_exists,       // the thing to create exists
  permission_denied,    // known caller, not allowed
  unauthenticated,      // unknown caller
  failed_precondition,  // the state is wrong for this: fix the state first
  aborted,              // lost a race: retry the whole transaction
  out_of_range,         // past a limit that the data has, e.g. a page token beyond the end
  payload_too_large,    // past a limit that we set on a body, row or batch
  resource_exhausted,   // a queue or quota is full: retry later
  cancelled,            // the caller gave up
  deadline_exceeded,    // ran out of the time it was given
  unavailable,          // a dependency is away: retry this call
  unimplemented,        // known, but not to be had here
  data_loss,            // stored bytes are not what was written
  internal,             // our mistake
};

struct CodeMapping {
  Code code;
  std::string_view name;  // stable, lower_snake: what logs and Maru's own API say
  int http_status;
  int grpc_status;
  std::string_view mlflow_error;  // databricks.proto ErrorCode
};

// All codes in declaration order.
std::span<const CodeMapping> error_codes();
const CodeMapping& mapping_of(Code code);

// A value type; copyable, safe to move between threads. `message` says what was wrong, where, and what would
// be right: `metrics[3].value: expected a number, got "abc"`.
struct [[nodiscard]] Error {
  Code code = Code::internal;
  std::string message;

  // The same error, said to have happened at `where`: "where: message".
  Error at(std::string_view where) const& { return {code, fmt::format("{}: {}", where, message)}; }
  bool operator==(const Error&) const = default;
};

template <class... Args>
Error make_error(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return {code, fmt::format(format, std::forward<Args>(args)...)};
}
template <class... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return {Code::invalid_argument, fmt::format(format, std::forward<Args>(args)...)};
}
template <class... Args>
Error not_found(fmt::format_string<Args...> format, Args&&... args) {
  return {Code::not_found, fmt::format(format, std::forward<Args>(args)...)};
}
template <class... Args>
Error internal(fmt::format_string<Args...> format, Args&&... args) {
  return {Code::internal, fmt::format(format, std::forward<Args>(args)...)};
}

}  // namespace maru
