#include "training/internal/rungs.h"

namespace maru::training {

std::vector<Rung> make_rungs(Strategy strategy, int candidates, int max_trees) {
  constexpr int kEta = 3;
  constexpr int kLeastTrees = 10;      // fewer say nothing about where a candidate is going
  constexpr int kLeastCandidates = 2;  // on the last rung
  std::vector<Rung> rungs;
  if (strategy == Strategy::successive_halving) {
    for (int share = kEta * kEta; share > 1; share /= kEta) {
      const int keep = std::max(candidates / kEta, kLeastCandidates);
      if (keep >= candidates || max_trees / share < kLeastTrees) continue;
      rungs.push_back({max_trees / share, keep});
      candidates = keep;
    }
  }
  rungs.push_back({max_trees, 0});
  return rungs;
}

}  // namespace maru::training
