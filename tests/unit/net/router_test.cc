#include "net/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maru::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Handler unused() {
  return [](Request&) -> Result<Response> { return Response::no_content(); };
}

// The pattern that answers, with its parameters: "/a/{x} x=1".
std::string matched(const Router& router, std::string_view target, Method method = Method::get) {
  Request request;
  request.method = method;
  EXPECT_TRUE(request.set_target(target).has_value());
  const Router::Match match = router.match(request);
  if (match.route == nullptr) return match.allow.empty() ? "404" : "405 " + match.allow;
  std::string text = match.route->pattern;
  for (const auto& [name, value] : request.params) text += fmt::format(" {}={}", name, value);
  return text;
}

TEST(Router, PrefersLiteralsToParametersToTheRest) {
  Router router;
  router.add(Method::get, "/a/{rest...}", unused());
  router.add(Method::get, "/a/{x}", unused());
  router.add(Method::get, "/a/b", unused());
  router.add(Method::get, "/a/b/{y}", unused());
  EXPECT_EQ(matched(router, "/a/b"), "/a/b");
  EXPECT_EQ(matched(router, "/a/c"), "/a/{x} x=c");
  EXPECT_EQ(matched(router, "/a/b/c"), "/a/b/{y} y=c");
  EXPECT_EQ(matched(router, "/a/b/c/d"), "/a/{rest...} rest=b/c/d");
  EXPECT_EQ(matched(router, "/b"), "404");
}

TEST(Router, GoesBackFromALiteralThatLeadsNowhere) {
  Router router;
  router.add(Method::get, "/m/best/x", unused());
  router.add(Method::get, "/m/{name}/y", unused());
  EXPECT_EQ(matched(router, "/m/best/y"), "/m/{name}/y name=best");
}

TEST(Router, KnowsCustomVerbs) {
  Router router;
  router.add(Method::post, "/v1/models/{name}:predict", unused());
  router.add(Method::post, "/v1/models/{name}/versions/{version}:predict", unused());
  router.add(Method::get, "/v1/models/{name}", unused());
  EXPECT_EQ(matched(router, "/v1/models/m:predict", Method::post), "/v1/models/{name}:predict name=m");
  EXPECT_EQ(matched(router, "/v1/models/m/versions/2:predict", Method::post),
            "/v1/models/{name}/versions/{version}:predict name=m version=2");
  EXPECT_EQ(matched(router, "/v1/models/m"), "/v1/models/{name} name=m");
  EXPECT_EQ(matched(router, "/v1/models/:predict", Method::post), "405 GET, HEAD");
}

TEST(Router, SaysWhichMethodsAPathHas) {
  Router router;
  router.add(Method::get, "/a", unused());
  router.add(Method::post, "/a", unused());
  router.add(Method::del, "/{x}", unused());
  EXPECT_EQ(matched(router, "/a", Method::put), "405 GET, HEAD, POST, DELETE");
  EXPECT_EQ(matched(router, "/a", Method::head), "/a");
  EXPECT_EQ(matched(router, "/a", Method::del), "/{x} x=a");
}

TEST(Router, DecodesWithinSegments) {
  Router router;
  router.add(Method::get, "/d/{name}/v", unused());
  router.add(Method::get, "/f/{path...}", unused());
  EXPECT_EQ(matched(router, "/d/a%2Fb%20c/v?x=1"), "/d/{name}/v name=a/b c");
  EXPECT_EQ(matched(router, "/f/x/%C3%A9"), "/f/{path...} path=x/\xC3\xA9");
  EXPECT_EQ(matched(router, "/d/a/v/"), "/d/{name}/v name=a");
  EXPECT_EQ(matched(router, "/d//v"), "404");
}

