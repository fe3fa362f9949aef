#include "monitoring/prediction_log.h"

#include "monitoring/internal/record_codec.h"
#include "monitoring/internal/record_writer.h"
#include "monitoring/internal/window_builder.h"
#include "store/keys.h"

namespace maru::monitoring {
namespace {

using store::KeyValueReader;
using Schemas = std::map<std::uint64_t, std::shared_ptr<const PredictionSchema>>;

Result<std::shared_ptr<const PredictionSchema>> schema_of(KeyValueReader& reader, std::string_view row,
                                                          Schemas& known) {
  MARU_ASSIGN(const std::uint64_t id, schema_of_row(row));
  if (const auto found = known.find(id); found != known.end()) return found->second;
  MARU_ASSIGN(const auto text, reader.get(schema_key(id)));
  if (!text) return make_error(Code::data_loss, "the schema {:016x} of a stored prediction is missing", id);
  MARU_ASSIGN(const Json json, parse_json(*text));
  MARU_ASSIGN(PredictionSchema schema, PredictionSchema::from_json(json));
  return known[id] = std::make_shared<const PredictionSchema>(std::move(schema));
}

Result<std::optional<double>> truth_of(KeyValueReader& reader, std::string_view endpoint,
                                       std::string_view request_id) {
  MARU_ASSIGN(const auto value, reader.get(truth_key(endpoint, request_id)));
  if (!value) return std::optional<double>{};
  MARU_ASSIGN(const double truth, decode_truth(*value));
  return std::optional(truth);
}

Result<StoredPrediction> stored_of(KeyValueReader& reader, std::string_view key, std::string_view value,
                                   Schemas& known) {
  StoredPrediction out;
  MARU_ASSIGN(RowKey row, parse_row_key(key));
  MARU_ASSIGN(auto schema, schema_of(reader, value, known));
  MARU_ASSIGN(out.record, decode_row(value, std::move(schema)));
  out.record.event_ms = row.event_ms;
  out.record.request_id = std::move(row.request_id);
  MARU_ASSIGN(out.truth, truth_of(reader, row.endpoint, out.record.request_id));
  return out;
}

Result<std::size_t> count_rows(KeyValueReader& reader, std::string_view from, std::string_view to) {
  MARU_ASSIGN(const auto cursor, reader.cursor());
  std::size_t rows = 0;
  MARU_ASSIGN(bool more, cursor->seek(from));
  while (more && cursor->key() < to) {
    ++rows;
    MARU_ASSIGN(more, cursor->next());
  }
  return rows;
}

Result<void> check_truths(std::span<const Truth> truths) {
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const auto& id = truths[i].request_id;
    if (id.empty() || id.size() > kRequestIdLimitBytes) {
      return invalid("truths[{}].request_id: expected 1 to {} bytes, got {}", i, kRequestIdLimitBytes,
                     id.size());
    }
    if (!std::isfinite(truths[i].value))
      return invalid("truths[{}].value: expected a finite number, got {}", i, truths[i].value);
  }
  return {};
}

Result<void> check_endpoint(std::string_view endpoint) {
  if (!endpoint.empty() && endpoint.size() <= kEndpointLimitBytes) return {};
  return invalid("endpoint: expected a name of 1 to {} bytes, got {}", kEndpointLimitBytes, endpoint.size());
}

bool fits(const PredictionRecord& record) {
  return record.schema != nullptr && !record.request_id.empty() &&
         record.request_id.size() <= kRequestIdLimitBytes &&
         record.schema->endpoint().size() <= kEndpointLimitBytes &&
         record.numbers.size() + record.texts.size() == record.schema->inputs().size();
}

// Removes up to `limit` rows of events before `before_ms`, with what belongs to them; how many.
Result<std::uint64_t> remove_rows(store::KeyValueWriter& writer, TimeMs before_ms, std::size_t limit) {
  std::vector<std::string> rows;
  std::vector<RowKey> keys;
  MARU_ASSIGN(const auto cursor, writer.cursor());
  const std::string end = store::end_of_prefix(row_prefix());
  MARU_ASSIGN(bool more, cursor->seek(row_prefix()));
  while (more && rows.size() < limit && (end.empty() || cursor->key() < end)) {
    MARU_ASSIGN(RowKey key, parse_row_key(cursor->key()));
    if (key.event_ms >= before_ms) {
      MARU_ASSIGN(more, cursor->seek(store::end_of_prefix(row_prefix(key.endpoint))));
      continue;
    }
    rows.emplace_back(cursor->key());
    keys.push_back(std::move(key));
    MARU_ASSIGN(more, cursor->next());
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MARU_TRY(writer.remove(rows[i]));
    MARU_TRY(writer.remove(id_key(keys[i].request_id)));
    MARU_TRY(writer.remove(truth_key(keys[i].endpoint, keys[i].request_id)));
  }
  return rows.size();
}

}  // namespace

struct PredictionLog::State {
  State(store::KeyValue& kept_store, const Clock& kept_clock, PredictionLogOptions kept_options)
      : store(kept_store), clock(kept_clock), options(kept_options), writer(kept_store, kept_options) {}
  store::KeyValue& store;
  const Clock& clock;
  const PredictionLogOptions options;
  RecordWriter writer;
};

PredictionLog::PredictionLog(store::KeyValue& store, const Clock& clock, PredictionLogOptions options)
    : state_(std::make_unique<State>(store, clock, options)) {}
