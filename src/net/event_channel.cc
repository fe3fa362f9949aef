#include "net/event_channel.h"

#include <mutex>
#include <utility>

namespace maru::net {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  // A line break would begin a new field.
  out += name;
  out += ": ";
  for (const char c : value) out += (c == '\n' || c == '\r' || c == '\0') ? ' ' : c;
  out += '\n';
}

}  // namespace

std::string encode_event(const ServerEvent& event) {
  std::string out;
  if (!event.event.empty()) append_field(out, "event", event.event);
  if (!event.id.empty()) append_field(out, "id", event.id);
  std::string_view rest = event.data;
  while (true) {
    const std::size_t end = rest.find('\n');
    append_field(out, "data", rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  out += '\n';
  return out;
}

struct EventChannel::State {
  explicit State(std::size_t limit_bytes) : queue_limit_bytes(limit_bytes) {}

  const std::size_t queue_limit_bytes;
  std::mutex mutex;
  std::string queue;
  bool ended = false;
  std::function<void()> wake;
  std::move_only_function<void()> on_end;

  // Ends once; the callbacks run without the lock, so that they may call back.
  void end(bool drop_queue) {
    std::move_only_function<void()> callback;
    std::function<void()> waker;
    {
      const std::lock_guard lock(mutex);
      if (drop_queue) queue.clear();
      if (std::exchange(ended, true)) return;
      callback = std::move(on_end);
      waker = wake;
    }
    if (waker) waker();
    if (callback) callback();
  }
};

EventChannel::EventChannel(std::size_t queue_limit_bytes)
    : state_(std::make_unique<State>(queue_limit_bytes)) {}

EventChannel::~EventChannel() { state_->end(true); }

bool EventChannel::send(const ServerEvent& event) { return send_raw(encode_event(event)); }

bool EventChannel::send_raw(std::string_view bytes) {
  std::function<void()> waker;
  bool too_slow = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ended) return false;
    too_slow = state_->queue.size() + bytes.size() > state_->queue_limit_bytes;
    if (!too_slow) {
      const bool was_empty = state_->queue.empty();
      state_->queue += bytes;
      if (was_empty) waker = state_->wake;
    }
  }
  if (too_slow) {
    state_->end(true);
    return false;
  }
  if (waker) waker();
  return true;
}

void EventChannel::close() { state_->end(false); }

bool EventChannel::is_open() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->ended;
}

void EventChannel::on_end(std::move_only_function<void()> callback) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->ended) {
      state_->on_end = std::move(callback);
      return;
    }
  }
  callback();
}

EventChannel::Taken EventChannel::take() {
  const std::lock_guard lock(state_->mutex);
  return {std::exchange(state_->queue, {}), state_->ended};
}

void EventChannel::set_wake(std::function<void()> wake) {
  const std::lock_guard lock(state_->mutex);
  state_->wake = std::move(wake);
}

void EventChannel::abandon() { state_->end(true); }

}  // namespace maru::net
