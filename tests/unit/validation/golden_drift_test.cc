// Every value of every golden file that Evidently 0.7.23 wrote for real data, method by method.
#include <gtest/gtest.h>

#include "validation/drift.h"
#include "validation/drift/column_pair.h"
#include "validation/drift/method.h"
#include "validation/fixtures.h"

namespace maru::validation {
namespace {

// The first ones are in this tree, with the data of examples/bikes; the others need the shared golden files.
constexpr const char* kSplits[] = {"bike_sharing_hour.q1_q3_2011",   "bike_sharing_hour.jan_feb_2011",
                                   "bike_sharing_hour.control_2012", "bike_sharing_hour.y2011_y2012",
                                   "adult.education_shift",          "electricity_nsw.first_last_third",
                                   "nycflights13.jan_jul",           "nycflights13.day1_day2"};

class GoldenDrift : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    const std::filesystem::path source = MARU_SOURCE_DIR;
    std::filesystem::path golden = source / "tests/unit/validation/golden" / (name + ".json");
    std::filesystem::path data = source / "examples/bikes/data/hour.csv.gz";
    if (!std::filesystem::exists(golden)) {
      const auto shared = shared_folder();
      if (shared.empty()) {
        GTEST_SKIP()
            << "NO GOLDEN DATA: set MARU_SHARED_DIR to the folder that holds golden/drift and datasets";
      }
      golden = shared / "golden" / "drift" / (name + ".json");
      data = shared / "datasets" / (name.substr(0, name.find('.')) + ".csv.gz");
    }
    golden_ = read_json(golden);
    split_ = split_of(name, read_csv(data));
  }

  Json golden_;
  Split split_;
};

void expect_near(double got, const JsonReader& expected, const std::string& what) {
  if (expected.text("score").has_value()) {  // "nan": a constant column
    EXPECT_TRUE(std::isnan(got)) << what;
    return;
  }
  const double score = expected.number("score").value();
  const double tolerance =
      expected.number("abs_tol").value() + expected.number("rel_tol").value() * std::abs(score);
  EXPECT_NEAR(got, score, tolerance) << what;
}

void check_methods(ColumnPair& pair, const JsonReader& evidently) {
  const auto methods = evidently.fields().value();
  for (const auto& [method_name, expected] : methods) {
    if (method_name == "__default__" || expected.find("skipped")) continue;
    const std::string what = pair.name() + " " + method_name;
    const Method& method = method_of(drift_method(method_name).value());
    const auto outcome = method.run(pair, {DriftMode::evidently, 0, 0});
    if (expected.find("error")) {
      EXPECT_FALSE(outcome.has_value()) << what;
      continue;
    }
    ASSERT_TRUE(outcome.has_value()) << what << ": " << outcome.error().message;
    expect_near(outcome->score, expected, what);
    EXPECT_EQ(alarms(method.alarm, outcome->score, method.threshold), expected.boolean("drifted").value())
        << what;
    EXPECT_DOUBLE_EQ(method.threshold, expected.number("threshold").value()) << what;
  }
}

TEST_P(GoldenDrift, EveryMethodOfEveryColumn) {
  const JsonReader golden(golden_);
  const auto columns = golden.field("columns").value().fields().value();
  for (const auto& [name, expected] : columns) {
    auto pair = ColumnPair::of(*split_.reference.find(name), *split_.current.find(name));
    ASSERT_TRUE(pair.has_value()) << name;
    ASSERT_TRUE(pair->declare(drift_type(expected.text("type").value()).value()).has_value());
    const auto side = expected.field("reference").value();
    EXPECT_EQ(pair->reference_size() + pair->reference_missing(), side.integer("rows").value()) << name;
    EXPECT_EQ(pair->reference_missing(), side.integer("missing").value()) << name;
    check_methods(*pair, expected.field("evidently").value());
  }
}

TEST_P(GoldenDrift, DefaultReport) {
  const JsonReader golden(golden_);
  const auto columns = golden.field("columns").value().fields().value();
  DriftOptions options;
  options.mode = DriftMode::evidently;
  for (const auto& [name, expected] : columns) {
    options.columns.push_back(name);
    options.types[name] = drift_type(expected.text("type").value()).value();
  }
  const auto report = detect_drift(split_.reference, split_.current, options);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  for (const auto& [name, expected] : columns) {
    const auto wanted = expected.field("evidently").value().field("__default__").value();
    const ColumnDrift* column = report->find(name);
    ASSERT_NE(column, nullptr) << name;
    EXPECT_EQ(name_of(column->method), wanted.text("method").value()) << name;
    EXPECT_NEAR(column->score, wanted.number("score").value(),
                1e-6 * std::abs(wanted.number("score").value()) + 1e-7)
        << name;
    EXPECT_EQ(column->drifted, wanted.boolean("drifted").value()) << name;
  }
  const auto dataset = golden.field("evidently_dataset_drift").value();
  EXPECT_DOUBLE_EQ(report->share, dataset.number("share").value());
  EXPECT_EQ(report->dataset_drift, dataset.boolean("dataset_drift").value());
  EXPECT_EQ(std::set(report->drifted_columns.begin(), report->drifted_columns.end()), [&] {
    const auto names = dataset.field("drifted_columns").value().texts().value();
    return std::set(names.begin(), names.end());
  }());
}

// The classifier is ours and not scikit-learn's, so its ROC-AUC agrees within the golden file's wide
// tolerance.
TEST(GoldenTextDrift, SpamIsToldFromHamAndHalvesAreNot) {
  const auto folder = shared_folder();
  if (folder.empty()) {
    GTEST_SKIP() << "NO GOLDEN DATA: set MARU_SHARED_DIR to the folder that holds golden/drift and datasets";
  }
  const Table messages = read_csv(folder / "datasets" / "sms_spam.csv.gz");
  const Column& label = *messages.find("label");
  const std::size_t half = messages.rows() / 2;
  const auto split_at = [&](const std::function<bool(std::size_t)>& in_reference) {
    return Split{filtered(messages, in_reference),
                 filtered(messages, [&](std::size_t row) { return !in_reference(row); })};
  };
  const std::pair<std::string, Split> splits[] = {
      {"sms_spam.halves", split_at([&](std::size_t row) { return row < half; })},
      {"sms_spam.ham_spam", split_at([&](std::size_t row) { return label.text(row) == "ham"; })}};
  for (const auto& [name, split] : splits) {
    const Json golden = read_json(folder / "golden" / "drift" / (name + ".json"));
    const auto expected = JsonReader(golden).field("evidently").value();
    for (const char* method : {"abs_text_content_drift", "perc_text_content_drift"}) {
      DriftOptions options;
      options.mode = DriftMode::evidently;
      options.columns = {"text"};
      options.types["text"] = DriftType::text;
      options.method = drift_method(method).value();
      const auto report = detect_drift(split.reference, split.current, options);
      ASSERT_TRUE(report.has_value()) << report.error().message;
      const auto wanted = expected.field(method).value();
      expect_near(report->columns[0].score, wanted, name + " " + method);
      EXPECT_EQ(report->columns[0].drifted, wanted.boolean("drifted").value()) << name << " " << method;
    }
    DriftOptions standard;
    standard.columns = {"text"};
    EXPECT_EQ(detect_drift(split.reference, split.current, standard)->columns[0].drifted,
              name == "sms_spam.ham_spam")
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(RealData, GoldenDrift, testing::ValuesIn(kSplits), [](const auto& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

}  // namespace
}  // namespace maru::validation
