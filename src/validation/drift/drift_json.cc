#include "validation/drift.h"

namespace maru::validation {
namespace {

// NaN, which only Evidently's definitions can give, is written "NaN" by the codec.
Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

template <class T>
JsonArray array_of(const std::vector<T>& values) {
  JsonArray out;
  out.reserve(values.size());
  for (const auto& value : values) out.emplace_back(value);
  return out;
}

JsonObject json_of(const ColumnDrift& column) {
  JsonObject out{{"type", name_of(column.type)},  {"method", name_of(column.method)},
                 {"score", column.score},         {"p_value", number_or_null(column.p_value)},
                 {"threshold", column.threshold}, {"drifted", column.drifted},
                 {"reason", column.reason}};
  if (column.p_adjusted) out["p_adjusted"] = *column.p_adjusted;
  if (column.effect_size) out["effect_size"] = *column.effect_size;
  JsonObject reference{{"rows", column.reference_rows}, {"missing_share", column.reference_missing_share}};
  JsonObject current{{"rows", column.current_rows}, {"missing_share", column.current_missing_share}};
  if (!column.edges.empty()) reference["edges"] = array_of(column.edges);
  if (!column.labels.empty()) reference["values"] = array_of(column.labels);
  reference["counts"] = array_of(column.reference_counts);
  current["counts"] = array_of(column.current_counts);
  out["reference"] = std::move(reference);
  out["current"] = std::move(current);
  return out;
}

}  // namespace

JsonObject json_of(const DriftReport& report) {
  JsonObject columns;
  for (const auto& column : report.columns) columns[column.name] = json_of(column);
  JsonObject skipped;
  for (const auto& column : report.skipped) skipped[column.name] = column.reason;
  JsonObject dataset{{"columns", report.columns.size()},
                     {"drifted", report.drifted_columns.size()},
                     {"drifted_columns", array_of(report.drifted_columns)},
                     {"share", report.share},
                     {"drift_share", report.drift_share},
                     {"dataset_drift", report.dataset_drift},
                     {"reference_rows", report.reference_rows},
                     {"current_rows", report.current_rows}};
  return {{"mode", name_of(report.mode)},
          {"columns", std::move(columns)},
          {"dataset", std::move(dataset)},
          {"skipped", std::move(skipped)}};
}

}  // namespace maru::validation
