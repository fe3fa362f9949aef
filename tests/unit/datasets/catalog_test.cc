#include "datasets/catalog.h"

#include <thread>

#include "datasets/fixture.h"
#include "datasets/statements.h"

namespace maru::datasets {
namespace {

TEST(DatasetStatements, AllPrepare) {
  store::expect_statements_prepare(catalog_statements());
  store::expect_statements_prepare(lineage_statements());
}

TEST_F(DatasetsTest, AFileBecomesVersionOne) {
  catalog_
      ->declare({.name = "rides",
                 .project = "bikes",
                 .description = "hourly",
                 .timestamp_column = "hour",
                 .expectations = {"cnt", "nope"}})
      .value();
  const auto file = write("r.csv", "hour,cnt\n2011-01-01,5\n2011-01-02,7\n");
  const Registered registered = catalog_->register_file("rides", file, {.created_by = "user/kim"}).value();
  EXPECT_TRUE(registered.is_new);
  const DatasetVersion version = catalog_->version("rides").value();
  EXPECT_EQ(version.version, 1);
  EXPECT_EQ(version.rows, 2u);
  EXPECT_EQ(version.schema, (std::vector<ColumnSchema>{{"hour", ColumnType::timestamp, false},
                                                       {"cnt", ColumnType::int64, false}}));
  EXPECT_EQ(version.created_by, "user/kim");
  EXPECT_EQ(version.created_ms, kStartMs);
  EXPECT_EQ(to_json(version.profile), R"({"rows":2})");
  EXPECT_EQ(count_checks(version.checks).passed, 1);
  EXPECT_EQ(count_checks(version.checks).failed, 1);
  EXPECT_EQ(catalog_->load({"rides", 1}).value().columns()[1].ints()[1], 7);

  const auto told = all_events();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].type, "dataset.version");
  EXPECT_EQ(told[0].subject, "dataset/rides/1");
  EXPECT_EQ(told[0].project, "bikes");
  EXPECT_EQ(told[0].payload.at("new").at("rows").as_int64(), 2);
  EXPECT_EQ(told[1].type, "expectation.failed");
  EXPECT_EQ(told[1].payload.at("expectation").as_string(), "nope");
  EXPECT_EQ(told[1].cause, told[0].id);
}

TEST_F(DatasetsTest, EqualContentIsTheSameVersionInAnyFormat) {
  const auto csv = catalog_->register_file("rides", write("r.csv", "a,b\n1,x\n2,\n")).value();
  EXPECT_FALSE(catalog_->register_file("rides", write("same.csv", "a,b\n1,\"x\"\n2,\n")).value().is_new);
  const auto parquet = database_.folder() / "r.parquet";
  lake_->write_parquet(catalog_->load({"rides", 1}).value(), parquet).value();
  EXPECT_FALSE(catalog_->register_file("rides", parquet).value().is_new);
  EXPECT_FALSE(catalog_
                   ->register_upload("rides", store::FileFormat::jsonl,
                                     "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":null}\n")
                   .value()
                   .is_new);
  EXPECT_EQ(all_events().size(), 1u);

  const auto changed = catalog_->register_file("rides", write("r2.csv", "a,b\n1,x\n2,\n3,y\n")).value();
  EXPECT_TRUE(changed.is_new);
  EXPECT_EQ(changed.version.version, 2);
  EXPECT_NE(changed.version.content_hash, csv.version.content_hash);
  EXPECT_EQ(all_events().back().payload.at("new").at("rows").as_int64(), 1);
  EXPECT_EQ(catalog_->versions("rides").value().front().version, 2);
  EXPECT_EQ(catalog_->version("rides", 1).value().rows, 2u);  // the old one stays as it was
}

TEST_F(DatasetsTest, SqlOverOtherSetsKeepsItsParents) {
  catalog_->register_file("rides", write("a.csv", "h,cnt\n1,5\n2,7\n")).value();
  catalog_->register_file("rides", write("b.csv", "h,cnt\n1,5\n2,7\n3,9\n")).value();
  catalog_->register_file("weather", write("w.csv", "h,temp\n1,0.5\n2,0.25\n")).value();
  const auto made =
      catalog_
          ->register_sql(
              "both",
              "with r as (select * from rides) select r.h, cnt, w.temp from r join weather w using (h)")
          .value();
  EXPECT_EQ(made.version.rows, 2u);
  EXPECT_EQ(made.version.parents, (std::vector<DatasetRef>{{"rides", 2}, {"weather", 1}}));
  EXPECT_EQ(catalog_->query("select count(*) as n from \"rides@1\"").value().columns()[0].ints()[0], 2);
  const auto ancestors = lineage_.ancestors({"dataset_version", "both/1"}, "dataset_version").value();
  EXPECT_EQ(ancestors.size(), 2u);

  for (const std::string& sql : std::vector<std::string>{
           "select * from nothing", "drop table rides", "select * from read_csv('/etc/passwd')",
           "select nope from rides", "select * from \"rides@9\"", "select * from \"../rides\""})
    EXPECT_FALSE(catalog_->register_sql("bad", sql).has_value()) << sql;
  EXPECT_EQ(catalog_->get("bad").error().code, Code::not_found);
}

