#pragma once
// Features computed when asked for: one evaluation for training rows and online rows alike, so they cannot
// differ.

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "expr/expression.h"
#include "features/internal/model.h"

namespace maru::features {

// The names that expressions of a service may mention: its features, `at` (milliseconds), and anything else
// as a value of the request.
expr::Schema on_demand_schema(std::span<const OutputFeature> features);
ColumnType column_type_of(expr::Type type);

expr::Scalar scalar_of(const Column& column, std::size_t row);
void append_scalar(Column& column, const expr::Scalar& value);

// The expressions of a service, their names bound to places once.
class OnDemandPlan {
 public:
  // Where a name's value is found.
  struct Place {
    enum class Kind : std::uint8_t { at, feature, request } kind = Kind::at;
    std::size_t feature = 0;  // index into the service's features
    std::string name;         // of the request value
  };
  explicit OnDemandPlan(const ServiceModel& service);

  // Fills the values of expressions, in order; `values` has one entry a feature of the service, the others
  // filled already.
  using RequestValue = std::function<expr::Scalar(std::string_view name)>;
  Result<void> evaluate(TimeMs at_ms, const RequestValue& request, std::vector<expr::Scalar>& values) const;
  bool empty() const { return steps_.empty(); }

 private:
  struct Step {
    std::size_t feature;
    const expr::Expression* expression;
    std::vector<Place> places;  // of expression->names()
  };
  std::vector<Step> steps_;
};

}  // namespace maru::features
