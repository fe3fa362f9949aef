#include "validation/profile.h"

namespace maru::validation {
namespace {

constexpr std::array<std::string_view, 5> kQuantileNames{"p05", "p25", "p50", "p75", "p95"};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Json number_or_null(double value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Result<std::uint64_t> count_in(const JsonReader& json, std::string_view name) {
  MARU_ASSIGN(const std::int64_t value, json.integer_or(name, 0));
  if (value < 0) return json.wrong(fmt::format("{} must not be negative, got {}", name, value));
  return static_cast<std::uint64_t>(value);
}

Result<HistogramCounts> histogram_from(const JsonReader& json) {
  HistogramCounts out;
  MARU_ASSIGN(const auto edges, json.field("edges"));
  MARU_ASSIGN(const auto counts, json.field("counts"));
  MARU_ASSIGN(const auto edge_items, edges.items());
  MARU_ASSIGN(const auto count_items, counts.items());
  for (const auto& item : edge_items) {
    MARU_ASSIGN(const double edge, item.number());
    out.edges.push_back(edge);
  }
  for (const auto& item : count_items) {
    MARU_ASSIGN(const std::int64_t count, item.integer());
    out.counts.push_back(static_cast<std::uint64_t>(count));
  }
  if (!out.edges.empty() && out.edges.size() != out.counts.size() + 1) {
    return json.wrong(fmt::format("{} counts need {} edges, got {}", out.counts.size(), out.counts.size() + 1,
                                  out.edges.size()));
  }
  return out;
}

Result<ColumnProfile> column_from(std::string name, const JsonReader& json) {
  ColumnProfile out;
  out.name = std::move(name);
  MARU_ASSIGN(const std::string type, json.text("type"));
  MARU_ASSIGN(out.type, column_type(type).at(json.path()));
  MARU_ASSIGN(out.count, count_in(json, "count"));
  MARU_ASSIGN(out.null_count, count_in(json, "null_count"));
  MARU_ASSIGN(out.distinct, count_in(json, "distinct"));
  MARU_ASSIGN(out.nan_count, count_in(json, "nan_count"));
  MARU_ASSIGN(out.inf_count, count_in(json, "inf_count"));
  MARU_ASSIGN(out.zeros, count_in(json, "zeros"));
  MARU_ASSIGN(out.min, json.number_or("min", kNone));
  MARU_ASSIGN(out.max, json.number_or("max", kNone));
  MARU_ASSIGN(out.mean, json.number_or("mean", kNone));
  MARU_ASSIGN(out.std, json.number_or("std", kNone));
  MARU_ASSIGN(out.mean_length, json.number_or("mean_length", kNone));
  if (const auto quantiles = json.find("quantiles")) {
    for (std::size_t i = 0; i < kQuantileNames.size(); ++i) {
      MARU_ASSIGN(out.quantiles[i], quantiles->number_or(kQuantileNames[i], kNone));
    }
  }
  if (const auto histogram = json.find("histogram")) {
    MARU_ASSIGN(out.histogram, histogram_from(*histogram));
  }
  if (const auto values = json.find("top_values")) {
    MARU_ASSIGN(const auto items, values->items());
    for (const auto& item : items) {
      ValueCount value;
      MARU_ASSIGN(value.value, item.text("value"));
      MARU_ASSIGN(value.count, count_in(item, "count"));
      out.top_values.push_back(std::move(value));
    }
  }
  return out;
}

}  // namespace

JsonObject json_of(const ColumnProfile& column) {
  JsonObject quantiles;
  for (std::size_t i = 0; i < kQuantileNames.size(); ++i)
    quantiles[kQuantileNames[i]] = number_or_null(column.quantiles[i]);
  JsonArray edges, counts, top_values;
  for (const double edge : column.histogram.edges) edges.emplace_back(edge);
  for (const auto count : column.histogram.counts) counts.emplace_back(count);
  for (const auto& value : column.top_values)
    top_values.emplace_back(JsonObject{{"value", value.value}, {"count", value.count}});
  return {{"name", column.name},
          {"type", maru::name_of(column.type)},
          {"count", column.count},
          {"null_count", column.null_count},
          {"distinct", column.distinct},
          {"nan_count", column.nan_count},
          {"inf_count", column.inf_count},
          {"zeros", column.zeros},
          {"min", number_or_null(column.min)},
          {"max", number_or_null(column.max)},
          {"mean", number_or_null(column.mean)},
          {"std", number_or_null(column.std)},
          {"mean_length", number_or_null(column.mean_length)},
          {"quantiles", std::move(quantiles)},
          {"histogram", JsonObject{{"edges", std::move(edges)}, {"counts", std::move(counts)}}},
          {"top_values", std::move(top_values)}};
}

JsonObject json_of(const Profile& profile) {
  JsonObject columns;
  for (const auto& column : profile.columns) columns[column.name] = json_of(column);
  return {{"rows", profile.rows}, {"columns", std::move(columns)}};
}

Result<Profile> profile_from(const JsonReader& json) {
  Profile out;
  MARU_ASSIGN(out.rows, count_in(json, "rows"));
  MARU_ASSIGN(const auto columns, json.field("columns"));
  MARU_ASSIGN(const auto fields, columns.fields());
  for (const auto& [name, reader] : fields) {
    MARU_ASSIGN(auto column, column_from(name, reader));
    out.columns.push_back(std::move(column));
  }
  return out;
}

}  // namespace maru::validation
