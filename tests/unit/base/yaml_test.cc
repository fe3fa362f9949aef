#include "base/yaml.h"

#include <gtest/gtest.h>

namespace maru {
namespace {

TEST(Yaml, TypesPlainScalarsAndKeepsQuotedOnesAsText) {
  const auto document = parse_yaml("a: 1\nb: 1.5\nc: true\nd: \"1\"\ne: 14d\nf: ~\ng: [x, 2]\nh: -.5\n");
  ASSERT_TRUE(document.has_value()) << document.error().message;
  EXPECT_EQ(to_json(document->value),
            R"({"a":1,"b":1.5,"c":true,"d":"1","e":"14d","f":null,"g":["x",2],"h":-0.5})");
}

TEST(Yaml, RemembersWhereKeysStand) {
  const auto document = parse_yaml("project: bikes\nrules:\n  champion:\n    when: a < 1\n");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->position_of("rules.champion.when").line, 4);
  EXPECT_EQ(document->position_of("rules.champion.when").column, 5);
  EXPECT_EQ(document->position_of("rules.champion.unknown[3].x").line, 3)
      << "falls back to the nearest ancestor";
  EXPECT_EQ(document->located(invalid("rules.champion.when: no"), "maru.yaml").message,
            "maru.yaml:4:5: rules.champion.when: no");
}

TEST(Yaml, RefusesBrokenDocumentsSayingWhere) {
  for (const char* text : {"a: [1, 2", "a: 1\na: 2", "? [x]\n: 1", "a: b: c", "--- 1\n--- 2", "\t- x: 1"}) {
    const auto document = parse_yaml(text);
    ASSERT_FALSE(document.has_value()) << text;
    EXPECT_EQ(document.error().code, Code::invalid_argument);
    EXPECT_NE(document.error().message.find("line "), std::string::npos) << document.error().message;
  }
}

TEST(Yaml, BoundsAliasExpansion) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name < 'j'; ++name) {
    const char previous = static_cast<char>(name - 1);
    bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", name, previous);
  }
  EXPECT_FALSE(parse_yaml(bomb).has_value());
}

}  // namespace
}  // namespace maru
