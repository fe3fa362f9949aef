#pragma once
// Where candidates come from. Pure: the same seed gives the same candidates on every machine.

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "training/search.h"

namespace maru::training {

// The parameters of the first candidate of every search.
JsonObject default_parameters();
// default_parameters(), then count - 1 draws: depth and sampling shares uniform; learning rate, child weight
// and regularisation log-uniform.
std::vector<Candidate> draw_candidates(int count, std::uint64_t seed);

}  // namespace maru::training