PredictionLog::~PredictionLog() = default;

bool PredictionLog::record(PredictionRecord record) noexcept {
  if (fits(record)) return state_->writer.push(std::move(record));
  state_->writer.count_dropped();
  return false;
}

Result<void> PredictionLog::flush() { return state_->writer.flush(); }
PredictionLogCounts PredictionLog::counts() const { return state_->writer.counts(); }

Result<std::size_t> PredictionLog::report_truth(std::string_view endpoint, std::span<const Truth> truths) {
  MARU_TRY(check_endpoint(endpoint));
  MARU_TRY(check_truths(truths));
  const TimeMs now_ms = state_->clock.now_ms();
  return state_->store.write([&](store::KeyValueWriter& writer) -> Result<std::size_t> {
    for (const auto& truth : truths) {
      MARU_TRY(writer.put(truth_key(endpoint, truth.request_id),
                          encode_truth(truth.value, truth.at_ms.value_or(now_ms))));
    }
    return truths.size();
  });
}

Result<Table> PredictionLog::window(std::string_view endpoint, TimeMs from_ms, TimeMs to_ms) const {
  const std::string from = row_key_from(endpoint, from_ms), to = row_key_from(endpoint, to_ms);
  const std::size_t limit = state_->options.window_rows_limit;
  return state_->store.read([&](KeyValueReader& reader) -> Result<Table> {
    MARU_ASSIGN(const std::size_t rows, count_rows(reader, from, to));
    const std::size_t stride = std::max<std::size_t>(1, (rows + limit - 1) / limit);
    WindowBuilder builder;
    Schemas known;
    MARU_ASSIGN(const auto cursor, reader.cursor());
    MARU_ASSIGN(bool more, cursor->seek(from));
    for (std::size_t row = 0; more && cursor->key() < to; ++row) {
      if (row % stride == 0) {
        MARU_ASSIGN(const StoredPrediction stored, stored_of(reader, cursor->key(), cursor->value(), known));
        builder.add(stored.record, stored.truth);
      }
      MARU_ASSIGN(more, cursor->next());
    }
    return std::move(builder).finish();
  });
}

Result<std::optional<TimeMs>> PredictionLog::first_event(std::string_view endpoint, TimeMs from_ms) const {
  return state_->store.read([&](KeyValueReader& reader) -> Result<std::optional<TimeMs>> {
    MARU_ASSIGN(const auto cursor, reader.cursor());
    MARU_ASSIGN(const bool found, cursor->seek(row_key_from(endpoint, from_ms)));
    if (!found || !cursor->key().starts_with(row_prefix(endpoint))) return std::optional<TimeMs>{};
    MARU_ASSIGN(const RowKey key, parse_row_key(cursor->key()));
    return std::optional(key.event_ms);
  });
}

Result<std::optional<TimeMs>> PredictionLog::last_event(std::string_view endpoint) const {
  MARU_ASSIGN(const auto last, newest(endpoint, 1));
  return last.empty() ? std::optional<TimeMs>{} : std::optional(last.front().record.event_ms);
}

Result<StoredPrediction> PredictionLog::find(std::string_view request_id) const {
  if (request_id.empty() || request_id.size() > kRequestIdLimitBytes)
    return not_found("no prediction has the request id \"{}\"", request_id);
  return state_->store.read([&](KeyValueReader& reader) -> Result<StoredPrediction> {
    MARU_ASSIGN(const auto place, reader.get(id_key(request_id)));
    if (!place) return not_found("no prediction has the request id \"{}\"", request_id);
    MARU_ASSIGN(const RowKey row, decode_id(*place));
    const std::string key = row_key(row.endpoint, row.event_ms, request_id);
    MARU_ASSIGN(const auto value, reader.get(key));
    if (!value) return not_found("no prediction has the request id \"{}\" any more", request_id);
    Schemas known;
    return stored_of(reader, key, *value, known);
  });
}

Result<std::vector<StoredPrediction>> PredictionLog::newest(std::string_view endpoint,
                                                            std::size_t limit) const {
  return state_->store.read([&](KeyValueReader& reader) -> Result<std::vector<StoredPrediction>> {
    std::vector<StoredPrediction> out;
    Schemas known;
    const std::string prefix = row_prefix(endpoint);
    MARU_ASSIGN(const auto cursor, reader.cursor());
    MARU_ASSIGN(bool more, cursor->seek_before(store::end_of_prefix(prefix)));
    while (more && out.size() < limit && cursor->key().starts_with(prefix)) {
      MARU_ASSIGN(auto stored, stored_of(reader, cursor->key(), cursor->value(), known));
      out.push_back(std::move(stored));
      MARU_ASSIGN(more, cursor->prev());
    }
    return out;
  });
}

Result<std::uint64_t> PredictionLog::remove_expired() {
  constexpr std::size_t kRowsAWrite = 5'000;
  const TimeMs before_ms = state_->clock.now_ms() - state_->options.retention_ms;
  std::uint64_t removed = 0;
  while (true) {
    MARU_ASSIGN(const std::uint64_t rows, state_->store.write([&](store::KeyValueWriter& writer) {
      return remove_rows(writer, before_ms, kRowsAWrite);
    }));
    removed += rows;
    if (rows < kRowsAWrite) return removed;
  }
}

}  // namespace maru::monitoring
