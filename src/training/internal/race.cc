#include "training/internal/race.h"

#include "base/time.h"
#include "training/internal/fit.h"
#include "training/internal/rungs.h"
#include "training/internal/space.h"

namespace maru::training {
namespace {

constexpr double kNsPerSecond = 1e9;

// A candidate and what it has so far: a slot a fold, written by one worker each.
struct Runner {
  Candidate candidate;
  std::vector<std::optional<Result<FoldFit>>> fits;
  std::vector<double> seconds;
  std::size_t folds_left = 0;
};

class Race {
 public:
  explicit Race(const RaceInput& input) : input_(input), started_ns_(system_clock().steady_ns()) {
    for (auto& candidate : draw_candidates(input.spec.candidates, input.spec.seed))
      runners_.push_back({std::move(candidate), {}, {}, 0});
  }

  Result<RaceResult> run() {
    const auto rungs = make_rungs(input_.spec.strategy, input_.spec.candidates, input_.spec.folds);
    int running = input_.spec.candidates;
    for (const auto& rung : rungs) {
      total_ += running;
      if (rung.keep > 0) running = rung.keep;
    }
    running = input_.spec.candidates;
    for (const auto& rung : rungs) {
      run_rung(rung, static_cast<std::size_t>(running));
      if (input_.cancel != nullptr && input_.cancel->load())
        return Error{Code::cancelled, "the search was cancelled"};
      sort(static_cast<std::size_t>(running));
      if (rung.keep == 0 || budget_spent_) break;
      for (int i = rung.keep; i < running; ++i)
        if (auto& candidate = runners_[static_cast<std::size_t>(i)].candidate;
            candidate.state != CandidateState::failed)
          candidate.state = CandidateState::dropped;
      running = rung.keep;
    }
    return result();
  }

 private:
  // The folds of the rung that the first `running` runners have not been tried on, by spec.threads workers.
  void run_rung(const Rung& rung, std::size_t running) {
    const std::size_t done_before = runners_.front().fits.size();
    const std::size_t folds = static_cast<std::size_t>(rung.folds);
    const std::size_t each = folds - done_before;
    for (auto& runner : std::span(runners_).first(running)) {
      runner.fits.resize(folds);
      runner.seconds.resize(folds, 0);
      runner.folds_left = each;
    }
    next_reported_ = 0;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t task = next++; task < running * each; task = next++)
        run_fold(running, task / each, done_before + task % each);
    };
    const auto threads = std::min(static_cast<std::size_t>(input_.spec.threads), running * each);
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
  }

  void run_fold(std::size_t running, std::size_t runner_index, std::size_t fold) {
    auto& runner = runners_[runner_index];
    const auto started_ns = system_clock().steady_ns();
    if (out_of_budget(runner_index)) {
      runner.fits[fold] = Error{Code::deadline_exceeded, "the search's budget was spent"};
    } else {
      runner.fits[fold] = fit_fold(input_.matrix, input_.folds[fold], runner.candidate.params, input_.spec,
                                   input_.metric, input_.cancel);
    }
    runner.seconds[fold] = static_cast<double>(system_clock().steady_ns() - started_ns) / kNsPerSecond;
    const std::scoped_lock lock(mutex_);
    --runner.folds_left;
    report_in_order(running);
  }

  // The defaults always run, so that there is a model whatever the budget.
  bool out_of_budget(std::size_t runner_index) {
    if (input_.spec.budget_ms == 0 || runner_index == 0) return false;
    if (system_clock().steady_ns() - started_ns_ < input_.spec.budget_ms * 1'000'000) return false;
    budget_spent_ = true;
    return true;
  }

  // Closes and reports finished runners in their order, so that progress does not depend on who was faster.
  void report_in_order(std::size_t running) {
    while (next_reported_ < running && runners_[next_reported_].folds_left == 0) {
      auto& runner = runners_[next_reported_++];
      close(runner);
      ++done_;
      const bool cancelled = input_.cancel != nullptr && input_.cancel->load();
      if (input_.progress && !cancelled) input_.progress(runner.candidate, done_, total_);
    }
  }

  void close(Runner& runner) {
    auto& candidate = runner.candidate;
    candidate.fold_metrics.clear();
    candidate.fit_seconds = std::accumulate(runner.seconds.begin(), runner.seconds.end(), 0.0);
    double trees = 0, rows = 0, sum = 0;
    for (std::size_t fold = 0; fold < runner.fits.size(); ++fold) {
      const auto& fit = *runner.fits[fold];
      if (!fit) {
        candidate.state = CandidateState::failed;
        candidate.reason = fit.error().message;
        candidate.metric = std::numeric_limits<double>::quiet_NaN();
        return;
      }
      candidate.fold_metrics.push_back(fit->metric);
      sum += fit->metric;
      const auto weight = static_cast<double>(input_.folds[fold].train.size());
      trees += weight * fit->trees;
      rows += weight;
    }
    candidate.metric = sum / static_cast<double>(runner.fits.size());
    candidate.trees = std::max(1, static_cast<int>(std::lround(trees / rows)));
  }

  // Best first; failed ones and NaN metrics (AUC of one class) last; ties by number.
  void sort(std::size_t running) {
    const auto usable = [](const Runner& runner) {
      return runner.candidate.state != CandidateState::failed && !std::isnan(runner.candidate.metric);
    };
    std::ranges::stable_sort(std::span(runners_).first(running), [&](const Runner& a, const Runner& b) {
      if (usable(a) != usable(b)) return usable(a);
      if (!usable(a)) return a.candidate.number < b.candidate.number;
      if (a.candidate.metric != b.candidate.metric)
        return input_.metric.better(a.candidate.metric, b.candidate.metric);
      return a.candidate.number < b.candidate.number;
    });
  }

  Result<RaceResult> result() {
    const auto& best = runners_.front();
    if (best.candidate.state == CandidateState::failed)
      return internal("every candidate failed: {}", best.candidate.reason);
    RaceResult result;
    result.budget_spent = budget_spent_;
    for (std::size_t fold = 0; fold < input_.folds.size(); ++fold) {
      for (const auto row : input_.folds[fold].test) result.best_truth.push_back(input_.matrix.labels[row]);
      const auto& predicted = (*best.fits[fold])->predicted;
      result.best_predicted.insert(result.best_predicted.end(), predicted.begin(), predicted.end());
    }
    for (auto& runner : runners_) result.leaderboard.push_back(std::move(runner.candidate));
    return result;
  }

  const RaceInput& input_;
  const std::int64_t started_ns_;
  std::vector<Runner> runners_;
  std::atomic<bool> budget_spent_{false};
  std::mutex mutex_;  // guards folds_left, the counters below and calls to progress
  std::size_t next_reported_ = 0;
  int done_ = 0;
  int total_ = 0;
};

}  // namespace

Result<RaceResult> run_race(const RaceInput& input) { return Race(input).run(); }

}  // namespace maru::training
