#pragma once
// What a project file says of features, parsed and checked. Pure.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "expr/expression.h"

namespace maru::features {

// Rows with a time: a data set (its latest version) and what is pushed since. A row happened at `timestamp`
// and was known from `created` on (from `timestamp` on when it has no such column).
struct Source {
  std::string name;
  std::string dataset;    // data set read; "" = rows come by push only
  std::string path;       // the file that the project registers as that data set; "" = none
  std::string timestamp;  // column
  std::string created;    // column; "" = none
  std::vector<std::pair<std::string, ColumnType>> columns;  // declared; needed when there is no data set yet
};

struct Entity {
  std::string name;
  std::vector<std::string> keys;  // columns, of text, int64 or boolean
};

enum class Aggregate : std::uint8_t { last, mean, sum, min, max, count, std };
std::string_view name_of(Aggregate aggregate);

// `mean(cnt) over 24h offset 1h`: over rows of event time in (t - offset - window, t - offset]. Null values
// are skipped; count of nothing is 0, everything else of nothing is null; std is the sample's and null below
// two values.
struct WindowAggregate {
  Aggregate function = Aggregate::last;
  std::string column;  // "*" only for count
  DurationMs window_ms = 0;
  DurationMs offset_ms = 0;
  std::string text() const;
  static Result<WindowAggregate> parse(std::string_view text);
};

enum class ViewKind : std::uint8_t { columns, aggregate, sql };
std::string_view name_of(ViewKind kind);

struct View {
  std::string name;
  std::string entity;
  ViewKind kind = ViewKind::columns;
  std::string source;                                        // columns, aggregate
  DurationMs ttl_ms = 0;                                     // 0 = no limit
  std::vector<std::pair<std::string, std::string>> columns;  // feature name, source column
  std::vector<std::pair<std::string, WindowAggregate>> aggregates;
  std::string sql;        // over sources by name; must answer the entity's keys and `timestamp`
  std::string timestamp;  // sql: column of the answer; by default the first source's timestamp column it has
  std::string created;  // sql: likewise; a view that leaves it out says its rows are known at their timestamp
  std::string description, owner;
};

// Expressions over `at`, entity keys, request values and the features of the service, computed when asked
// for.
struct OnDemand {
  std::string name;
  std::vector<std::pair<std::string, expr::Expression>> features;
};

// What one model asks for: views, on-demand groups, or single features as "view.feature", in this order.
struct Service {
  std::string name;
  std::vector<std::string> parts;
};

struct Definitions {
  std::string project;
  std::vector<Source> sources;
  std::vector<Entity> entities;
  std::vector<View> views;
  std::vector<OnDemand> on_demand;
  std::vector<Service> services;

  const Source* source(std::string_view name) const;
  const Entity* entity(std::string_view name) const;
  const View* view(std::string_view name) const;
  const OnDemand* on_demand_group(std::string_view name) const;
  const Service* service(std::string_view name) const;
};

// From a project file as JSON: its keys `project`, `sources`, `entities`, `features`, `on_demand`,
// `services`; other keys are others'. invalid_argument with the path of the key, and the nearest name for an
// unknown one: `features.weather.entity: unknown entity "citi" (did you mean "city"?)`.
Result<Definitions> parse_definitions(const JsonReader& project);
// The way back, in the same form.
JsonObject json_of(const Definitions& definitions);

}  // namespace maru::features
