#include "training/internal/space.h"

namespace maru::training {
namespace {

// Our own uniform draws: std::uniform_real_distribution may differ between standard libraries.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed) {}
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(random_() >> 11) * 0x1p-53);
  }
  double log_uniform(double low, double high) { return std::exp(uniform(std::log(low), std::log(high))); }
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::mt19937_64 random_;
};

// People read these: four significant digits say all there is to say.
double rounded(double value) {
  const double scale = std::pow(10.0, 3 - std::floor(std::log10(value)));
  return std::round(value * scale) / scale;
}

JsonObject draw(Draws& draws) {
  JsonObject parameters;
  parameters["max_depth"] = draws.integer(3, 8);
  parameters["eta"] = rounded(draws.log_uniform(0.03, 0.3));
  parameters["subsample"] = rounded(draws.uniform(0.6, 1.0));
  parameters["colsample_bytree"] = rounded(draws.uniform(0.6, 1.0));
  parameters["min_child_weight"] = rounded(draws.log_uniform(1, 20));
  parameters["lambda"] = rounded(draws.log_uniform(0.1, 10));
  return parameters;
}

}  // namespace

JsonObject default_parameters() {
  return {{"max_depth", 6},          {"eta", 0.1},   {"subsample", 0.8}, {"colsample_bytree", 0.8},
          {"min_child_weight", 5.0}, {"lambda", 1.0}};
}

std::vector<Candidate> draw_candidates(int count, std::uint64_t seed) {
  Draws draws(seed);
  std::vector<Candidate> candidates;
  for (int number = 0; number < count; ++number) {
    Candidate candidate;
    candidate.number = number;
    candidate.params = number == 0 ? default_parameters() : draw(draws);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace maru::training
