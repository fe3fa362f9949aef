#pragma once
// Result<T>: a value or an Error. Our own [[nodiscard]] type, because GCC 12 lets a bare std::expected be
// dropped in silence and lacks and_then/transform on it.

#include <expected>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace maru {

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error)
      : Base(std::unexpect, std::move(error)) {}  // NOLINT: returning an Error must read plainly
  Result(Base base) : Base(std::move(base)) {}    // NOLINT

  // A temporary gives its value away, not a reference into itself: `for (auto& item : list().value())` is
  // safe.
  T& value() & { return Base::value(); }
  const T& value() const& { return Base::value(); }
  T value() && { return std::move(*this).Base::value(); }

  // f: T -> Result<U>.
  template <class F>
  auto and_then(F&& f) && {
    using Next = std::remove_cvref_t<std::invoke_result_t<F, T&&>>;
    if (!this->has_value()) return Next(std::move(this->error()));
    return std::forward<F>(f)(std::move(**this));
  }
  // f: T -> U.
  template <class F>
  auto transform(F&& f) && {
    using Next = Result<std::remove_cvref_t<std::invoke_result_t<F, T&&>>>;
    if (!this->has_value()) return Next(std::move(this->error()));
    return Next(std::forward<F>(f)(std::move(**this)));
  }
  // The same result; its error, if any, said to have happened at `where`.
  Result at(std::string_view where) && {
    if (this->has_value()) return std::move(*this);
    return this->error().at(where);
  }
};

template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
  using Base = std::expected<void, Error>;

 public:
  using Base::Base;
  Result() = default;
  Result(Error error) : Base(std::unexpect, std::move(error)) {}  // NOLINT

  template <class F>
  auto and_then(F&& f) && {
    using Next = std::remove_cvref_t<std::invoke_result_t<F>>;
    if (!has_value()) return Next(std::move(error()));
    return std::forward<F>(f)();
  }
  Result at(std::string_view where) && {
    if (has_value()) return {};
    return error().at(where);
  }
};

}  // namespace maru

#define MARU_CONCAT_INNER(a, b) a##b
#define MARU_CONCAT(a, b) MARU_CONCAT_INNER(a, b)

// Returns the error of a Result<…> expression, or goes on.
#define MARU_TRY(expression) MARU_TRY_IMPL(MARU_CONCAT(maru_tried_, __LINE__), expression)
#define MARU_TRY_IMPL(result, expression)                                                                 \
  do {                                                                                                    \
    if (auto result = (expression); !result.has_value()) return ::maru::Error(std::move(result.error())); \
  } while (false)

// MARU_ASSIGN(auto run, tracking.get_run(id)): returns the error, or assigns the value.
#define MARU_ASSIGN(declaration, expression) \
  MARU_ASSIGN_IMPL(MARU_CONCAT(maru_result_, __LINE__), declaration, expression)
#define MARU_ASSIGN_IMPL(result, declaration, expression)                   \
  auto result = (expression);                                               \
  if (!result.has_value()) return ::maru::Error(std::move(result.error())); \
  declaration = std::move(*result)
