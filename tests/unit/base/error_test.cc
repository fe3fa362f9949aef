#include "base/error.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace maru {
namespace {

TEST(Errors, EveryCodeIsMappedAtItsOwnPlace) {
  std::set<std::string_view> names;
  for (const auto& mapping : error_codes()) {
    EXPECT_EQ(&mapping_of(mapping.code), &mapping) << mapping.name;
    EXPECT_TRUE(names.insert(mapping.name).second) << mapping.name;
    EXPECT_GE(mapping.http_status, 400);
    EXPECT_LT(mapping.http_status, 600);
    EXPECT_GE(mapping.grpc_status, 1);
    EXPECT_LE(mapping.grpc_status, 16);
  }
  EXPECT_EQ(error_codes().size(), static_cast<std::size_t>(Code::internal) + 1);
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return invalid("expected an even number, got {}", number);
  return number / 2;
}

Result<int> quarter_of(int number) {
  MARU_ASSIGN(const int half, half_of(number));
  MARU_TRY(half_of(half));
  return half / 2;
}

TEST(Results, ErrorsPassThroughTheMacrosUnchanged) {
  EXPECT_EQ(quarter_of(12).value(), 3);
  EXPECT_EQ(quarter_of(3).error(), invalid("expected an even number, got 3"));
  EXPECT_EQ(quarter_of(6).error(), invalid("expected an even number, got 3"));
}

TEST(Results, ChainAndSayWhere) {
  EXPECT_EQ(half_of(8).and_then(half_of).transform([](int n) { return n + 0.5; }).value(), 2.5);
  EXPECT_EQ(half_of(7).and_then(half_of).at("rows[3]").error().message,
            "rows[3]: expected an even number, got 7");
}

}  // namespace
}  // namespace maru
