#pragma once

#include <gtest/gtest.h>

#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "features/feature_store.h"
#include "store/keyvalue.h"
#include "store/test_database.h"

namespace maru::features {

inline constexpr TimeMs kStartMs = 1304208000000;  // 2011-05-01

inline Json json(std::string_view text) { return parse_json(text).value(); }

// A column of times, a column of numbers … by letter: t time, i integer, f number, s text, b boolean. "null"
// and NaN as such.
inline Table table_of(const std::vector<std::pair<std::string, char>>& columns,
                      const std::vector<std::vector<std::string>>& rows) {
  Table out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const char kind = columns[i].second;
    Column column(columns[i].first, kind == 't'   ? ColumnType::timestamp
                                    : kind == 'i' ? ColumnType::int64
                                    : kind == 'f' ? ColumnType::float64
                                    : kind == 'b' ? ColumnType::boolean
                                                  : ColumnType::text);
    for (const auto& row : rows) {
      if (row[i] == "null")
        column.append_null();
      else if (kind == 's')
        column.append_text(row[i]);
      else if (kind == 'f')
        column.append_number(std::stod(row[i]));
      else
        column.append_int(std::stoll(row[i]));
    }
    out.add(std::move(column));
  }
  return out;
}

// A feature store and all it stands on, in a folder of its own.
class FeaturesTest : public ::testing::Test {
 protected:
  FeaturesTest() { open(); }

  void open() {
    store_.reset();
    online_.reset();
    online_ = store::open_lmdb(database_.folder() / "online").value();
    catalog_ = datasets::Catalog::open({.folder = database_.folder() / "lake" / "datasets"},
                                       {*database_, *lake_, events_, lineage_, clock_, {}, {}})
                   .value();
    FeatureStoreOptions options{.folder = database_.folder() / "lake" / "sources"};
    options.materialize_batch_rows = batch_rows_;
    store_ = FeatureStore::open(options, {*database_, *online_, *lake_, events_, *catalog_, lineage_, clock_})
                 .value();
  }
  Result<void> define(std::string_view project) {
    const Json parsed = json(project);
    MARU_ASSIGN(const Definitions definitions, parse_definitions(parsed));
    return store_->define(definitions);
  }
  void add_dataset(const std::string& name, const Table& table) {
    catalog_->register_table(name, table, {{"kind", "table"}}, {}).value();
  }

  // {"city": "dc"} as one entity.
  OnlineRows online(const std::string& service, std::string_view entities, TimeMs at_ms) {
    const Json parsed = json(entities);
    OnlineRequest request{.service = service};
    request.entities = store_->entities_from_json(parsed).value();
    request.at_ms = at_ms;
    return store_->read_online(request).value();
  }
  // name → value as text, of the first row.
  std::map<std::string, std::string> online_values(const std::string& service, std::string_view entities,
                                                   TimeMs at_ms) {
    const OnlineRows rows = online(service, entities, at_ms);
    std::map<std::string, std::string> out;
    for (std::size_t i = 0; i < rows.features.size(); ++i)
      out[rows.features[i]] = expr::to_text(rows.rows[0][i].value);
    return out;
  }

  std::size_t batch_rows_ = 20'000;
  store::TestDatabase database_;
  ManualClock clock_{kStartMs};
  std::unique_ptr<store::Lake> lake_ = store::Lake::open({.folder = database_.folder() / "spill"}).value();
  events::Log events_{*database_, clock_};
  datasets::Lineage lineage_{*database_, clock_};
  std::unique_ptr<store::KeyValue> online_;
  std::unique_ptr<datasets::Catalog> catalog_;
  std::unique_ptr<FeatureStore> store_;
};

}  // namespace maru::features
