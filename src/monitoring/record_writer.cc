#include "monitoring/internal/record_writer.h"

#include "base/log.h"
#include "monitoring/internal/record_codec.h"

namespace maru::monitoring {

RecordWriter::RecordWriter(store::KeyValue& store, const PredictionLogOptions& options)
    : store_(store),
      options_(options),
      queue_(options.queue_limit),
      dropped_total_(
          metrics().counter("maru_predictions_dropped_total", "Predictions not logged: the queue was full.")),
      written_total_(
          metrics().counter("maru_predictions_logged_total", "Predictions made durable in the log.")),
      failed_total_(
          metrics().counter("maru_predictions_failed_total", "Predictions lost to an error of the store.")),
      thread_([this] { run(); }) {}

RecordWriter::~RecordWriter() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  hurry_.notify_all();
  awake_.store(true);
  awake_.notify_one();
  thread_.join();
}

bool RecordWriter::push(PredictionRecord&& record) noexcept {
  if (!queue_.push(std::move(record))) {
    count_dropped();
    return false;
  }
  // The record is in before the flag is read; the writer clears the flag before it looks: one of the two sees
  // the other.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!awake_.load(std::memory_order_relaxed) && !awake_.exchange(true)) awake_.notify_one();
  return true;
}

PredictionLogCounts RecordWriter::counts() const {
  return {queue_.pushed(), dropped_.load(), written_.load(), failed_.load()};
}

Result<void> RecordWriter::flush() {
  const std::size_t target = queue_.pushed();
  const std::uint64_t failed_before = failed_.load();
  std::unique_lock lock(mutex_);
  ++flushing_;
  hurry_.notify_all();
  progress_.wait(lock, [&] { return finished_ >= target; });
  --flushing_;
  if (failed_.load() > failed_before)
    return make_error(Code::unavailable, "some predictions could not be written: see the log");
  return {};
}

void RecordWriter::wait_for_records() {
  awake_.wait(false);
  if (options_.linger_ms <= 0) return;
  std::unique_lock lock(mutex_);
  const std::size_t waiting = queue_.pushed() - finished_;
  if (waiting >= options_.batch_limit) return;
  hurry_.wait_for(lock, std::chrono::milliseconds(options_.linger_ms),
                  [&] { return stop_ || flushing_ > 0; });
}

void RecordWriter::run() {
  std::vector<PredictionRecord> batch;
  PredictionRecord record;
  while (true) {
    wait_for_records();
    awake_.store(false);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      stopping = stop_;
    }
    do {
      batch.clear();
      while (batch.size() < options_.batch_limit && queue_.pop(record)) batch.push_back(std::move(record));
      if (!batch.empty()) write(batch);
    } while (!batch.empty());
    if (stopping) return;
  }
}

void RecordWriter::write(const std::vector<PredictionRecord>& batch) {
  std::set<std::uint64_t> schemas;
  auto done = store_.write([&](store::KeyValueWriter& writer) -> Result<void> {
    schemas.clear();
    for (const auto& record : batch) {
      const std::uint64_t schema = number_of(*record.schema);
      if (!known_schemas_.contains(schema) && schemas.insert(schema).second) {
        MARU_TRY(writer.put(schema_key(schema), to_json(record.schema->json())));
      }
      const auto& endpoint = record.schema->endpoint();
      MARU_TRY(writer.put(row_key(endpoint, record.event_ms, record.request_id), encode_row(record)));
      MARU_TRY(writer.put(id_key(record.request_id), encode_id(endpoint, record.event_ms)));
    }
    return {};
  });
  if (done.has_value()) {
    known_schemas_.insert(schemas.begin(), schemas.end());
  } else {
    log_error("monitoring", "predictions could not be written and are lost",
              {{"records", batch.size()}, {"error", done.error().message}});
  }
  finish(batch.size(), done.has_value());
}

void RecordWriter::finish(std::size_t records, bool written) {
  (written ? written_ : failed_).fetch_add(records, std::memory_order_relaxed);
  (written ? written_total_ : failed_total_).add(records);
  {
    const std::lock_guard lock(mutex_);
    finished_ += records;
  }
  progress_.notify_all();
}

}  // namespace maru::monitoring
