// The law of the room: for random events with random delays, ties and nulls, at random times and at every
// edge,
//   offline == online == a reference that looks at every row,
// so no value from the future is ever seen.
#include <cmath>
#include <random>

#include "features/fixture.h"

namespace maru::features {
namespace {

struct Event {
  std::string who;
  std::int64_t region = 0;
  TimeMs timestamp = 0;
  std::optional<TimeMs> created;
  std::optional<double> value;
  std::optional<std::string> label;
  auto order() const {
    return std::tuple(timestamp, created.value_or(timestamp), who, region, value.has_value(),
                      value.value_or(0), label);
  }
  bool operator==(const Event&) const = default;
};

struct Ask {
  std::string who;
  std::int64_t region = 0;
  TimeMs at = 0;
};

constexpr DurationMs kTtl = 40;

std::vector<Event> random_events(std::mt19937_64& random, int count, bool with_created) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    if (!events.empty() && below(12) == 0) {
      events.push_back(
          events[static_cast<std::size_t>(below(static_cast<int>(events.size())))]);  // an equal row
      continue;
    }
    Event event{.who = std::string(1, static_cast<char>('a' + below(3))),
                .region = below(2),
                .timestamp = kStartMs + below(120)};
    if (with_created && below(10) != 0) event.created = event.timestamp + (below(3) == 0 ? -5 : below(30));
    if (below(6) != 0) event.value = below(8) == 0 ? std::nan("") : below(7) - 3 + below(4) / 4.0;
    if (below(4) != 0) event.label = std::string(1, static_cast<char>('p' + below(4)));
    events.push_back(std::move(event));
  }
  return events;
}

Table table_from(const std::vector<Event>& events, bool with_created) {
  Column who("who", ColumnType::text), region("region", ColumnType::int64), at("ts", ColumnType::timestamp),
      created("known", ColumnType::timestamp), value("value", ColumnType::float64),
      label("label", ColumnType::text);
  for (const Event& event : events) {
    who.append_text(event.who);
    region.append_int(event.region);
    at.append_int(event.timestamp);
    event.created ? created.append_int(*event.created) : created.append_null();
    event.value ? value.append_number(*event.value) : value.append_null();
    event.label ? label.append_text(*event.label) : label.append_null();
  }
  std::vector<Column> columns{at, who, region};
  if (with_created) columns.push_back(created);
  columns.push_back(value);
  columns.push_back(label);
  return Table(columns);
}

// Every time at which something changes, one before and one after, and some others.
std::vector<Ask> asks_for(std::mt19937_64& random, const std::vector<Event>& events) {
  std::vector<Ask> asks;
  for (int i = 0; i < 150; ++i) {
    const Event& event = events[random() % events.size()];
    const TimeMs edges[] = {event.timestamp,        event.created.value_or(event.timestamp),
                            event.timestamp + kTtl, event.timestamp + 10,
                            event.timestamp + 30,   event.timestamp + 35};
    const TimeMs at = edges[random() % std::size(edges)] + static_cast<TimeMs>(random() % 3) - 1;
    asks.push_back({event.who, event.region, at});
  }
  asks.push_back({"nobody", 0, kStartMs + 50});
  asks.push_back({"a", 0, kStartMs - 1000});
  return asks;
}

// The rows that this ask may see, the winner last, equal rows once; NaN is no value.
std::vector<Event> visible(std::vector<Event> events, const Ask& ask, DurationMs ttl) {
  for (Event& event : events)
    if (event.value && std::isnan(*event.value)) event.value.reset();
  std::erase_if(events, [&](const Event& event) {
    return event.who != ask.who || event.region != ask.region || event.timestamp > ask.at ||
           event.created.value_or(event.timestamp) > ask.at;
  });
  // In column order, null first: ts, who, region, known, value, label.
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::tuple(a.timestamp, a.created.value_or(a.timestamp), a.created, a.value, a.label) <
           std::tuple(b.timestamp, b.created.value_or(b.timestamp), b.created, b.value, b.label);
  });
  events.erase(std::unique(events.begin(), events.end()), events.end());
  if (ttl != 0) std::erase_if(events, [&](const Event& event) { return ask.at - event.timestamp > ttl; });
  return events;
}

