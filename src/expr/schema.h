#pragma once
// Which names an expression may mention, and their types.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/value.h"

namespace maru::expr {

class Schema {
 public:
  enum class Unknown { refuse, allow };  // allow: an unknown name is Type::any
  explicit Schema(Unknown unknown = Unknown::refuse) : unknown_(unknown) {}

  // "attributes.start_time", or "metrics.*" for every key below metrics.
  Schema& add(std::string_view name, Type type);
  // Another spelling: of a first part ("metric" for "metrics") or of a whole name ("attributes.Created" for
  // "attributes.start_time").
  Schema& alias(std::string_view from, std::string_view to);
  // A name of one part is looked up below this one too: `status` is `attributes.status`.
  Schema& default_prefix(std::string_view prefix);

  struct Resolved {
    Name name;
    Type type = Type::any;
  };
  // invalid_argument: `unknown name "metrcs.rmse" (did you mean "metrics.rmse"?)`.
  Result<Resolved> resolve(const Name& name) const;

 private:
  bool known(const Name& name, Type& type) const;
  Error unknown_name(const Name& name) const;

  Unknown unknown_;
  std::map<std::string, Type, std::less<>> names_;     // by Name::of(…) parts joined with dots
  std::map<std::string, Type, std::less<>> prefixes_;  // "metrics" of "metrics.*"
  std::map<std::string, std::string, std::less<>> aliases_;
  std::string default_prefix_;
};

// The spellings that MLflow's search accepts: metric, param(eter), tag, attr(ibute), run for the plural
// forms, dataset, and bare attributes. The room adds its names.
Schema& add_mlflow_aliases(Schema& schema);

}  // namespace maru::expr
