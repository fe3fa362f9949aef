// The default mode: tests that hold their level, find what peers miss, and say nothing about trivia.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "validation/drift.h"
#include "validation/drift/column_pair.h"
#include "validation/drift/method.h"
#include "validation/drift/verdict.h"
#include "validation/fixtures.h"
#include "validation/report_text.h"

namespace maru::validation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kRepetitions = 400;
// Four standard errors above 5 % in 400 repetitions: a test that holds its level fails here once in 30,000
// runs of other seeds.
constexpr double kLevelBound = 0.05 + 4 * 0.0109;

using Random = std::mt19937_64;
using Draw = std::function<double(Random&)>;

std::vector<double> sample(Random& random, std::size_t n, const Draw& draw) {
  std::vector<double> out(n);
  for (double& value : out) value = draw(random);
  return out;
}

Table numbers(std::vector<double> values) { return Table({Column::of_doubles("x", std::move(values))}); }
Table categories(const std::vector<double>& values) {
  Column column("x", ColumnType::text);
  for (const double value : values) column.append_text(fmt::format("c{}", value));
  return Table({std::move(column)});
}

// Share of repetitions in which a column drawn from `reference` and `current` is found drifted.
double found_share(const Draw& reference, const Draw& current, std::size_t n, std::size_t m,
                   DriftType type = DriftType::numerical, int repetitions = kRepetitions) {
  Random random(42);
  int found = 0;
  DriftOptions options;
  options.types["x"] = type;
  const auto table_of = [&](std::vector<double> values) {
    return type == DriftType::numerical ? numbers(std::move(values)) : categories(values);
  };
  for (int i = 0; i < repetitions; ++i) {
    const auto report =
        detect_drift(table_of(sample(random, n, reference)), table_of(sample(random, m, current)), options);
    EXPECT_TRUE(report.has_value());
    found += report->columns.at(0).drifted ? 1 : 0;
  }
  return static_cast<double>(found) / repetitions;
}

double method_share(DriftMethod id, const Draw& reference, const Draw& current, std::size_t n,
                    int repetitions = kRepetitions) {
  Random random(42);
  int found = 0;
  for (int i = 0; i < repetitions; ++i) {
    auto pair = ColumnPair::of(numbers(sample(random, n, reference)).columns()[0],
                               numbers(sample(random, n, current)).columns()[0])
                    .value();
    EXPECT_TRUE(pair.declare(DriftType::numerical).has_value());
    found += method_of(id).run(pair, {DriftMode::standard, 1, 0})->score <= 0.05 ? 1 : 0;
  }
  return static_cast<double>(found) / repetitions;
}

double normal(Random& random) { return std::normal_distribution<double>()(random); }
double log_normal(Random& random) { return std::exp(2 * normal(random)); }
double half_zeros(Random& random) {
  return random() % 2 == 0 ? 0 : std::exponential_distribution<double>()(random);
}
double zipf(Random& random) {
  static const auto law = [] {
    std::vector<double> weights;
    for (int k = 1; k <= 200; ++k) weights.push_back(1.0 / k);
    return weights;
  }();
  std::discrete_distribution<int> draw(law.begin(), law.end());
  return draw(random);
}
Draw uniform_of(int values) {
  return [values](Random& random) { return static_cast<double>(random() % static_cast<unsigned>(values)); };
}

TEST(StandardDrift, HoldsItsLevelForNumbers) {
  for (const std::size_t n : {300u, 1500u}) {
    EXPECT_LE(found_share(normal, normal, n, n), kLevelBound) << n;
    EXPECT_LE(found_share(log_normal, log_normal, n, n), kLevelBound) << n;
    EXPECT_LE(found_share(half_zeros, half_zeros, n, n), kLevelBound) << n;
    EXPECT_LE(found_share(uniform_of(3), uniform_of(3), n, n), kLevelBound) << n;
    EXPECT_LE(found_share(uniform_of(12), uniform_of(12), n, n), kLevelBound) << n;
  }
  EXPECT_LE(found_share(normal, normal, 40, 2000), kLevelBound);
  const Draw wide = [](Random& random) { return 1000 * normal(random); };
  EXPECT_LE(found_share(wide, wide, 300, 300), kLevelBound);
}

