#pragma once
// How predictions and truths lie in the key-value store. Keys, with store::KeyBuilder's parts:
//
//   monitoring.row    endpoint  event_ms  request_id  → schema id (8), prediction (8), count (4), numbers (8
//   each), texts (4 + bytes each) monitoring.id     request_id                      → endpoint, event_ms (the
//   row's key without its prefix) monitoring.truth  endpoint  request_id            → value (8), at_ms (8)
//   monitoring.schema schema id                       → JSON
//
// Numbers are little-endian.

#include <string>
#include <string_view>

#include "monitoring/prediction_log.h"

namespace maru::monitoring {

std::string row_prefix();
std::string row_prefix(std::string_view endpoint);
std::string row_key(std::string_view endpoint, TimeMs event_ms, std::string_view request_id);
std::string row_key_from(std::string_view endpoint, TimeMs event_ms);  // the first key at or after that time
std::string id_key(std::string_view request_id);
std::string truth_key(std::string_view endpoint, std::string_view request_id);
std::string schema_key(std::uint64_t schema_id);

struct RowKey {
  std::string endpoint;
  TimeMs event_ms = 0;
  std::string request_id;
};
Result<RowKey> parse_row_key(std::string_view key);  // data_loss

std::uint64_t number_of(const PredictionSchema& schema);  // its id as a number
std::string encode_row(const PredictionRecord& record);
Result<std::uint64_t> schema_of_row(std::string_view value);  // data_loss
// The record but for its request_id and event_ms, which are in the key.
Result<PredictionRecord> decode_row(std::string_view value, std::shared_ptr<const PredictionSchema> schema);

std::string encode_id(std::string_view endpoint, TimeMs event_ms);
Result<RowKey> decode_id(std::string_view value);

std::string encode_truth(double value, TimeMs at_ms);
Result<double> decode_truth(std::string_view value);

}  // namespace maru::monitoring