TEST(Router, RefusesBadAndConflictingPatterns) {
  const auto problem = [](std::initializer_list<const char*> patterns) {
    Router router;
    for (const char* pattern : patterns) router.add(Method::get, pattern, unused());
    const auto found = router.problem();
    return found ? std::string("none") : found.error().message;
  };
  EXPECT_EQ(problem({"/a/{x}", "/a/{x}/b", "/a/c"}), "none");
  EXPECT_THAT(problem({"/a/{x}", "/a/{y}"}), HasSubstr("taken by /a/{x}"));
  EXPECT_THAT(problem({"a"}), HasSubstr("must begin with /"));
  EXPECT_THAT(problem({"/{x...}/b"}), HasSubstr("must come last"));
  EXPECT_THAT(problem({"/a{x}"}), HasSubstr("expected a literal"));
  EXPECT_THAT(problem({"/{x}y"}), HasSubstr("{name}:verb"));
  EXPECT_THAT(problem({"/{}"}), HasSubstr("{name}"));
  EXPECT_THAT(problem({"/a//b"}), HasSubstr("expected a literal"));
}

TEST(Router, ListsItsRoutes) {
  Router router;
  router.add(Method::post, "/b", unused());
  router.add(Method::get, "/b", unused());
  router.add(Method::get, "/a/{x}", unused());
  EXPECT_THAT(router.list(), ElementsAre("GET /a/{x}", "GET /b", "POST /b"));
}

TEST(Router, EncodesErrorsByTheLongestPrefix) {
  Router router;
  const auto status = [](int code) {
    return [code](const Error&, const Request&) { return Response::text("", code); };
  };
  router.set_error_encoder("/v2", status(402));
  router.set_error_encoder("/v2/models", status(403));
  const auto encoded = [&](std::string_view target) {
    Request request;
    EXPECT_TRUE(request.set_target(target).has_value());
    return router.encode_error(not_found("x"), request).status;
  };
  EXPECT_EQ(encoded("/v2"), 402);
  EXPECT_EQ(encoded("/v2/health"), 402);
  EXPECT_EQ(encoded("/v2/models/m"), 403);
  EXPECT_EQ(encoded("/v22"), 404);
}

// A law: whatever the decoded parameters are, the path built from them comes back as them.
TEST(Router, GivesBackAnyEncodedParameter) {
  Router router;
  router.add(Method::get, "/x/{a}/y/{b}", unused());
  for (int c = 1; c < 256; ++c) {
    const std::string a(1, static_cast<char>(c));
    Request request;
    ASSERT_TRUE(request.set_target(fmt::format("/x/%{:02X}/y/%{:02x}%41", c, c)).has_value());
    ASSERT_NE(router.match(request).route, nullptr) << c;
    EXPECT_EQ(request.param("a"), a);
    EXPECT_EQ(request.param("b"), a + "A");
  }
}

TEST(Request, RefusesTargetsThatCannotBeDecoded) {
  Request request;
  for (const char* bad : {"", "a", "*", "/%", "/%4", "/%zz", "/a/%00"}) {
    EXPECT_FALSE(request.set_target(bad).has_value()) << bad;
  }
}

TEST(Request, ReadsQueryParameters) {
  Request request;
  ASSERT_TRUE(request.set_target("/p?a=1&b=x%20y+z&a=2&empty=&flag&&bad=%zz").has_value());
  EXPECT_EQ(request.query("a"), "1");
  EXPECT_THAT(request.all_query("a"), ElementsAre("1", "2"));
  EXPECT_EQ(request.query("b"), "x y z");
  EXPECT_EQ(request.query("empty"), "");
  EXPECT_EQ(request.query("flag"), "");
  EXPECT_EQ(request.query("bad"), "%zz");
  EXPECT_EQ(request.query("none"), std::nullopt);
}

TEST(Responder, GivesOnlyTheFirstAnswerAndNeverNone) {
  struct Sink final : Responder::Sink {
    explicit Sink(std::vector<int>& into) : statuses(into) {}
    void answer(Result<Response> response) override { statuses.push_back(response ? response->status : 500); }
    std::vector<int>& statuses;
  };
  std::vector<int> statuses;
  {
    const Responder first(std::make_unique<Sink>(statuses));
    const Responder copy = first;
    copy.send(Response::text("", 201));
    first.send(Response::text("", 202));
  }
  { const Responder forgotten(std::make_unique<Sink>(statuses)); }
  EXPECT_THAT(statuses, ElementsAre(201, 500));
}

}  // namespace
}  // namespace maru::net