TEST(StandardDrift, HoldsItsLevelForCategories) {
  for (const std::size_t n : {300u, 1500u}) {
    EXPECT_LE(found_share(uniform_of(5), uniform_of(5), n, n, DriftType::categorical), kLevelBound) << n;
    EXPECT_LE(found_share(zipf, zipf, n, n, DriftType::categorical), kLevelBound) << n;
  }
  EXPECT_LE(found_share(uniform_of(2), uniform_of(2), 100, 3000, DriftType::categorical), kLevelBound);
}

// The p-values themselves, before effect and discovery control: level neither lost nor given away.
TEST(StandardDrift, PValuesAreUniformUnderTheNull) {
  for (const Draw& law : {Draw(normal), Draw(half_zeros), uniform_of(4), uniform_of(20)}) {
    const double share = method_share(DriftMethod::anderson_darling, law, law, 500, 1000);
    EXPECT_LE(share, 0.05 + 4 * 0.0069);
    EXPECT_GE(share, 0.05 - 4 * 0.0069);
  }
}

TEST(StandardDrift, HoldsItsLevelForFreeText) {
  Random random(11);
  const auto texts = [&](int n) {
    Column column("x", ColumnType::text);
    for (int i = 0; i < n; ++i) {
      std::string text;
      for (int word = 0; word < 6; ++word) text += fmt::format("w{} ", random() % 300);
      column.append_text(text);
    }
    return Table({std::move(column)});
  };
  constexpr int kTables = 100;
  int found = 0;
  for (int i = 0; i < kTables; ++i)
    found += detect_drift(texts(120), texts(120))->columns.at(0).drifted ? 1 : 0;
  EXPECT_LE(found, 14);  // four standard errors above 5
}

TEST(StandardDrift, FindsASmallShiftAsOftenAsKolmogorovSmirnov) {
  const Draw moved = [](Random& random) { return normal(random) + 0.1; };
  const double ours = found_share(normal, moved, 1500, 1500);
  EXPECT_GE(ours, method_share(DriftMethod::ks, normal, moved, 1500) - 0.02);
  EXPECT_GE(ours, 0.6);
}

TEST(StandardDrift, FindsMassThatMovedBetweenCategories) {
  const Draw moved = [](Random& random) {
    std::discrete_distribution<int> draw({0.24, 0.16, 0.2, 0.2, 0.2});
    return static_cast<double>(draw(random));
  };
  EXPECT_GE(found_share(uniform_of(5), moved, 1500, 1500, DriftType::categorical), 0.7);
}

TEST(StandardDrift, HugeSamplesDoNotAlarmOnTrivia) {
  const Draw hardly = [](Random& random) { return normal(random) + 0.01; };
  Random random(1);
  const auto report =
      detect_drift(numbers(sample(random, 400'000, normal)), numbers(sample(random, 400'000, hardly)))
          .value();
  EXPECT_LT(*report.columns[0].p_value, 0.001);  // sure, and too small to matter
  EXPECT_FALSE(report.columns[0].drifted);
}

TEST(StandardDrift, ManyColumnsDoNotMakeFalseAlarms) {
  Random random(7);
  int alarms = 0;
  for (int i = 0; i < 40; ++i) {
    Table reference, current;
    for (int c = 0; c < 50; ++c) {
      const std::string name = fmt::format("x{}", c);
      reference.add(Column::of_doubles(name, sample(random, 300, normal)));
      current.add(Column::of_doubles(name, sample(random, 300, normal)));
    }
    alarms += detect_drift(reference, current)->drifted_columns.empty() ? 0 : 1;
  }
  EXPECT_LE(alarms, 8);  // a chance of 5 % a table; one by one, each column at 5 %, it would be 37
}

