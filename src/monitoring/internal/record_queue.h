#pragma once
// A bounded queue with many producers and one consumer (Vyukov's bounded MPMC ring, used with one consumer):
// a push is one compare-and-swap and a move, and never waits.

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace maru::monitoring {

template <class T>
class RecordQueue {
 public:
  // Room for at least `limit` items, rounded up to a power of two.
  explicit RecordQueue(std::size_t limit)
      : size_(std::bit_ceil(limit < 2 ? std::size_t{2} : limit)), slots_(std::make_unique<Slot[]>(size_)) {
    for (std::size_t i = 0; i < size_; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  // Any thread. False, leaving `item` as it was, when the queue is full.
  bool push(T&& item) noexcept {
    std::size_t ticket = tail_.load(std::memory_order_relaxed);
    while (true) {
      Slot& slot = slots_[ticket & (size_ - 1)];
      const std::size_t turn = slot.turn.load(std::memory_order_acquire);
      if (turn == ticket) {
        if (!tail_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed)) continue;
        slot.item = std::move(item);
        slot.turn.store(ticket + 1, std::memory_order_release);
        return true;
      }
      if (turn < ticket) return false;  // the consumer has not freed this slot since the last round
      ticket = tail_.load(std::memory_order_relaxed);
    }
  }

  // The consumer's thread. False when nothing is ready.
  bool pop(T& item) noexcept {
    Slot& slot = slots_[head_ & (size_ - 1)];
    if (slot.turn.load(std::memory_order_acquire) != head_ + 1) return false;
    item = std::move(slot.item);
    slot.item = T{};
    slot.turn.store(head_ + size_, std::memory_order_release);
    ++head_;
    return true;
  }

  // Tickets given out so far: items pushed, those still being moved in included.
  std::size_t pushed() const noexcept { return tail_.load(std::memory_order_seq_cst); }

 private:
  struct Slot {
    std::atomic<std::size_t> turn{0};
    T item{};
  };
  const std::size_t size_;
  std::unique_ptr<Slot[]> slots_;
  alignas(64) std::atomic<std::size_t> tail_{0};
  alignas(64) std::size_t head_ = 0;
};

}  // namespace maru::monitoring
