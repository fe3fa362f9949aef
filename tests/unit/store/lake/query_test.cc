#include <thread>

#include "base/time.h"
#include "store/lake/lake_fixture.h"

namespace maru::store {
namespace {

TEST_F(LakeTest, TablesComeBackAsTheyWent) {
  const Table table = small_table();
  const LakeSource source{.name = "rides", .parquet_files = {}, .table = &table};
  const Table back = lake_->query("select * from rides", std::span(&source, 1)).value();
  ASSERT_EQ(back.names(), table.names());
  ASSERT_EQ(back.rows(), table.rows());
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    EXPECT_EQ(back.columns()[i].type(), table.columns()[i].type());
    for (std::size_t row = 0; row < table.rows(); ++row)
      EXPECT_EQ(back.columns()[i].json(row), table.columns()[i].json(row)) << i << " " << row;
  }
}

TEST_F(LakeTest, ParquetKeepsTypesNullsAndOrderAcrossManyChunks) {
  Column number("n", ColumnType::int64), text("t", ColumnType::text);
  for (int i = 0; i < 10'000; ++i) {
    i % 7 == 0 ? number.append_null() : number.append_int(i);
    i % 11 == 0 ? text.append_null() : text.append_text("value number " + std::to_string(i));
  }
  const Table table({number, text});
  EXPECT_EQ(lake_->write_parquet(table, folder_.path() / "deep" / "t.parquet").value(), 10'000u);
  const Table back = lake_->read_file(folder_.path() / "deep" / "t.parquet", FileFormat::parquet).value();
  ASSERT_EQ(back.rows(), 10'000u);
  for (std::size_t row = 0; row < 10'000; ++row) {
    ASSERT_EQ(back.columns()[0].json(row), number.json(row));
    ASSERT_EQ(back.columns()[1].json(row), text.json(row));
  }
}

TEST_F(LakeTest, OtherTypesArriveAsTheNearest) {
  const Table table = lake_
                          ->query(
                              "select 1.5::decimal(5,2) as d, sum(2) as h, date '2011-05-01' as day, [1, 2] "
                              "as list, 3::utinyint as tiny, "
                              "0.25::float as f, timestamptz '2011-05-01 09:00:00+09' as z, 7::ubigint as u, "
                              "timestamp_ns '1969-12-31 23:59:59.9995' as before")
                          .value();
  const JsonObject row = table.row_json(0);
  EXPECT_EQ(
      to_json(row),
      R"({"d":1.5,"h":2.0,"day":"2011-05-01T00:00:00Z","list":"[1, 2]","tiny":3,"f":0.25,"z":"2011-05-01T00:00:00Z","u":7,"before":"1969-12-31T23:59:59.999Z"})");
  EXPECT_EQ(table.columns()[1].type(), ColumnType::float64);
}

TEST_F(LakeTest, CastsKeepTheOrderOfTheRows) {
  const Table table =
      lake_
          ->query(
              "select i, (i % 5)::decimal(9,1) as d from range(20000) t(i) order by i desc -- newest first")
          .value();
  ASSERT_EQ(table.rows(), 20'000u);
  for (std::size_t row = 0; row < table.rows(); ++row)
    ASSERT_EQ(table.columns()[0].ints()[row], static_cast<std::int64_t>(19'999 - row));
}

TEST_F(LakeTest, ParametersOfEveryType) {
  const LakeValue values[] = {std::monostate{},       true, std::int64_t{7}, 0.5, std::string("it's"),
                              LakeTime{1304208000000}};
  const Table table = lake_
                          ->query(
                              "select $1::bigint as a, $2::boolean as b, $3::bigint as c, $4::double as d, "
                              "$5::varchar as e, $6::timestamp as f",
                              {}, values)
                          .value();
  EXPECT_EQ(to_json(table.row_json(0)),
            R"({"a":null,"b":true,"c":7,"d":0.5,"e":"it's","f":"2011-05-01T00:00:00Z"})");
  EXPECT_EQ(lake_->query("select $1::bigint as a").error().code, Code::invalid_argument);
}

TEST_F(LakeTest, UserSqlReachesOnlyItsSources) {
  const auto secret = write("secret.csv", "a\n1\n");
  const Table table = small_table();
  const LakeSource source{.name = "rides", .parquet_files = {}, .table = &table};
  const auto sources = std::span(&source, 1);
  for (const std::string& sql : std::vector<std::string>{
           "select * from read_csv('" + secret.string() + "')",
           "select * from '" + secret.string() + "'",
           "select * from read_text('/etc/passwd')",
           std::string("select * from glob('/*')"),
           "copy rides to '" + secret.string() + "'",
           std::string("attach 'x.db'"),
           std::string("install httpfs"),
           std::string("load httpfs"),
           std::string("set memory_limit = '100GB'"),
           std::string("pragma enable_profiling"),
           std::string("pragma memory_limit = '1GB'"),
           std::string("create table x (a int)"),
           std::string("insert into rides select * from rides"),
           std::string("drop table rides"),
           std::string("export database '/tmp/x'"),
           std::string("select 1; select 2"),
           std::string("select 1) to '/tmp/x.csv'; --"),
           std::string(""),
           std::string(";"),
           std::string("checkpoint"),
           std::string("call pragma_version()"),
           std::string("explain select 1"),
           std::string("with x as (insert into rides select * from rides returning 1) select * from x"),
           std::string("select getenv('HOME')"),
           std::string("select * from read_blob('/proc/self/environ')"),
           std::string("select * from other_dataset"),
           std::string("use memory"),
           std::string("begin"),
           std::string("vacuum"),
           std::string("select a from (values (1)) t(b)"),
       }) {
    EXPECT_EQ(error_of(sql, sources).code, Code::invalid_argument) << sql;
    EXPECT_FALSE(lake_->query_to_parquet(sql, sources, folder_.path() / "out.parquet").has_value()) << sql;
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out.parquet"));
  }
}

TEST_F(LakeTest, NothingStaysBetweenQueries) {
  const Table table = small_table();
  const LakeSource source{.name = "rides", .parquet_files = {}, .table = &table};
  EXPECT_TRUE(lake_->query("select * from rides", std::span(&source, 1)).has_value());
  EXPECT_EQ(error_of("select * from rides").code, Code::invalid_argument);
}

TEST_F(LakeTest, NamesAreQuotedWhateverTheyHold) {
  const Table table = small_table();
  const std::string name = "x\"; drop table y; --'";
  const LakeSource source{.name = name, .parquet_files = {}, .table = &table};
  EXPECT_EQ(lake_->query("select * from " + sql_identifier(name), std::span(&source, 1)).value().rows(), 5u);
  lake_->write_parquet(table, folder_.path() / "it's a \"file\".parquet").value();
  const LakeSource quoted{
      .name = name, .parquet_files = {folder_.path() / "it's a \"file\".parquet"}, .table = nullptr};
  EXPECT_EQ(lake_->query("select * from " + sql_identifier(name), std::span(&quoted, 1)).value().rows(), 5u);
}

TEST_F(LakeTest, AnswersWithTwoColumnsOfOneNameAreRefused) {
  const Error error = error_of("select 1 as a, 2 as a");
  EXPECT_EQ(error.code, Code::invalid_argument);
  EXPECT_NE(error.message.find("two columns named \"a\""), std::string::npos) << error.message;
}

TEST_F(LakeTest, ASourceThatIsNotThereIsNamed) {
  const LakeSource source{
      .name = "rides", .parquet_files = {folder_.path() / "none.parquet"}, .table = nullptr};
  const Error error = error_of("select * from rides", std::span(&source, 1));
  EXPECT_EQ(error.code, Code::not_found);
  EXPECT_NE(error.message.find("none.parquet"), std::string::npos);
}

TEST_F(LakeTest, SeveralFilesReadAsOneRelation) {
  lake_->query_to_parquet("select 1 as a", {}, folder_.path() / "1.parquet").value();
  lake_->query_to_parquet("select 2 as a, 'x' as b", {}, folder_.path() / "2.parquet").value();
  const LakeSource source{.name = "s",
                          .parquet_files = {folder_.path() / "1.parquet", folder_.path() / "2.parquet"},
                          .table = nullptr};
  const Table table = lake_->query("select a, b from s order by a", std::span(&source, 1)).value();
  ASSERT_EQ(table.rows(), 2u);
  EXPECT_TRUE(table.columns()[1].is_null(0));
  EXPECT_EQ(table.columns()[1].text(1), "x");
}

TEST_F(LakeTest, DescribeDoesNotRun) {
  const LakeSchema schema =
      lake_->describe("select 1 as a, 'x' as b, now() as c, error('never') as d").value();
  ASSERT_EQ(schema.size(), 4u);
  EXPECT_EQ(schema[0], (std::pair<std::string, ColumnType>("a", ColumnType::int64)));
  EXPECT_EQ(schema[2].second, ColumnType::timestamp);
}

TEST_F(LakeTest, BatchesComeInOrderAndStopOnAnError) {
  std::int64_t next = 0;
  std::size_t batches = 0;
  EXPECT_TRUE(lake_
                  ->query_batches("select i from range(50000) t(i)", {}, {}, 4096,
                                  [&](const Table& batch) -> Result<void> {
                                    ++batches;
                                    EXPECT_LE(batch.rows(), 4096u);
                                    for (const std::int64_t value : batch.columns()[0].ints())
                                      if (value != next++) return internal("out of order");
                                    return {};
                                  })
                  .has_value());
  EXPECT_EQ(next, 50'000);
  EXPECT_GT(batches, 5u);
  std::size_t largest = 0;
  EXPECT_TRUE(lake_
                  ->query_batches("select i from range(5000) t(i)", {}, {}, 100,
                                  [&](const Table& batch) -> Result<void> {
                                    largest = std::max(largest, batch.rows());
                                    return {};
                                  })
                  .has_value());
  EXPECT_EQ(largest, 100u);
  const auto stopped = lake_->query_batches("select i from range(50000) t(i)", {}, {}, 100,
                                            [](const Table&) -> Result<void> { return invalid("enough"); });
  EXPECT_EQ(stopped.error().message, "enough");
}

TEST_F(LakeTest, AFailureHalfWayThroughAStreamIsAnError) {
  const auto failed = lake_->query_batches(
      "select case when i = 40000 then error('late') else i end as i from range(50000) t(i)", {}, {}, 100,
      [](const Table&) -> Result<void> { return {}; });
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().message.find("late"), std::string::npos) << failed.error().message;
}

TEST_F(LakeTest, CancelStopsALongQuery) {
  std::atomic<bool> cancel{false};
  std::jthread other([&] {
    system_clock().sleep_ms(50);
    cancel = true;
  });
  const auto result = lake_->query(
      "select count(*) as n from range(100000000) a, range(100000) b where a.range + b.range = 7", {}, {},
      &cancel);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::cancelled);
}

TEST_F(LakeTest, MemoryLimitSpillsAndThenRefuses) {
  auto lake = Lake::open({.folder = folder_.path() / "small",
                          .threads = 1,
                          .memory_limit_bytes = 48 << 20,
                          .spill_limit_bytes = 200 << 20})
                  .value();
  EXPECT_EQ(
      lake->query(
              "select count(*) as n from (select i, md5(i::varchar) as m from range(600000) t(i) order by m)")
          .value()
          .columns()[0]
          .ints()[0],
      600'000);
  auto refused = Lake::open({.folder = folder_.path() / "none",
                             .threads = 1,
                             .memory_limit_bytes = 32 << 20,
                             .spill_limit_bytes = 1 << 20})
                     .value();
  const auto result = refused->query("select i, md5(i::varchar) as m from range(3000000) t(i) order by m");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::resource_exhausted) << result.error().message;
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "small"));
}

TEST_F(LakeTest, ManyThreadsAtOnce) {
  std::vector<std::jthread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&, i] {
      const Table table = lake_->query("select " + std::to_string(i) + " as i").value();
      if (table.columns()[0].ints()[0] == i) ++right;
    });
  threads.clear();
  EXPECT_EQ(right, 6);
}

TEST_F(LakeTest, AFailingDiskLeavesNoFile) {
  set_file_fault_hook([](std::string_view operation, const std::filesystem::path&) -> Result<void> {
    if (operation == "fsync") return make_error(Code::unavailable, "no space left");
    return {};
  });
  const auto result = lake_->write_parquet(small_table(), folder_.path() / "out" / "t.parquet");
  set_file_fault_hook({});
  EXPECT_EQ(result.error().code, Code::unavailable);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "out"));
}

TEST_F(LakeTest, ABrokenParquetFileIsSaidToBeBroken) {
  const LakeSource source{
      .name = "s", .parquet_files = {write("bad.parquet", "PAR1 this is not it PAR1")}, .table = nullptr};
  const auto result = lake_->query("select * from s", std::span(&source, 1));
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().message.find("bad.parquet"), std::string::npos) << result.error().message;
}

}  // namespace
}  // namespace maru::store
