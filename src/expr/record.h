#pragma once
// Where evaluate() finds the values of names.

#include <utility>
#include <vector>

#include "base/json.h"
#include "expr/value.h"

namespace maru::expr {

class Record {
 public:
  virtual ~Record() = default;
  // Null for what is missing.
  virtual Scalar lookup(const Name& name) const = 0;
};

// Dotted names into a JSON object: champion.metrics.rmse. At each object the whole rest is tried as one key
// first
// ("val.rmse"), then part by part. An object or array reads as its JSON text (so that `champion is null`
// works). A view: the object must outlive it.
class JsonRecord final : public Record {
 public:
  explicit JsonRecord(const JsonObject& object) : object_(&object) {}
  Scalar lookup(const Name& name) const override;

 private:
  const JsonObject* object_;
};

// The first record that has a value. Views.
class LayeredRecord final : public Record {
 public:
  explicit LayeredRecord(std::vector<const Record*> layers) : layers_(std::move(layers)) {}
  Scalar lookup(const Name& name) const override;

 private:
  std::vector<const Record*> layers_;
};

Scalar to_scalar(const Json& value);
Json to_json_value(const Scalar& value);

}  // namespace maru::expr
