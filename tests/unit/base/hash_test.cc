#include "base/hash.h"

#include <gtest/gtest.h>

#include <random>

namespace maru {
namespace {

// Vectors: FIPS 180-4, RFC 4648 section 10, and the XXH64 specification.
TEST(Hash, Sha256KnowsItsVectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 piecewise;
  piecewise.update("a");
  piecewise.update("bc");
  EXPECT_EQ(piecewise.hex(), sha256_hex("abc"));
}

TEST(Hash, StableHashKnowsItsVectors) {
  EXPECT_EQ(stable_hash64(""), 0xEF46DB3751D8E999ULL);
  EXPECT_EQ(stable_hash64("a"), 0xD24EC4F1A98C6E5BULL);
  EXPECT_EQ(stable_hash64("abc"), 0x44BC2CF5AD770999ULL);
  EXPECT_EQ(stable_hash64("The quick brown fox jumps over the lazy dog"), 0x0B242D361FDA71BCULL);
  EXPECT_NE(stable_hash64("abc", 1), stable_hash64("abc"));
}

TEST(Hash, Base64KnowsItsVectorsAndRoundTrips) {
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
  }
  EXPECT_EQ(base64_decode("abc").error().code, Code::invalid_argument);
  EXPECT_EQ(base64_decode("ab=c").error().code, Code::invalid_argument);
  EXPECT_EQ(base64_decode("a===").error().code, Code::invalid_argument);
  EXPECT_EQ(base64_decode("ab c").error().code, Code::invalid_argument);
}

TEST(Hash, UrlFormsRoundTrip) {
  EXPECT_EQ(url_encode("a b/ü?"), "a%20b%2F%C3%BC%3F");
  EXPECT_EQ(url_decode("a+b%2f%41", true).value(), "a b/A");
  EXPECT_EQ(url_decode("a+b", false).value(), "a+b");
  EXPECT_EQ(url_decode("100%", false).error().code, Code::invalid_argument);
  EXPECT_EQ(url_decode("%4", false).error().code, Code::invalid_argument);
  EXPECT_EQ(url_decode("%zz", false).error().code, Code::invalid_argument);
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  EXPECT_EQ(url_decode(url_encode(every), true).value(), every);
}

}  // namespace
}  // namespace maru