using Values = std::map<std::string, expr::Scalar>;

expr::Scalar number(std::optional<double> value) { return value ? expr::Scalar(*value) : expr::Scalar(); }
expr::Scalar text(const std::optional<std::string>& value) {
  return value ? expr::Scalar(*value) : expr::Scalar();
}

void reference_window(Values& out, const std::vector<Event>& rows, const Ask& ask, const std::string& suffix,
                      DurationMs window, DurationMs offset) {
  std::vector<double> values;
  expr::Scalar last_label;
  double labels = 0, all = 0;
  for (const Event& row : rows) {
    if (row.timestamp <= ask.at - offset - window || row.timestamp > ask.at - offset) continue;
    ++all;
    if (row.value) values.push_back(*row.value);
    if (row.label) {
      last_label = *row.label;
      ++labels;
    }
  }
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  for (const double value : values) squares += (value - sum / n) * (value - sum / n);
  const bool any = !values.empty();
  out["last" + suffix] = any ? expr::Scalar(values.back()) : expr::Scalar();
  out["last_label" + suffix] = last_label;
  out["mean" + suffix] = any ? expr::Scalar(sum / n) : expr::Scalar();
  out["sum" + suffix] = any ? expr::Scalar(sum) : expr::Scalar();
  out["min" + suffix] = any ? expr::Scalar(*std::min_element(values.begin(), values.end())) : expr::Scalar();
  out["max" + suffix] = any ? expr::Scalar(*std::max_element(values.begin(), values.end())) : expr::Scalar();
  out["std" + suffix] = n >= 2 ? expr::Scalar(std::sqrt(squares / (n - 1))) : expr::Scalar();
  out["count" + suffix] = n;
  out["labels" + suffix] = labels;
  out["all" + suffix] = all;
}

Values reference(const std::vector<Event>& events, const Ask& ask) {
  Values out;
  const auto forever = visible(events, ask, 0);
  const auto fresh = visible(events, ask, kTtl);
  out["value"] = forever.empty() ? expr::Scalar() : number(forever.back().value);
  out["label"] = forever.empty() ? expr::Scalar() : text(forever.back().label);
  const bool within = !forever.empty() && ask.at - forever.back().timestamp <= kTtl;
  out["fresh_value"] = within ? number(forever.back().value) : expr::Scalar();
  out["doubled"] = within && forever.back().value ? expr::Scalar(*forever.back().value * 2) : expr::Scalar();
  reference_window(out, forever, ask, "_10", 10, 0);
  reference_window(out, forever, ask, "_30_5", 30, 5);
  reference_window(out, fresh, ask, "_ttl", 100, 0);
  out["windowed"] = out["sum_10"];
  return out;
}

std::string window_features(const std::string& suffix, const std::string& over) {
  std::string out;
  for (const auto& [name, call] :
       std::vector<std::pair<std::string, std::string>>{{"last", "last(value)"},
                                                        {"last_label", "last(label)"},
                                                        {"mean", "mean(value)"},
                                                        {"sum", "sum(value)"},
                                                        {"min", "min(value)"},
                                                        {"max", "max(value)"},
                                                        {"std", "std(value)"},
                                                        {"count", "count(value)"},
                                                        {"labels", "count(label)"},
                                                        {"all", "count(*)"}})
    out += fmt::format("{}\"{}{}\": \"{} over {}\"", out.empty() ? "" : ", ", name, suffix, call, over);
  return "{" + out + "}";
}

