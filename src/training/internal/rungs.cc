#include "training/internal/rungs.h"

namespace maru::training {

std::vector<Rung> make_rungs(Strategy strategy, int candidates, int folds) {
  constexpr int kEta = 3;
  constexpr int kLeastCandidates = 2;  // on the last rung
  std::vector<Rung> rungs;
  if (strategy == Strategy::successive_halving) {
    for (int share = kEta * kEta; share > 1; share /= kEta) {
      const int tried = (folds + share - 1) / share;
      const int keep = std::max(candidates / kEta, kLeastCandidates);
      if (keep >= candidates || tried >= folds) continue;
      if (!rungs.empty() && rungs.back().folds == tried) continue;
      rungs.push_back({tried, keep});
      candidates = keep;
    }
  }
  rungs.push_back({folds, 0});
  return rungs;
}

}  // namespace maru::training
