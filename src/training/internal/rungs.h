#pragma once
// Which candidates get how many trees. Pure.

#include <vector>

#include "training/search.h"

namespace maru::training {

struct Rung {
  int trees = 0;  // most a candidate may grow on this rung
  int keep = 0;   // how many of the best go on to the next; 0 on the last rung
};

// random: one rung with everything. successive_halving (Jamieson & Talwalkar 2016, η = 3): a ninth of the
// trees for all, a third for the best third, all for the best ninth (at least two); fewer rungs when there
// are few candidates.
std::vector<Rung> make_rungs(Strategy strategy, int candidates, int max_trees);

}  // namespace maru::training
