#pragma once
// What a drift method is. To add one: a file in methods/ that defines its function, its name in DriftMethod,
// and one line in the list in methods.cc.

#include <optional>
#include <span>
#include <string_view>

#include "validation/drift/column_pair.h"

namespace maru::validation {

struct MethodOutcome {
  double score = 0;               // compared with the threshold: a p-value or a distance
  std::optional<double> p_value;  // of tests: the same number
  std::optional<double>
      critical_score{};            // alarm above it, when the threshold is not in the score's own unit
  std::optional<double> effect{};  // noise-corrected, of methods that know theirs best
};
inline MethodOutcome p_value_of(double p) { return {.score = p, .p_value = p}; }
inline MethodOutcome distance_of(double distance) { return {.score = distance, .p_value = {}}; }

struct MethodContext {
  // evidently: Evidently's definition to the digit, its refusals included. standard: the method's textbook
  // two-sided form.
  DriftMode mode = DriftMode::standard;
  std::uint64_t seed = 0;
  double threshold = 0;  // that the score will be compared with
};

using MethodFunction = Result<MethodOutcome>(ColumnPair& pair, const MethodContext& context);

enum class Alarm : std::uint8_t { below, at_most, above, at_least };  // of the score against the threshold

struct Method {
  DriftMethod id;
  std::string_view name;
  bool takes_numerical, takes_categorical, takes_text;
  Alarm alarm;
  double threshold;  // default
  MethodFunction* run;
};

std::span<const Method> drift_methods();  // in declaration order
const Method& method_of(DriftMethod id);
bool alarms(Alarm alarm, double score, double threshold);

}  // namespace maru::validation
