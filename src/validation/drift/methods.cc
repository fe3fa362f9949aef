#include "base/ids.h"
#include "validation/drift/method.h"

namespace maru::validation {

namespace methods {
MethodFunction ks, wasserstein, psi, jensenshannon, kl_div, hellinger, energy_distance, anderson,
    cramer_von_mises, epps_singleton, mann_whitney, t_test, empirical_mmd, chisquare, z, g_test, fisher_exact,
    tvd, anderson_darling, chisquare_homogeneity, missing_rate, abs_text_content_drift,
    perc_text_content_drift, text_classifier;
}  // namespace methods

namespace {

using enum DriftMethod;
using enum Alarm;

// id, name, takes numbers, takes categories, takes free text, drift when the score is … the threshold,
// default threshold, function.
constexpr Method kMethods[] = {
    {ks, "ks", true, false, false, at_most, 0.05, methods::ks},
    {wasserstein, "wasserstein", true, false, false, at_least, 0.1, methods::wasserstein},
    {psi, "psi", true, true, false, at_least, 0.1, methods::psi},
    {jensenshannon, "jensenshannon", true, true, false, at_least, 0.1, methods::jensenshannon},
    {kl_div, "kl_div", true, true, false, at_least, 0.1, methods::kl_div},
    {hellinger, "hellinger", true, true, false, at_least, 0.1, methods::hellinger},
    {energy_distance, "ed", true, false, false, above, 0.1, methods::energy_distance},
    {anderson, "anderson", true, false, false, below, 0.1, methods::anderson},
    {cramer_von_mises, "cramer_von_mises", true, false, false, at_most, 0.1, methods::cramer_von_mises},
    {epps_singleton, "es", true, false, false, below, 0.05, methods::epps_singleton},
    {mann_whitney, "mannw", true, false, false, below, 0.05, methods::mann_whitney},
    {t_test, "t_test", true, false, false, below, 0.05, methods::t_test},
    {empirical_mmd, "empirical_mmd", true, false, false, below, 0.1, methods::empirical_mmd},
    {chisquare, "chisquare", true, true, false, below, 0.05, methods::chisquare},
    {z, "z", true, true, false, below, 0.05, methods::z},
    {g_test, "g_test", false, true, false, below, 0.1, methods::g_test},
    {fisher_exact, "fisher_exact", false, true, false, below, 0.1, methods::fisher_exact},
    {tvd, "TVD", false, true, false, below, 0.1, methods::tvd},
    {anderson_darling, "anderson_darling", true, false, false, at_most, 0.05, methods::anderson_darling},
    {chisquare_homogeneity, "chisquare_homogeneity", true, true, false, at_most, 0.05,
     methods::chisquare_homogeneity},
    {missing_rate, "missing_rate", true, true, true, at_most, 0.05, methods::missing_rate},
    {abs_text_content_drift, "abs_text_content_drift", false, false, true, above, 0.55,
     methods::abs_text_content_drift},
    {perc_text_content_drift, "perc_text_content_drift", false, false, true, above, 0.95,
     methods::perc_text_content_drift},
    {text_classifier, "text_classifier", false, false, true, at_most, 0.05, methods::text_classifier},
};

}  // namespace

std::span<const Method> drift_methods() { return kMethods; }

const Method& method_of(DriftMethod id) { return kMethods[static_cast<std::size_t>(id)]; }

bool alarms(Alarm alarm, double score, double threshold) {
  switch (alarm) {
    case below:
      return score < threshold;
    case at_most:
      return score <= threshold;
    case above:
      return score > threshold;
    case at_least:
      return score >= threshold;
  }
  return false;
}

std::string_view name_of(DriftMethod method) { return method_of(method).name; }

std::vector<std::string> drift_method_names() {
  std::vector<std::string> names;
  for (const auto& method : kMethods) names.emplace_back(method.name);
  return names;
}

Result<DriftMethod> drift_method(std::string_view name) {
  for (const auto& method : kMethods) {
    if (method.name == name) return method.id;
  }
  const auto names = drift_method_names();
  return invalid("unknown drift method \"{}\"{}; known are {}", name, did_you_mean(name, names),
                 fmt::join(names, ", "));
}

}  // namespace maru::validation
