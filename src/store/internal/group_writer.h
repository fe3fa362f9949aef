#pragma once
// Group commit: one thread takes every waiting function and hands them over as a batch, so that they share
// one fsync. While that one runs the next batch gathers: the busier the store, the larger the batches,
// without any timer.

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace maru::store::internal {

// Context is what the functions write through. Thread-safe. The destructor runs what is queued, then joins.
template <class Context>
class GroupWriter {
 public:
  using Function = std::move_only_function<Result<void>(Context&)>;
  using Done = std::move_only_function<void(Result<void>)>;
  struct Request {
    Function function;
    Done done;
    Result<void> outcome;
  };
  // Runs all, commits and sets every outcome; on the writer thread.
  using RunBatch = std::function<void(std::span<Request>)>;

  GroupWriter(std::string name, std::size_t queue_limit, std::size_t batch_limit, RunBatch run_batch)
      : name_(std::move(name)),
        queue_limit_(queue_limit),
        batch_limit_(batch_limit),
        run_batch_(std::move(run_batch)),
        thread_([this] { work(); }) {
    constexpr std::size_t kThreadNameLimit = 15;  // pthread_setname_np refuses longer ones
    pthread_setname_np(thread_.native_handle(), name_.substr(0, kThreadNameLimit).c_str());
  }
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  ~GroupWriter() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_arrived_.notify_one();
    thread_.join();
  }

  void submit(Function function, Done done) {
    {
      std::unique_lock lock(mutex_);
      if (queue_.size() >= queue_limit_) {
        lock.unlock();
        return done(make_error(Code::resource_exhausted, "too many writes wait for the {} ({}); retry later",
                               name_, queue_limit_));
      }
      queue_.push_back({std::move(function), std::move(done), {}});
    }
    work_arrived_.notify_one();
  }

  Result<void> submit_and_wait(Function function) {
    if (std::this_thread::get_id() == thread_.get_id()) {
      return internal("a write to the {} from inside another would wait for itself", name_);
    }
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Result<void>> outcome;
    submit(std::move(function), [&](Result<void> result) {
      // Told under the lock: once it is let go, the waiter may return and these locals end.
      const std::lock_guard lock(mutex);
      outcome.emplace(std::move(result));
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return outcome.has_value(); });
    return std::move(*outcome);
  }

 private:
  static Error internal(fmt::format_string<const std::string&> format, const std::string& name) {
    return make_error(Code::internal, format, name);
  }

  void work() {
    std::vector<Request> batch;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        work_arrived_.wait(lock, [&] { return !queue_.empty() || stopping_; });
        if (queue_.empty()) return;
        const std::size_t count = std::min(queue_.size(), batch_limit_);
        std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count),
                  std::back_inserter(batch));
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
      }
      run_batch_(batch);
      for (auto& request : batch) request.done(std::move(request.outcome));
      batch.clear();
    }
  }

  const std::string name_;
  const std::size_t queue_limit_;
  const std::size_t batch_limit_;
  const RunBatch run_batch_;
  std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::deque<Request> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace maru::store::internal