std::string project_for(bool with_created) {
  const std::string created = with_created ? R"(, "created": "known")" : "";
  const std::string known = with_created ? ", known" : "";
  return fmt::format(R"json({{
    "project": "p",
    "sources": {{"events": {{"dataset": "events", "timestamp": "ts"{}}}}},
    "entities": {{"place": {{"keys": ["who", "region"]}}}},
    "features": {{
      "latest": {{"entity": "place", "source": "events", "columns": ["value", "label"]}},
      "fresh": {{"entity": "place", "ttl": "{}ms", "sql": "select ts, who, region{}, value as fresh_value, label as fresh_label from events"}},
      "short": {{"entity": "place", "source": "events", "aggregate": {}}},
      "long": {{"entity": "place", "source": "events", "aggregate": {}}},
      "bounded": {{"entity": "place", "source": "events", "ttl": "{}ms", "aggregate": {}}}
    }},
    "on_demand": {{"extra": {{"doubled": "fresh_value * 2", "windowed": "sum_10"}}}},
    "services": {{"all": ["latest", "fresh.fresh_value", "short", "long", "bounded", "extra"]}}
  }})json",
                     created, kTtl, known, window_features("_10", "10ms"),
                     window_features("_30_5", "30ms offset 5ms"), kTtl, window_features("_ttl", "100ms"));
}

bool same(const expr::Scalar& a, const expr::Scalar& b) {
  const auto *x = std::get_if<double>(&a), *y = std::get_if<double>(&b);
  if (x == nullptr || y == nullptr) return a == b;
  return std::fabs(*x - *y) <= 1e-9 * std::max(1.0, std::fabs(*x));
}

expr::Scalar offline_value(const Column& column, std::size_t row) {
  if (column.is_null(row)) return {};
  if (column.type() == ColumnType::text) return std::string(column.text(row));
  return column.number(row);
}

class PointInTimeTest : public FeaturesTest, public ::testing::WithParamInterface<std::tuple<int, bool>> {
 protected:
  Values online_at(const Ask& ask) {
    const std::string entity = fmt::format(R"([{{"who": "{}", "region": {}}}])", ask.who, ask.region);
    const OnlineRows rows = online("all", entity, ask.at);
    Values out;
    for (std::size_t i = 0; i < rows.features.size(); ++i) out[rows.features[i]] = rows.rows[0][i].value;
    return out;
  }
};

TEST_P(PointInTimeTest, OfflineOnlineAndReferenceAgree) {
  const auto [seed, with_created] = GetParam();
  std::mt19937_64 random(static_cast<unsigned>(seed));
  const auto events = random_events(random, 220, with_created);
  // Some rows come as a file, the others are pushed; some come both ways.
  const std::vector<Event> filed(events.begin(), events.begin() + 140);
  std::vector<Event> pushed(events.begin() + 120, events.end());
  const auto asks = asks_for(random, events);
  add_dataset("events", table_from(filed, with_created));
  define(project_for(with_created)).value();
  batch_rows_ = 17;
  open();
  store_->push("events", table_from(pushed, with_created)).value();
  store_->materialize({}).value();

  for (Event& event : pushed)
    if (with_created && !event.created) event.created = kStartMs;  // what push fills in: now
  std::vector<Event> all = filed;
  all.insert(all.end(), pushed.begin(), pushed.end());
  Column who("who", ColumnType::text), region("region", ColumnType::int64), at("at", ColumnType::timestamp);
  for (const Ask& ask : asks) {
    who.append_text(ask.who);
    region.append_int(ask.region);
    at.append_int(ask.at);
  }
  TrainingSetRequest request{.service = "all"};
  request.entity_rows = Table({who, region, at});
  const Table offline = store_->training_set(request).value().table;
  ASSERT_EQ(offline.rows(), asks.size());
  for (std::size_t row = 0; row < asks.size(); ++row) {
    const Values expected = reference(all, asks[row]);
    const Values read = online_at(asks[row]);
    ASSERT_EQ(read.size(), expected.size());
    for (const auto& [name, value] : expected) {
      const expr::Scalar trained = offline_value(*offline.find(name), row);
      ASSERT_TRUE(same(value, trained))
          << name << " offline, row " << row << " at +" << asks[row].at - kStartMs << ": "
          << expr::to_text(trained) << ", expected " << expr::to_text(value);
      ASSERT_TRUE(same(value, read.at(name)))
          << name << " online, row " << row << " at +" << asks[row].at - kStartMs << ": "
          << expr::to_text(read.at(name)) << ", expected " << expr::to_text(value);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PointInTimeTest,
                         ::testing::Combine(::testing::Range(1, 5), ::testing::Bool()));

}  // namespace
}  // namespace maru::features
