#include "monitoring/internal/record_codec.h"

#include "base/hash.h"
#include "store/keys.h"

namespace maru::monitoring {
namespace {

constexpr std::string_view kRow = "monitoring.row", kId = "monitoring.id", kTruth = "monitoring.truth",
                           kSchema = "monitoring.schema";

static_assert(std::endian::native == std::endian::little, "rows are stored little-endian");

template <class T>
void append(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Takes values off the front; false at the end of the bytes.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  template <class T>
  bool take(T& value) {
    if (rest_.size() < sizeof value) return false;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return true;
  }
  bool take_text(std::string& text) {
    std::uint32_t size = 0;
    if (!take(size) || rest_.size() < size) return false;
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

Error damaged(std::string_view what) { return make_error(Code::data_loss, "a stored {} is damaged", what); }

std::size_t texts_of(const PredictionSchema& schema) {
  return static_cast<std::size_t>(
      std::count_if(schema.inputs().begin(), schema.inputs().end(),
                    [](const auto& input) { return input.type == ColumnType::text; }));
}

}  // namespace

std::string row_prefix() { return store::KeyBuilder().text(kRow).key(); }
std::string row_prefix(std::string_view endpoint) {
  return store::KeyBuilder().text(kRow).text(endpoint).key();
}
std::string row_key_from(std::string_view endpoint, TimeMs event_ms) {
  return store::KeyBuilder().text(kRow).text(endpoint).int64(event_ms).key();
}
std::string row_key(std::string_view endpoint, TimeMs event_ms, std::string_view request_id) {
  return store::KeyBuilder().text(kRow).text(endpoint).int64(event_ms).text(request_id).key();
}
std::string id_key(std::string_view request_id) {
  return store::KeyBuilder().text(kId).text(request_id).key();
}
std::string truth_key(std::string_view endpoint, std::string_view request_id) {
  return store::KeyBuilder().text(kTruth).text(endpoint).text(request_id).key();
}
std::string schema_key(std::uint64_t schema_id) {
  return store::KeyBuilder().text(kSchema).int64(static_cast<std::int64_t>(schema_id)).key();
}

Result<RowKey> parse_row_key(std::string_view key) {
  store::KeyParser parser(key);
  RowKey out;
  MARU_ASSIGN(const std::string prefix, parser.text());
  MARU_ASSIGN(out.endpoint, parser.text());
  MARU_ASSIGN(out.event_ms, parser.int64());
  MARU_ASSIGN(out.request_id, parser.text());
  return out;
}

std::uint64_t number_of(const PredictionSchema& schema) { return stable_hash64(schema.id()); }

std::string encode_row(const PredictionRecord& record) {
  std::string out;
  out.reserve(24 + record.numbers.size() * sizeof(double));
  append(out, number_of(*record.schema));
  append(out, record.prediction);
  append(out, static_cast<std::uint32_t>(record.numbers.size()));
  for (const double number : record.numbers) append(out, number);
  for (const auto& text : record.texts) {
    append(out, static_cast<std::uint32_t>(text.size()));
    out += text;
  }
  return out;
}

Result<std::uint64_t> schema_of_row(std::string_view value) {
  std::uint64_t id = 0;
  if (!Bytes(value).take(id)) return damaged("prediction");
  return id;
}

Result<PredictionRecord> decode_row(std::string_view value, std::shared_ptr<const PredictionSchema> schema) {
  PredictionRecord out;
  Bytes bytes(value);
  std::uint64_t id = 0;
  std::uint32_t numbers = 0;
  const std::size_t texts = texts_of(*schema);
  bool whole = bytes.take(id) && bytes.take(out.prediction) && bytes.take(numbers);
  if (!whole || numbers + texts != schema->inputs().size()) return damaged("prediction");
  out.numbers.resize(numbers);
  for (double& number : out.numbers) whole = whole && bytes.take(number);
  out.texts.resize(texts);
  for (std::string& text : out.texts) whole = whole && bytes.take_text(text);
  if (!whole || !bytes.at_end()) return damaged("prediction");
  out.schema = std::move(schema);
  return out;
}

std::string encode_id(std::string_view endpoint, TimeMs event_ms) {
  return store::KeyBuilder().text(endpoint).int64(event_ms).key();
}

Result<RowKey> decode_id(std::string_view value) {
  store::KeyParser parser(value);
  RowKey out;
  MARU_ASSIGN(out.endpoint, parser.text());
  MARU_ASSIGN(out.event_ms, parser.int64());
  return out;
}

std::string encode_truth(double value, TimeMs at_ms) {
  std::string out;
  append(out, value);
  append(out, at_ms);
  return out;
}

Result<double> decode_truth(std::string_view value) {
  double out = 0;
  if (!Bytes(value).take(out)) return damaged("truth");
  return out;
}

}  // namespace maru::monitoring