TEST(StandardDrift, MissingRatesAreDrift) {
  const auto column_with = [](double share) {
    Column column("x", ColumnType::float64);
    Random random(3);
    for (int i = 0; i < 2000; ++i) {
      if (static_cast<double>(random() % 1000) < share * 1000) {
        column.append_null();
      } else {
        column.append_number(normal(random));
      }
    }
    return Table({std::move(column)});
  };
  const auto jump = detect_drift(column_with(0.01), column_with(0.2)).value();
  EXPECT_TRUE(jump.columns[0].drifted);
  EXPECT_EQ(jump.columns[0].reason, "missing");
  EXPECT_NEAR(jump.columns[0].score, 0.19, 0.03);
  EXPECT_FALSE(detect_drift(column_with(0.1), column_with(0.1))->columns[0].drifted);
  const auto gone = detect_drift(column_with(0), column_with(1)).value();
  EXPECT_TRUE(gone.columns[0].drifted);
  EXPECT_EQ(gone.columns[0].method, DriftMethod::missing_rate);
}

TEST(StandardDrift, ConstantColumnsAreCertainlyTheSame) {
  const auto report =
      detect_drift(numbers(std::vector<double>(100, 7)), numbers(std::vector<double>(50, 7))).value();
  EXPECT_EQ(report.columns[0].p_value, 1);
  EXPECT_FALSE(report.columns[0].drifted);
  const auto texts =
      detect_drift(categories(std::vector<double>(100, 7)), categories(std::vector<double>(50, 7))).value();
  EXPECT_EQ(texts.columns[0].p_value, 1);
  const auto moved =
      detect_drift(numbers(std::vector<double>(100, 7)), numbers(std::vector<double>(50, 8))).value();
  EXPECT_TRUE(moved.columns[0].drifted);
  EXPECT_EQ(to_json(json_of(report)).find("NaN"), std::string::npos);
}

TEST(StandardDrift, MannWhitneyLooksBothWays) {
  Random random(5);
  auto pair =
      ColumnPair::of(numbers(sample(random, 500, normal)).columns()[0],
                     numbers(sample(random, 500, [](Random& r) { return normal(r) - 0.5; })).columns()[0])
          .value();
  ASSERT_TRUE(pair.declare(DriftType::numerical).has_value());
  EXPECT_LT(method_of(DriftMethod::mann_whitney).run(pair, {DriftMode::standard, 0, 0})->score, 1e-6);
  EXPECT_GT(method_of(DriftMethod::mann_whitney).run(pair, {DriftMode::evidently, 0, 0})->score, 0.99);
}

TEST(DetectDrift, TypesAreInferredAndWhatIsNotTestedIsSaid) {
  Table table;
  std::vector<std::int64_t> few, many, times;
  std::vector<std::string> words, notes;
  for (int i = 0; i < 100; ++i) {
    few.push_back(i % 4);
    many.push_back(i);
    times.push_back(i * 1000);
    words.push_back(i % 2 == 0 ? "a" : "b");
    notes.push_back(fmt::format("note {}", i));
  }
  table.add(Column::of_ints("few", few));
  table.add(Column::of_ints("many", many));
  table.add(Column::of_ints("at", times, ColumnType::timestamp));
  table.add(Column::of_texts("word", words));
  table.add(Column::of_texts("note", notes));
  Table current = table;
  table.add(Column::of_doubles("only_here", std::vector<double>(100, 1)));
  const auto report = detect_drift(table, current).value();
  EXPECT_EQ(report.find("few")->type, DriftType::categorical);
  EXPECT_EQ(report.find("many")->type, DriftType::numerical);
  EXPECT_EQ(report.find("word")->type, DriftType::categorical);
  EXPECT_EQ(report.find("note")->type, DriftType::text);
  EXPECT_EQ(report.skipped.size(), 2u);
  EXPECT_THAT(report.drifted_columns, IsEmpty());
  EXPECT_EQ(report.share, 0);
  EXPECT_THAT(text_of(report), HasSubstr("0 of 4 columns drifted"));
}

