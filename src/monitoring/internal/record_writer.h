#pragma once
// The background thread that makes queued predictions durable, in batches.

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/metrics.h"
#include "monitoring/internal/record_queue.h"
#include "monitoring/prediction_log.h"

namespace maru::monitoring {

class RecordWriter {
 public:
  RecordWriter(store::KeyValue& store, const PredictionLogOptions& options);
  ~RecordWriter();  // writes what is queued

  bool push(PredictionRecord&& record) noexcept;
  Result<void> flush();
  PredictionLogCounts counts() const;
  void count_dropped() noexcept {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    dropped_total_.add();
  }

 private:
  void run();
  void wait_for_records();
  void write(const std::vector<PredictionRecord>& batch);
  void finish(std::size_t records, bool written);

  store::KeyValue& store_;
  const PredictionLogOptions options_;
  RecordQueue<PredictionRecord> queue_;
  std::set<std::uint64_t> known_schemas_;  // written before; the writer's thread only

  Counter& dropped_total_;
  Counter& written_total_;
  Counter& failed_total_;

  std::atomic<bool> awake_{false};  // the writer looks at the queue, or is about to
  std::atomic<std::uint64_t> dropped_{0}, written_{0}, failed_{0};

  std::mutex mutex_;
  std::condition_variable hurry_;  // flush or stop: do not linger
  std::condition_variable progress_;
  std::size_t finished_ = 0;  // records written or failed, in the order of their tickets
  int flushing_ = 0;          // flush() calls that wait
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace maru::monitoring
