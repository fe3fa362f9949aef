#include "serving/tensor.h"

#include <gtest/gtest.h>

namespace maru::serving {
namespace {

TEST(DataType, NamesGoBothWays) {
  for (int i = 0; i <= static_cast<int>(DataType::bytes); ++i) {
    const auto type = static_cast<DataType>(i);
    EXPECT_EQ(*data_type(name_of(type)), type);
  }
  EXPECT_EQ(data_type("FLOAT").error().code, Code::invalid_argument);
}

TEST(Shape, CountsAndRefuses) {
  EXPECT_EQ(*(Shape{2, 3, 4}).elements(), 24);
  EXPECT_EQ(*Shape{}.elements(), 1);
  EXPECT_EQ(*(Shape{0, 7}).elements(), 0);
  EXPECT_FALSE((Shape{2, -1}).elements());
  EXPECT_FALSE((Shape{1LL << 31, 1LL << 31, 1LL << 31}).elements());
}

TEST(Tensor, SizesMustMatch) {
  EXPECT_TRUE(Tensor::owning("x", DataType::fp32, {2, 2}, std::string(16, '\0')));
  const auto wrong = Tensor::owning("x", DataType::fp32, {2, 2}, std::string(15, '\0'));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "input \"x\": FP32 [2,2] wants 16 bytes, got 15");
  EXPECT_FALSE(Tensor::borrowing("x", DataType::int8, {-1}, "abc"));
}

TEST(Tensor, TextsRoundTripAndBrokenLengthsAreRefused) {
  const std::vector<std::string> values{"", "wörld", std::string(300, 'x')};
  const auto tensor = Tensor::of_texts("t", {3}, values);
  EXPECT_EQ(tensor.elements(), 3u);
  EXPECT_EQ(tensor.texts(), (std::vector<std::string_view>{values[0], values[1], values[2]}));
  std::string bytes(tensor.bytes());
  EXPECT_TRUE(Tensor::owning("t", DataType::bytes, {3}, bytes));
  EXPECT_FALSE(Tensor::owning("t", DataType::bytes, {2}, bytes));
  bytes.pop_back();
  EXPECT_FALSE(Tensor::owning("t", DataType::bytes, {3}, bytes));
  EXPECT_FALSE(Tensor::owning("t", DataType::bytes, {1}, std::string("\xff\xff\xff\xff", 4)));
}

TEST(Tensor, ConvertsEveryNumberType) {
  const std::vector<Tensor> tensors{
      Tensor::of<std::int8_t>("x", {2}, {-3, 4}),  Tensor::of<std::int16_t>("x", {2}, {-3, 4}),
      Tensor::of<std::int32_t>("x", {2}, {-3, 4}), Tensor::of<std::int64_t>("x", {2}, {-3, 4}),
      Tensor::of<float>("x", {2}, {-3, 4}),        Tensor::of<double>("x", {2}, {-3, 4})};
  for (const auto& tensor : tensors) {
    std::array<float, 4> out{9, 9, 9, 9};
    tensor.copy_numbers(out.data(), 2);
    EXPECT_EQ(out, (std::array<float, 4>{-3, 9, 4, 9})) << name_of(tensor.type());
    EXPECT_EQ(tensor.number(1), 4.0);
    EXPECT_TRUE(std::isnan(tensor.number(2)));
  }
  EXPECT_EQ(Tensor::of<bool>("x", {2}, {true, false}).number(0), 1.0);
  EXPECT_EQ(Tensor::of<std::uint64_t>("x", {1}, {1ULL << 40}).number(0), 0x1p40);
}

TEST(Tensor, ReadsUnalignedBorrowedBytes) {
  std::string buffer(1 + 2 * sizeof(double), '\0');
  const std::array<double, 2> values{1.5, -2.25};
  std::memcpy(buffer.data() + 1, values.data(), sizeof values);
  const auto tensor = Tensor::borrowing("x", DataType::fp64, {2}, std::string_view(buffer).substr(1));
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->number(1), -2.25);
  EXPECT_TRUE(tensor->in_place<double>().empty());
}

TEST(Tensor, MovesAndCopiesKeepTheirBytes) {
  auto small = Tensor::of<float>("x", {1}, {2.5F});  // lives inside the object
  const Tensor copy = small;
  const Tensor moved = std::move(small);
  EXPECT_EQ(copy.number(0), 2.5);
  EXPECT_EQ(moved.number(0), 2.5);
}

TEST(Half, EveryValueRoundTrips) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const float value = half_to_float(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) continue;
    EXPECT_EQ(float_to_half(value), bits);
  }
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(float_to_half(65504.0F), 0x7BFF);
  EXPECT_EQ(float_to_half(65519.9F), 0x7BFF);
  EXPECT_EQ(float_to_half(65520.0F), 0x7C00);
  EXPECT_EQ(float_to_half(1e30F), 0x7C00);
  EXPECT_EQ(float_to_half(1.0F + 0x1p-11F), 0x3C00);      // half way: to even
  EXPECT_EQ(float_to_half(1.0F + 3 * 0x1p-11F), 0x3C02);  // half way: to even
  EXPECT_EQ(float_to_half(0x1p-25F), 0x0000);             // half the smallest: to even
  EXPECT_EQ(float_to_half(-0.0F), 0x8000);
  EXPECT_TRUE(std::isnan(half_to_float(float_to_half(std::nanf("")))));
}

}  // namespace
}  // namespace maru::serving