TEST(DetectDrift, WrongRequestsAreRefused) {
  const Table table = numbers({1, 2, 3}), words = categories({1, 2, 3});
  EXPECT_THAT(detect_drift(Table{}, table).error().message, HasSubstr("no rows"));
  EXPECT_THAT(detect_drift(table, words).error().message, HasSubstr("text"));
  DriftOptions unknown;
  unknown.columns = {"y"};
  EXPECT_FALSE(detect_drift(table, table, unknown).has_value());
  DriftOptions mistyped;
  mistyped.method = DriftMethod::g_test;
  EXPECT_THAT(detect_drift(table, table, mistyped).error().message, HasSubstr("g_test"));
  EXPECT_THAT(drift_method("kss").error().message, HasSubstr("did you mean \"ks\""));
  EXPECT_THAT(drift_mode("evidently").error().message, HasSubstr("compat:evidently"));
}

TEST(DetectDrift, MethodsAndThresholdsGoFromSpecialToGeneral) {
  Random random(1);
  Table reference, current;
  for (const char* name : {"a", "b", "c"}) {
    reference.add(Column::of_doubles(name, sample(random, 200, normal)));
    current.add(Column::of_doubles(name, sample(random, 200, normal)));
  }
  DriftOptions options;
  options.method = DriftMethod::ks;
  options.method_by_column["b"] = DriftMethod::psi;
  options.threshold = 0.2;
  options.threshold_by_type[DriftType::numerical] = 0.01;
  options.threshold_by_column["b"] = 5;
  const auto report = detect_drift(reference, current, options).value();
  EXPECT_EQ(report.find("a")->method, DriftMethod::ks);
  EXPECT_EQ(report.find("a")->threshold, 0.01);
  EXPECT_EQ(report.find("b")->method, DriftMethod::psi);
  EXPECT_EQ(report.find("b")->threshold, 5);
  EXPECT_FALSE(report.find("b")->drifted);
}

TEST(Verdict, BenjaminiHochbergAdjustsAndEffectsDecide) {
  const auto column = [](double p, double effect) {
    return ColumnFindings{Finding{p, effect}, std::nullopt};
  };
  const std::vector<ColumnFindings> columns{column(0.01, 0.5), column(0.04, 0.5), column(0.03, 0.5),
                                            column(0.005, 0.001)};
  const auto verdicts = judge(columns, 0.05, 0.02);
  EXPECT_NEAR(verdicts[0].p_adjusted, 0.02, 1e-12);
  EXPECT_NEAR(verdicts[1].p_adjusted, 0.04, 1e-12);
  EXPECT_NEAR(verdicts[2].p_adjusted, 0.04, 1e-12);
  EXPECT_NEAR(verdicts[3].p_adjusted, 0.02, 1e-12);
  EXPECT_TRUE(verdicts[1].values_changed);
  EXPECT_FALSE(verdicts[3].values_changed);  // sure, but nothing
}

TEST(StandardDrift, RealControlSplitIsQuietAndRealSeasonsAreFound) {
  const Table bikes = read_csv(std::filesystem::path(MARU_SOURCE_DIR) / "examples/bikes/data/hour.csv.gz");
  DriftOptions options;
  options.columns = {"temp", "atemp",  "hum",     "windspeed",  "casual",     "registered", "cnt",
                     "hr",   "season", "holiday", "workingday", "weathersit", "weekday"};
  const Split control = split_of("bike_sharing_hour.control_2012", bikes);
  EXPECT_THAT(detect_drift(control.reference, control.current, options)->drifted_columns, IsEmpty());
  const Split seasons = split_of("bike_sharing_hour.q1_q3_2011", bikes);
  const auto found = detect_drift(seasons.reference, seasons.current, options).value();
  EXPECT_THAT(found.drifted_columns,
              testing::IsSupersetOf({"temp", "atemp", "hum", "windspeed", "cnt", "season"}));
  EXPECT_FALSE(found.find("hr")->drifted);
}

}  // namespace
}  // namespace maru::validation
