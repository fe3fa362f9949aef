#pragma once
// Named, bounded worker pools. Work that may block runs here, never on an I/O thread.

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace maru {

struct PoolOptions {
  std::string name;  // in metrics, logs and thread names
  std::size_t threads = 2;
  std::size_t queue_limit = 1024;  // tasks waiting; past it submit() refuses
};

// Thread-safe. The destructor runs what is queued, then joins.
class Pool {
 public:
  explicit Pool(PoolOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // resource_exhausted when the queue is full; `task` must not throw.
  Result<void> submit(std::move_only_function<void()> task);
  // Waits until everything submitted so far has run.
  void drain();
  std::size_t queued() const;
  const std::string& name() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maru
