#include "expr/record.h"

#include <cmath>

namespace maru::expr {
namespace {

Scalar find_below(const JsonObject& object, std::span<const std::string> parts) {
  if (parts.size() > 1) {
    std::string whole = parts[0];
    for (const auto& part : parts.subspan(1)) whole += '.' + part;
    if (const Json* value = object.if_contains(whole)) return to_scalar(*value);
  }
  const Json* value = object.if_contains(parts[0]);
  if (value == nullptr) return {};
  if (parts.size() == 1) return to_scalar(*value);
  const JsonObject* next = value->if_object();
  return next == nullptr ? Scalar() : find_below(*next, parts.subspan(1));
}

}  // namespace

Scalar JsonRecord::lookup(const Name& name) const {
  return name.parts.empty() ? Scalar() : find_below(*object_, name.parts);
}

Scalar LayeredRecord::lookup(const Name& name) const {
  for (const Record* layer : layers_) {
    if (Scalar value = layer->lookup(name); !is_null(value)) return value;
  }
  return {};
}

Scalar to_scalar(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return {};
    case boost::json::kind::bool_:
      return value.get_bool();
    case boost::json::kind::int64:
      return static_cast<double>(value.get_int64());
    case boost::json::kind::uint64:
      return static_cast<double>(value.get_uint64());
    case boost::json::kind::double_:
      return std::isfinite(value.get_double()) ? Scalar(value.get_double()) : Scalar();
    case boost::json::kind::string:
      return std::string(value.get_string());
    default:
      return to_json(value);
  }
}

Json to_json_value(const Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* text = std::get_if<std::string>(&value)) return Json(*text);
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return nullptr;
  if (std::abs(*number) < 9e15 && *number == std::floor(*number)) return static_cast<std::int64_t>(*number);
  return *number;
}

}  // namespace maru::expr
