#pragma once
// The process between the server and a command. It is a subreaper: whatever the command starts and abandons
// becomes its child and is ended with it; and it ends everything when the server dies.

#include <sys/resource.h>

#include <cstdint>

namespace maru::automation {

// Everything prepared before fork(): after it, only async-signal-safe calls are allowed, and none that
// allocates.
struct SupervisorPlan {
  const char* program;       // absolute
  char* const* arguments;    // ends in null
  char* const* environment;  // ends in null
  const char* folder;
  rlim_t memory_bytes, cpu_seconds, file_bytes, open_files;  // 0 = none
  std::int64_t grace_ms;
  int output_descriptor;  // becomes stdout and stderr
  int report_descriptor;  // gets one SupervisorReport
};

struct SupervisorReport {
  int failed_errno = 0;               // the command could not be started; `failed_call` says where
  const char* failed_call = nullptr;  // a literal: the same address in both processes
  int exit_code = 0;
  int signal = 0;
  std::int64_t left_behind = 0;
  std::int64_t peak_memory_kib = 0;
  double cpu_seconds = 0;
};

// In the child of fork(), every signal blocked: never returns. SIGTERM asks it to end the command (SIGTERM to
// the command's group, after grace_ms SIGKILL to all that is left).
[[noreturn]] void supervise(const SupervisorPlan& plan, int parent_process);

}  // namespace maru::automation