TEST_F(DatasetsTest, BadInputChangesNothing) {
  for (const std::string& name :
       {std::string("../up"), std::string(""), std::string("a b"), std::string("a'; drop table datasets; --"),
        std::string("a/b"), std::string(200, 'x')})
    EXPECT_EQ(catalog_->register_file(name, write("ok.csv", "a\n1\n")).error().code, Code::invalid_argument)
        << name;
  const auto broken = catalog_->register_file("rides", write("broken.csv", "a,b\n1,2\n3\n"));
  EXPECT_NE(broken.error().message.find("broken.csv: line 3"), std::string::npos) << broken.error().message;
  EXPECT_FALSE(catalog_->register_upload("rides", store::FileFormat::parquet, "nonsense").has_value());
  EXPECT_EQ(catalog_->register_file("rides", database_.folder() / "none.csv").error().code, Code::not_found);
  EXPECT_EQ(catalog_->register_file("rides", database_.folder() / "none.xls").error().code,
            Code::invalid_argument);
  EXPECT_TRUE(catalog_->list().value().empty());
  EXPECT_TRUE(all_events().empty());
  catalog_->register_file("rides", write("ok.csv", "a\n1\n")).value();
  const auto slip = catalog_->get("ride");
  EXPECT_EQ(slip.error().code, Code::not_found);
  EXPECT_NE(slip.error().message.find("did you mean \"rides\""), std::string::npos);
  const std::string missing[] = {"b"};
  EXPECT_EQ(catalog_->load({"rides", 1}, missing).error().code, Code::not_found);
  EXPECT_EQ(catalog_->version("rides", 7).error().code, Code::not_found);
}

TEST_F(DatasetsTest, LaterFilesAreHeldToTheTypesBefore) {
  catalog_->register_file("rides", write("a.csv", "temp,cnt\n0.5,1\n")).value();
  const auto wrong = catalog_->register_file("rides", write("b.csv", "temp,cnt\nwarm,1\n"));
  EXPECT_NE(wrong.error().message.find("line 2, column \"temp\": expected a number, got \"warm\""),
            std::string::npos)
      << wrong.error().message;
  EXPECT_EQ(catalog_->register_file("rides", write("c.csv", "temp,cnt\n1,1.5\n"))
                .value()
                .version.find("temp")
                ->type,
            ColumnType::float64);
}

TEST_F(DatasetsTest, ThreadsThatRegisterTheSameMakeOneVersion) {
  Column column("a", ColumnType::int64);
  for (int i = 0; i < 100; ++i) column.append_int(i);
  const Table table({column});
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      (void)catalog_->register_table("t", table, {{"kind", "table"}}, {}).value();
    });
  threads.clear();
  EXPECT_EQ(catalog_->versions("t").value().size(), 1u);
  EXPECT_EQ(all_events().size(), 1u);
}

TEST_F(DatasetsTest, ARestartKeepsEverything) {
  catalog_->register_file("rides", write("a.csv", "a\n1\n2\n3\n")).value();
  catalog_
      ->set_checks({"rides", 1}, {JsonObject{{"expect", "a > 0"}, {"passed", true}, {"severity", "error"}}})
      .value();
  catalog_.reset();
  open();
  EXPECT_EQ(count_checks(catalog_->version("rides").value().checks).passed, 1);
  EXPECT_EQ(catalog_->rows({"rides", 1}, 1, 1).value().columns()[0].ints()[0], 2);
}

TEST(ContentHash, ChangesWithEveryDetailAndNothingElse) {
  const auto of = [](Column column) { return content_hash(Table({std::move(column)})); };
  Column numbers("a", ColumnType::float64);
  numbers.append_number(0.0);
  numbers.append_null();
  Column minus("a", ColumnType::float64);
  minus.append_number(-0.0);
  minus.append_null();
  EXPECT_EQ(of(numbers), of(minus));
  Column zero_first("a", ColumnType::float64);
  zero_first.append_null();
  zero_first.append_number(0.0);
  EXPECT_NE(of(numbers), of(zero_first));
  Column renamed = numbers;
  renamed.rename("b");
  EXPECT_NE(of(numbers), of(renamed));
  EXPECT_NE(of(Column::of_ints("a", {1, 2})), of(Column::of_doubles("a", {1, 2})));
  EXPECT_NE(of(Column::of_ints("a", {1, 2})), of(Column::of_ints("a", {2, 1})));
  const std::string ab_c[] = {"ab", "c"}, a_bc[] = {"a", "bc"};
  EXPECT_NE(of(Column::of_texts("a", ab_c)), of(Column::of_texts("a", a_bc)));
  EXPECT_EQ(of(Column::of_ints("a", {1, 2})), of(Column::of_ints("a", {1, 2})));
}

TEST(DatasetRefTest, ParsesBothSpellings) {
  EXPECT_EQ(DatasetRef::parse("rides/2").value(), (DatasetRef{"rides", 2}));
  EXPECT_EQ(DatasetRef::parse("rides@12").value(), (DatasetRef{"rides", 12}));
  for (const char* bad : {"rides", "rides/", "rides/x", "rides/0", "rides/-1", "/1", "../x/1", "rides/2x"})
    EXPECT_FALSE(DatasetRef::parse(bad).has_value()) << bad;
}

}  // namespace
}  // namespace maru::datasets
