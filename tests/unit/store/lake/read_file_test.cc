#include "store/lake/duckdb/csv_types.h"
#include "store/lake/lake_fixture.h"

namespace maru::store {
namespace {

class ReadFileTest : public LakeTest {
 protected:
  std::string csv_error(const std::string& text, const ReadFileOptions& options = {}) {
    const auto result = lake_->read_file(write("data.csv", text), FileFormat::csv, options);
    EXPECT_FALSE(result.has_value()) << text;
    if (result.has_value()) return "";
    EXPECT_EQ(result.error().code, Code::invalid_argument) << result.error().message;
    return result.error().message;
  }
  Table csv(const std::string& text, const ReadFileOptions& options = {}) {
    auto result = lake_->read_file(write("data.csv", text), FileFormat::csv, options);
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return result.has_value() ? *result : Table{};
  }
};

TEST_F(ReadFileTest, TypesAreFoundOut) {
  const Table table =
      csv("at,n,x,name,flag,zip,empty,day\n"
          "2011-01-01 00:00:00,1,0.5,\"a, b\",true,01234,,2011-01-01\n"
          "2011-01-01T01:00:00Z,NA,1e3,\"say \"\"hi\"\"\",FALSE,98765,,2011-01-02\n");
  EXPECT_EQ(
      to_json(table.row_json(0)),
      R"({"at":"2011-01-01T00:00:00Z","n":1,"x":0.5,"name":"a, b","flag":true,"zip":"01234","empty":null,"day":"2011-01-01T00:00:00Z"})");
  EXPECT_EQ(
      to_json(table.row_json(1)),
      R"({"at":"2011-01-01T01:00:00Z","n":null,"x":1000.0,"name":"say \"hi\"","flag":false,"zip":"98765","empty":null,"day":"2011-01-02T00:00:00Z"})");
}

TEST_F(ReadFileTest, OtherSeparatorsLineEndingsAndAByteOrderMark) {
  EXPECT_EQ(csv("a;b\n1;2\n").row_json(0).size(), 2u);
  EXPECT_EQ(csv("a\tb\n1\t2\n").row_json(0).size(), 2u);
  const Table windows =
      csv("\xEF\xBB\xBF"
          "a,b\r\n1,2\r\n3,4\r\n");
  EXPECT_EQ(windows.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(windows.columns()[1].type(), ColumnType::int64);
  EXPECT_EQ(windows.rows(), 2u);
  EXPECT_EQ(csv("a,b\n1,2").rows(), 1u);  // no newline at the end
  EXPECT_EQ(csv("a,b\n").rows(), 0u);
}

TEST_F(ReadFileTest, RealDataReadsWhole) {
  const std::filesystem::path file =
      std::filesystem::path(MARU_SOURCE_DIR) / "examples/bikes/data/hour.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const Table table = lake_->read_file(file, FileFormat::csv_gz).value();
  EXPECT_GT(table.rows(), 10'000u);
  EXPECT_EQ(table.column("cnt").value()->type(), ColumnType::int64);
}

TEST_F(ReadFileTest, ARowOfAnotherWidthIsNamed) {
  const std::string narrow = csv_error("a,b,c\n1,2,3\n4,5\n7,8,9\n");
  EXPECT_EQ(narrow, "line 3: expected 3 fields as in the header, got 2: column \"c\" is missing");
  const std::string wide = csv_error("a,b\n1,2\n3,4\n5,6,7\n");
  EXPECT_NE(wide.find("line 4: expected 2 fields as in the header, got 3"), std::string::npos) << wide;
}

TEST_F(ReadFileTest, AValueThatDoesNotFitIsNamed) {
  std::string text = "name,cnt\n";
  for (int i = 0; i < 40; ++i)
    text += "\"two\nlines\"," + (i == 30 ? std::string("abc") : std::to_string(i)) + "\n";
  EXPECT_EQ(csv_error(text),
            "line 62, column \"cnt\": expected a whole number, got \"abc\" (39 of 40 values are int64)");
  EXPECT_EQ(csv(text, {.types = {{"cnt", ColumnType::text}}, .columns = {}}).columns()[1].type(),
            ColumnType::text);
}

TEST_F(ReadFileTest, KnownTypesAreHeldTo) {
  EXPECT_EQ(csv("a\n1\n2\n", {.types = {{"a", ColumnType::float64}}, .columns = {}}).columns()[0].type(),
            ColumnType::float64);
  EXPECT_NE(csv_error("a\n1\nx\n", {.types = {{"a", ColumnType::int64}}, .columns = {}})
                .find("line 3, column \"a\": expected a whole number, got \"x\""),
            std::string::npos);
  EXPECT_NE(csv_error("a\n1\n2.5\n", {.types = {{"a", ColumnType::int64}}, .columns = {}}).find("line 3"),
            std::string::npos);
  EXPECT_NE(csv_error("at\n2011-01-01\nsoon\n", {.types = {{"at", ColumnType::timestamp}}, .columns = {}})
                .find("got \"soon\""),
            std::string::npos);
}

TEST_F(ReadFileTest, FlagsOfAKnownBooleanColumn) {
  const ReadFileOptions known{.types = {{"a", ColumnType::boolean}}, .columns = {}};
  EXPECT_EQ(csv("a\n1\nf\nTRUE\n", known).columns()[0].ints()[1], 0);
  EXPECT_NE(
      csv_error("a\n1\nmaybe\n", known).find("line 3, column \"a\": expected true or false, got \"maybe\""),
      std::string::npos);
}

TEST_F(ReadFileTest, BrokenQuotesTextAndHeaders) {
  EXPECT_NE(csv_error("a,b\n1,\"open\n2,3\n").find("line 2"), std::string::npos);
  EXPECT_NE(csv_error("a,b\n1,x\n2,\xFF\xFE\n").find("line 3"), std::string::npos);
  EXPECT_NE(csv_error("").find("empty"), std::string::npos);
  EXPECT_NE(csv_error("a,a\n1,2\n").find("line 1, column 2: the name \"a\" is taken"), std::string::npos);
  EXPECT_NE(csv_error("a,,c\n1,2,3\n").find("line 1, column 2"), std::string::npos);
  EXPECT_NE(csv_error("cnt,b\n1,2\n", {.types = {}, .columns = {"cmt"}}).find("did you mean \"cnt\""),
            std::string::npos);
}

TEST_F(ReadFileTest, ColumnsCanBeChosenAndRowsLimited) {
  const Table table = csv("a,b,c\n1,2,3\n", {.types = {}, .columns = {"c", "a"}});
  EXPECT_EQ(table.names(), (std::vector<std::string>{"c", "a"}));
  const auto many = lake_->read_file(write("m.csv", "a\n1\n2\n3\n"), FileFormat::csv,
                                     {.types = {}, .columns = {}, .row_limit = 2});
  EXPECT_EQ(many.error().code, Code::out_of_range);
}

TEST_F(ReadFileTest, JsonLines) {
  const Table table =
      lake_->read_file(write("d.jsonl", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"c\":[1]}\n"), FileFormat::jsonl)
          .value();
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.columns()[0].type(), ColumnType::float64);
  EXPECT_TRUE(table.columns()[1].is_null(1));
  const auto broken =
      lake_->read_file(write("b.jsonl", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n"), FileFormat::jsonl);
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().code, Code::invalid_argument);
  EXPECT_NE(broken.error().message.find("line 2"), std::string::npos) << broken.error().message;
}

TEST_F(ReadFileTest, FormatsByName) {
  EXPECT_EQ(file_format_of("a/b.CSV").has_value(), false);
  EXPECT_EQ(file_format_of("x.csv.gz").value(), FileFormat::csv_gz);
  EXPECT_EQ(file_format_of("x.parquet").value(), FileFormat::parquet);
  EXPECT_EQ(file_format("jsnl").error().code, Code::invalid_argument);
  EXPECT_EQ(lake_->read_file(folder_.path() / "none.csv", FileFormat::csv).error().code, Code::not_found);
  EXPECT_EQ(lake_->read_file(write("p.parquet", "nonsense"), FileFormat::parquet).error().code,
            Code::invalid_argument);
}

TEST(CsvTypes, FewMisfitsAreAFaultManyAreText) {
  using lake::type_of;
  EXPECT_EQ(type_of({.present = 100, .integers = 100, .numbers = 100}).type, ColumnType::int64);
  EXPECT_TRUE(type_of({.present = 100, .integers = 99, .numbers = 99}).has_misfits);
  EXPECT_EQ(type_of({.present = 100, .integers = 90, .numbers = 90}).type, ColumnType::text);
  EXPECT_EQ(type_of({.present = 9, .integers = 8, .numbers = 8}).type, ColumnType::text);  // too few to tell
  EXPECT_EQ(type_of({.present = 100, .integers = 99, .numbers = 100}).type, ColumnType::float64);
  EXPECT_FALSE(type_of({.present = 100, .integers = 99, .numbers = 100}).has_misfits);
  EXPECT_EQ(type_of({.present = 100, .integers = 100, .numbers = 100, .flags = 0, .leading_zeros = 1}).type,
            ColumnType::text);
  EXPECT_EQ(type_of({}).type, ColumnType::text);
}

}  // namespace
}  // namespace maru::store
