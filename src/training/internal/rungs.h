#pragma once
// Which candidates are tried on how many folds. Pure.

#include <vector>

#include "training/search.h"

namespace maru::training {

struct Rung {
  int folds = 0;  // the first so many, in all: what earlier rungs did is kept
  int keep = 0;   // how many of the best go on to the next; 0 on the last rung
};

// random: one rung with everything. successive_halving (Jamieson & Talwalkar 2016, η = 3): a ninth of the
// folds for all, a third for the best third, all for the best ninth; at least one fold and two candidates, so
// three folds make two rungs. What is rationed is folds, not trees: after a few trees only the learning rates
// that begin fast look good.
std::vector<Rung> make_rungs(Strategy strategy, int candidates, int folds);

}  // namespace maru::training
