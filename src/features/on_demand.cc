#include "features/internal/on_demand.h"

#include <cmath>

namespace maru::features {
namespace {

expr::Type expr_type(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return expr::Type::boolean;
    case ColumnType::text:
      return expr::Type::text;
    default:
      return expr::Type::number;
  }
}

}  // namespace

expr::Schema on_demand_schema(std::span<const OutputFeature> features) {
  expr::Schema schema(expr::Schema::Unknown::allow);
  schema.add("at", expr::Type::number);
  for (const auto& feature : features)
    schema.add(feature.name, feature.expression ? expr::Type::any : expr_type(feature.type));
  return schema;
}

ColumnType column_type_of(expr::Type type) {
  switch (type) {
    case expr::Type::boolean:
      return ColumnType::boolean;
    case expr::Type::text:
      return ColumnType::text;
    default:
      return ColumnType::float64;
  }
}

expr::Scalar scalar_of(const Column& column, std::size_t row) {
  if (column.is_null(row)) return {};
  switch (column.type()) {
    case ColumnType::text:
      return std::string(column.text(row));
    case ColumnType::boolean:
      return column.ints()[row] != 0;
    default:
      break;
  }
  const double number = column.number(row);
  return std::isfinite(number) ? expr::Scalar(number) : expr::Scalar();
}

void append_scalar(Column& column, const expr::Scalar& value) {
  if (const auto* number = std::get_if<double>(&value);
      number != nullptr && column.type() != ColumnType::text)
    return column.append_number(*number);
  if (const auto* flag = std::get_if<bool>(&value); flag != nullptr && column.type() != ColumnType::text)
    return column.append_number(*flag ? 1 : 0);
  if (const auto* text = std::get_if<std::string>(&value);
      text != nullptr && column.type() == ColumnType::text)
    return column.append_text(*text);
  column.append_null();
}

OnDemandPlan::OnDemandPlan(const ServiceModel& service) {
  const auto place_of = [&](const std::string& name) -> Place {
    if (name == "at") return {Place::Kind::at, 0, {}};
    for (std::size_t i = 0; i < service.features.size(); ++i)
      if (service.features[i].name == name) return {Place::Kind::feature, i, {}};
    return {Place::Kind::request, 0, name};
  };
  for (std::size_t i = 0; i < service.features.size(); ++i) {
    if (!service.features[i].expression) continue;
    Step step{i, &*service.features[i].expression, {}};
    for (const auto& name : step.expression->identifiers()) step.places.push_back(place_of(name));
    steps_.push_back(std::move(step));
  }
}

Result<void> OnDemandPlan::evaluate(TimeMs at_ms, const RequestValue& request,
                                    std::vector<expr::Scalar>& values) const {
  std::vector<expr::Scalar> arguments;
  for (const Step& step : steps_) {
    arguments.clear();
    for (const Place& place : step.places) {
      switch (place.kind) {
        case Place::Kind::at:
          arguments.emplace_back(static_cast<double>(at_ms));
          break;
        case Place::Kind::feature:
          arguments.push_back(values[place.feature]);
          break;
        case Place::Kind::request:
          arguments.push_back(request(place.name));
          break;
      }
    }
    MARU_ASSIGN(values[step.feature], step.expression->evaluate(arguments));
  }
  return {};
}

}  // namespace maru::features
