#include "base/pool.h"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.h"

namespace maru {

struct Pool::State {
  explicit State(PoolOptions given)
      : options(std::move(given)),
        waiting(metrics().gauge("maru_pool_queued_tasks", "Tasks waiting for a worker thread.",
                                {{"pool", options.name}})),
        refused(metrics().counter("maru_pool_refused_tasks_total",
                                  "Tasks refused because the queue was full.", {{"pool", options.name}})) {}

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      work_arrived.wait(lock, [&] { return !queue.empty() || stopping; });
      if (queue.empty()) return;
      auto task = std::move(queue.front());
      queue.pop_front();
      waiting.set(static_cast<double>(queue.size()));
      ++running;
      lock.unlock();
      task();
      task = nullptr;  // what the task owns goes before drain() returns
      lock.lock();
      --running;
      if (queue.empty() && running == 0) idle.notify_all();
    }
  }

  const PoolOptions options;
  Gauge& waiting;
  Counter& refused;
  mutable std::mutex mutex;
  std::condition_variable work_arrived;
  std::condition_variable idle;
  std::deque<std::move_only_function<void()>> queue;
  std::size_t running = 0;
  bool stopping = false;
  std::vector<std::thread> threads;
};

Pool::Pool(PoolOptions options) : state_(std::make_unique<State>(std::move(options))) {
  constexpr std::size_t kThreadNameLimit = 15;  // pthread_setname_np refuses longer ones
  for (std::size_t i = 0; i < std::max<std::size_t>(1, state_->options.threads); ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->work(); });
    pthread_setname_np(state_->threads.back().native_handle(),
                       state_->options.name.substr(0, kThreadNameLimit).c_str());
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work_arrived.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

Result<void> Pool::submit(std::move_only_function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->queue.size() >= state_->options.queue_limit) {
      state_->refused.add();
      return make_error(Code::resource_exhausted, "the {} queue is full ({} tasks wait); retry later",
                        state_->options.name, state_->queue.size());
    }
    state_->queue.push_back(std::move(task));
    state_->waiting.set(static_cast<double>(state_->queue.size()));
  }
  state_->work_arrived.notify_one();
  return {};
}

void Pool::drain() {
  std::unique_lock lock(state_->mutex);
  state_->idle.wait(lock, [&] { return state_->queue.empty() && state_->running == 0; });
}

std::size_t Pool::queued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queue.size();
}

const std::string& Pool::name() const { return state_->options.name; }

}  // namespace maru
