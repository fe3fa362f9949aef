#include "base/log.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace maru {
namespace {

class LogTest : public ::testing::Test {
 protected:
  void TearDown() override { configure_logging(LogLevel::info, LogFormat::automatic); }
  static std::string logged(const std::function<void()>& act) {
    ::testing::internal::CaptureStderr();
    act();
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, JsonLinesAreJsonWhateverTheFieldsHold) {
  configure_logging(LogLevel::info, LogFormat::json);
  const std::string line = logged([] {
    log_warn("store", "odd \"name\"", {{"name", "a\nb"}, {"count", 3}});
  });
  const auto object = parse_json_object(line);
  ASSERT_TRUE(object) << line;
  EXPECT_EQ(object->at("level").as_string(), "warn");
  EXPECT_EQ(object->at("room").as_string(), "store");
  EXPECT_EQ(object->at("message").as_string(), "odd \"name\"");
  EXPECT_EQ(object->at("name").as_string(), "a\nb");
  EXPECT_EQ(object->at("count").as_string(), "3");
}

TEST_F(LogTest, TextLinesStayOneLine) {
  configure_logging(LogLevel::info, LogFormat::text);
  const std::string line = logged([] { log_error("net", "refused", {{"why", "a\nb"}, {"port", 8250}}); });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_NE(line.find("net: refused why=\"a\\nb\" port=8250"), std::string::npos) << line;
}

TEST_F(LogTest, LevelsBelowTheChosenOneAreSilent) {
  configure_logging(LogLevel::warn, LogFormat::text);
  EXPECT_EQ(logged([] {
              log_debug("x", "a");
              log_info("x", "b");
            }),
            "");
  configure_logging(LogLevel::off, LogFormat::text);
  EXPECT_EQ(logged([] { log_error("x", "a"); }), "");
}

}  // namespace
}  // namespace maru
