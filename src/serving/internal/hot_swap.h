#pragma once
// A value that many threads use while another replaces it. Users neither lock nor wait: entering is a load,
// an increment and a load; leaving is a decrement. The replaced value is destroyed once its last user has
// left, by the replacer.
//
// How it is safe: a value sits in a slot, and slots are never freed before the HotSwap. A user counts itself
// into the slot it saw as current and looks again; if the slot is no longer current it counts itself out and
// retries, having touched nothing but the counter. The replacer makes another slot current first and only
// then looks at the counter (both sequentially consistent), so it sees every user that may still hold the old
// value.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/time.h"

namespace maru::serving {

template <class T>
class HotSwap {
  struct Slot {
    std::atomic<std::int64_t> users{0};
    std::atomic<bool> retired{false};  // replaced: the last to leave must say so
    std::unique_ptr<T> value;
  };

 public:
  // Keeps the value it shows alive. Empty when there is none.
  class Use {
   public:
    Use() = default;
    Use(Use&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          slot_(std::exchange(other.slot_, nullptr)),
          users_(other.users_) {}
    Use& operator=(Use&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(slot_, other.slot_);
      std::swap(users_, other.users_);
      return *this;
    }
    ~Use() {
      if (slot_ != nullptr) owner_->leave(*slot_);
    }
    explicit operator bool() const { return slot_ != nullptr; }
    T& operator*() const { return *slot_->value; }
    T* operator->() const { return slot_->value.get(); }
    std::int64_t users() const { return users_; }  // of the value, this one included, when it entered

   private:
    friend class HotSwap;
    Use(HotSwap* owner, Slot* slot, std::int64_t users) : owner_(owner), slot_(slot), users_(users) {}
    HotSwap* owner_ = nullptr;
    Slot* slot_ = nullptr;
    std::int64_t users_ = 0;
  };

  HotSwap() = default;
  // Nobody may be using a value any more.
  ~HotSwap() = default;
  HotSwap(const HotSwap&) = delete;
  HotSwap& operator=(const HotSwap&) = delete;

  Use use() {
    for (;;) {
      Slot* const slot = current_.load(std::memory_order_seq_cst);
      if (slot == nullptr) return {};
      const auto users = slot->users.fetch_add(1, std::memory_order_seq_cst) + 1;
      if (current_.load(std::memory_order_seq_cst) == slot) return Use(this, slot, users);
      leave(*slot);
    }
  }

  // Users of the current value.
  std::int64_t users() const {
    const Slot* const slot = current_.load(std::memory_order_seq_cst);
    return slot == nullptr ? 0 : slot->users.load(std::memory_order_relaxed);
  }

  // Makes `next` (null = nothing) the value for every use() from now on.
  void replace(std::unique_ptr<T> next) {
    const std::scoped_lock lock(mutex_);
    Slot* slot = nullptr;
    if (next != nullptr) {
      slot = &free_slot();
      slot->value = std::move(next);
      slot->retired.store(false, std::memory_order_seq_cst);
    }
    Slot* const old = current_.exchange(slot, std::memory_order_seq_cst);
    if (old == nullptr) return;
    old->retired.store(true, std::memory_order_seq_cst);
    retired_.push_back(old);
  }

  // Waits until the users of all replaced values have left, for `timeout_ms` of real time at most, and
  // destroys those that are free. True when none is left over; a later call takes up what is.
  bool drain(DurationMs timeout_ms) {
    std::vector<std::unique_ptr<T>>
        drained;  // destroyed after the lock is gone: unloading a model takes a while
    std::unique_lock lock(mutex_);
    const bool all = changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
      return std::ranges::all_of(
          retired_, [](const Slot* slot) { return slot->users.load(std::memory_order_seq_cst) == 0; });
    });
    std::erase_if(retired_, [&](Slot* slot) {
      if (slot->users.load(std::memory_order_seq_cst) != 0) return false;
      drained.push_back(std::move(slot->value));
      return true;
    });
    return all;
  }

 private:
  void leave(Slot& slot) {
    if (slot.users.fetch_sub(1, std::memory_order_seq_cst) != 1) return;
    if (!slot.retired.load(std::memory_order_seq_cst)) return;
    const std::scoped_lock lock(
        mutex_);  // so that a drain() between its look and its wait does not miss this
    changed_.notify_all();
  }

  // A slot that holds no value. Its counter may still flicker from users that saw it as current and will look
  // again.
  Slot& free_slot() {
    for (const auto& slot : slots_)
      if (slot->value == nullptr && slot.get() != current_.load(std::memory_order_relaxed)) return *slot;
    return *slots_.emplace_back(std::make_unique<Slot>());
  }

  std::atomic<Slot*> current_{nullptr};
  std::mutex mutex_;  // guards the rest; users take it only when leaving a replaced value last
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> retired_;
};

}  // namespace maru::serving
