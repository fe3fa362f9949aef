#pragma once
// Queries over one consistent snapshot of the database.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/value.h"

namespace maru::store {

// One row of a query; columns count from 0. Views and the row itself are valid only inside the callback that
// got them. Conversions are the database's own: a NULL reads as 0, 0.0 and "".
class Row {
 public:
  virtual std::size_t size() const = 0;
  virtual bool is_null(std::size_t column) const = 0;
  virtual std::int64_t int64(std::size_t column) const = 0;
  virtual double number(std::size_t column) const = 0;
  virtual std::string_view text(std::size_t column) const = 0;
  virtual std::string_view blob(std::size_t column) const = 0;
  virtual Value value(std::size_t column) const = 0;

  bool boolean(std::size_t column) const { return int64(column) != 0; }
  std::string string(std::size_t column) const { return std::string(text(column)); }
  std::optional<std::int64_t> optional_int64(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(int64(column));
  }
  std::optional<double> optional_number(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(number(column));
  }
  std::optional<std::string> optional_text(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(string(column));
  }

 protected:
  ~Row() = default;
};

// T of a function that makes T or Result<T> of a row.
template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<Result<T>> {
  using Type = T;
};
template <class Make>
using MadeBy = typename Unwrapped<std::remove_cvref_t<std::invoke_result_t<Make&, const Row&>>>::Type;

// Whether a row callback wants the rest.
enum class Continue : std::uint8_t { more, stop };

// Parameters are written ?1, ?2, … (or ?) in the SQL, which is one statement. Statements are prepared once a
// connection and kept, keyed by their text: build SQL from a few fixed shapes, never with values in it.
// Errors: already_exists (unique key), failed_precondition (other constraint), unavailable (disk full, I/O,
// busy), data_loss (corrupt file), internal (wrong SQL), and whatever the callback returns. Not thread-safe;
// not to be kept.
class Reader {
 public:
  virtual ~Reader() = default;

  // `each` takes a const Row& and returns void, Continue, Result<void> or Result<Continue>.
  template <class Each>
  Result<void> query(std::string_view sql, std::span<const Value> params, Each&& each) {
    using Returned = std::invoke_result_t<Each&, const Row&>;
    return run(sql, params, [&](const Row& row) -> Result<Continue> {
      if constexpr (std::is_void_v<Returned>) {
        each(row);
        return Continue::more;
      } else if constexpr (std::is_same_v<Returned, Result<void>>) {
        MARU_TRY(each(row));
        return Continue::more;
      } else {
        return each(row);
      }
    });
  }
  template <class Each>
  Result<void> query(std::string_view sql, std::initializer_list<Value> params, Each&& each) {
    return query(sql, std::span(params.begin(), params.size()), std::forward<Each>(each));
  }

  // What `make` (const Row& -> T or Result<T>) makes of the first row; empty when there is none.
  template <class Make>
  Result<std::optional<MadeBy<Make>>> first(std::string_view sql, std::span<const Value> params,
                                            Make&& make) {
    std::optional<MadeBy<Make>> out;
    MARU_TRY(query(sql, params, [&](const Row& row) -> Result<Continue> {
      MARU_ASSIGN(out, Result<MadeBy<Make>>(make(row)));
      return Continue::stop;
    }));
    return out;
  }
  template <class Make>
  auto first(std::string_view sql, std::initializer_list<Value> params, Make&& make) {
    return first(sql, std::span(params.begin(), params.size()), std::forward<Make>(make));
  }
  // What `make` makes of every row, in order.
  template <class Make>
  Result<std::vector<MadeBy<Make>>> all(std::string_view sql, std::span<const Value> params, Make&& make) {
    std::vector<MadeBy<Make>> out;
    MARU_TRY(query(sql, params, [&](const Row& row) -> Result<void> {
      MARU_ASSIGN(auto made, Result<MadeBy<Make>>(make(row)));
      out.push_back(std::move(made));
      return {};
    }));
    return out;
  }
  template <class Make>
  auto all(std::string_view sql, std::initializer_list<Value> params, Make&& make) {
    return all(sql, std::span(params.begin(), params.size()), std::forward<Make>(make));
  }

 protected:
  virtual Result<void> run(std::string_view sql, std::span<const Value> params,
                           FunctionRef<Result<Continue>(const Row&)> each) = 0;
};

}  // namespace maru::store
