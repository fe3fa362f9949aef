#include "automation/rules.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "automation/event_names.h"
#include "automation/internal/rule_loop.h"
#include "automation/internal/rule_table.h"
#include "base/ids.h"
#include "base/log.h"
#include "events/consumer.h"

namespace maru::automation {
namespace {

constexpr std::size_t kBatch = 256;           // events read at once
constexpr DurationMs kWaitMs = 1000;          // for new events, before looking whether to stop
constexpr DurationMs kDatabaseAwayMs = 1000;  // before the same events are tried again

struct Defined {
  RuleSpec spec;
  table::StoredRule stored;
};

}  // namespace

class Rules::Impl {
 public:
  Impl(store::Database& database_in, events::Log& log_in, const Clock& clock_in,
       std::vector<std::shared_ptr<RuleAction>> actions, RulesOptions options_in,
       events::Consumer consumer_in)
      : database(database_in),
        log(log_in),
        clock(clock_in),
        options(options_in),
        loop(database_in, log_in, clock_in, std::move(actions), options_in),
        consumer(std::move(consumer_in)) {}

  std::vector<std::shared_ptr<const Defined>> snapshot() const {
    const std::shared_lock lock(mutex);
    std::vector<std::shared_ptr<const Defined>> out;
    for (const auto& [name, rule] : rules) out.push_back(rule);
    return out;
  }

  Result<std::shared_ptr<const Defined>> find(std::string_view name) const {
    const std::shared_lock lock(mutex);
    if (const auto found = rules.find(name); found != rules.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, rule] : rules) names.push_back(known);
    return not_found("no rule \"{}\"{}", name, did_you_mean(name, names));
  }

  void put(RuleSpec spec, table::StoredRule stored) {
    const std::unique_lock lock(mutex);
    const std::string name = spec.name;
    rules.insert_or_assign(name,
                           std::make_shared<const Defined>(Defined{std::move(spec), std::move(stored)}));
  }

  Result<void> load() {
    MARU_ASSIGN(auto stored, database.read([](store::Reader& reader) { return table::rules(reader); }));
    for (auto& row : stored) {
      const Json definition(row.definition);
      auto spec =
          read_rule(row.name, row.project, JsonReader(definition, "rules." + row.name), loop.action_names());
      if (!spec) {
        log_error("automation", "a stored rule cannot be read and is left out",
                  {{"rule", row.name}, {"error", spec.error().message}});
        continue;
      }
      put(std::move(*spec), std::move(row));
    }
    return {};
  }

  // One batch; how many events it held.
  Result<std::size_t> handle_batch() {
    MARU_ASSIGN(const auto batch, consumer.poll(kBatch));
    if (batch.empty()) return 0;
    for (const auto& event : batch) {
      for (const auto& rule : snapshot()) {
        if (event.id > rule->stored.since_event) MARU_TRY(loop.handle(rule->spec, event, stopping));
      }
    }
    MARU_TRY(consumer.commit(batch.back().id));
    {
      const std::lock_guard lock(progress_mutex);
      handled = batch.back().id;
    }
    progress.notify_all();
    return batch.size();
  }

  void read_events(Rules& self) {
    while (!stopping) {
      const auto done = self.handle_events();
      if (!done && !stopping) {
        log_error("automation", "rules cannot go on; the same events are tried again",
                  {{"error", done.error().message}});
        system_clock().sleep_ms(kDatabaseAwayMs);
      }
      if (!stopping) consumer.wait(kWaitMs);
    }
  }

  void watch_schedules(Rules& self) {
    std::unique_lock lock(progress_mutex);
    while (!stopping) {
      lock.unlock();
      if (const auto ticked = self.tick(clock.now_ms()); !ticked) {
        log_error("automation", "a schedule's tick could not be recorded",
                  {{"error", ticked.error().message}});
      }
      lock.lock();
      progress.wait_for(lock, std::chrono::milliseconds(options.schedule_poll_ms),
                        [&] { return stopping.load(); });
    }
  }

  store::Database& database;
  events::Log& log;
  const Clock& clock;
  const RulesOptions options;
  const RuleLoop loop;
  events::Consumer consumer;

  mutable std::shared_mutex mutex;
  std::map<std::string, std::shared_ptr<const Defined>, std::less<>> rules;
  std::mutex handling;  // one handle_events() and, apart from it, one tick() at a time
  std::mutex ticking;
  mutable std::mutex progress_mutex;
  mutable std::condition_variable progress;
  std::int64_t handled = 0;
  std::atomic<bool> stopping{false};
  std::vector<std::jthread> threads;
};

Rules::Rules(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rules::~Rules() { stop(); }

Result<std::unique_ptr<Rules>> Rules::open(store::Database& database, events::Log& log, const Clock& clock,
                                           std::vector<std::shared_ptr<RuleAction>> actions,
                                           RulesOptions options) {
  MARU_ASSIGN(auto consumer, events::Consumer::open(log, "rules"));
  auto impl = std::make_unique<Impl>(database, log, clock, std::move(actions), std::move(options),
                                     std::move(consumer));
  impl->handled = impl->consumer.position();
  MARU_TRY(impl->load());
  return std::unique_ptr<Rules>(new Rules(std::move(impl)));
}

std::vector<std::string> Rules::action_names() const { return impl_->loop.action_names(); }

Result<void> Rules::define(const RuleSpec& rule) {
  for (std::size_t i = 0; i < rule.actions.size(); ++i) {
    RuleAction* action = impl_->loop.action(action_name_of(rule.actions[i], action_names()));
    if (action == nullptr) return invalid("rules.{}.do[{}]: unknown action", rule.name, i);
    MARU_TRY(action->check(rule.actions[i]).at(fmt::format("rules.{}.do[{}]", rule.name, i)));
  }
  table::StoredRule stored{rule.name, rule.project, rule.definition, 0, impl_->clock.now_ms()};
  if (const auto earlier = impl_->find(rule.name)) {
    stored.since_event = (*earlier)->stored.since_event;
    if ((*earlier)->spec.every == rule.every) stored.last_due_ms = (*earlier)->stored.last_due_ms;
  } else {
    MARU_ASSIGN(stored.since_event, impl_->log.newest_id());
  }
  MARU_TRY(impl_->database.write([&](store::Transaction& transaction) {
    return table::put_rule(transaction, stored, impl_->clock.now_ms());
  }));
  for (const auto& warning : warnings_of(rule)) log_warn("automation", warning, {{"rule", rule.name}});
  impl_->put(rule, std::move(stored));
  return {};
}

Result<void> Rules::remove(std::string_view name) {
  MARU_TRY(impl_->find(name));
  MARU_TRY(impl_->database.write(
      [&](store::Transaction& transaction) { return table::remove_rule(transaction, name); }));
  const std::unique_lock lock(impl_->mutex);
  if (const auto found = impl_->rules.find(name); found != impl_->rules.end()) impl_->rules.erase(found);
  return {};
}

Result<RuleSpec> Rules::get(std::string_view name) const {
  MARU_ASSIGN(const auto rule, impl_->find(name));
  return rule->spec;
}

Result<std::vector<RuleSpec>> Rules::list() const {
  std::vector<RuleSpec> out;
  for (const auto& rule : impl_->snapshot()) out.push_back(rule->spec);
  return out;
}

Result<std::vector<Evaluation>> Rules::evaluations(std::string_view rule, std::size_t limit) const {
  return impl_->database.read([&](store::Reader& reader) { return table::evaluations(reader, rule, limit); });
}

Result<std::vector<Evaluation>> Rules::evaluations_of_event(std::int64_t event_id) const {
  return impl_->database.read(
      [&](store::Reader& reader) { return table::evaluations_of_event(reader, event_id); });
}

Result<Decision> Rules::test(std::string_view rule, const events::Event& event) const {
  MARU_ASSIGN(const auto found, impl_->find(rule));
  return impl_->loop.decide_now(found->spec, event);
}

void Rules::start() {
  if (!impl_->threads.empty()) return;
  impl_->threads.emplace_back([this] { impl_->read_events(*this); });
  impl_->threads.emplace_back([this] { impl_->watch_schedules(*this); });
}

void Rules::stop() {
  {
    const std::lock_guard lock(impl_->progress_mutex);
    impl_->stopping = true;
  }
  impl_->progress.notify_all();
  impl_->log.wake_all();
  impl_->threads.clear();
}

Result<std::size_t> Rules::handle_events() {
  const std::lock_guard lock(impl_->handling);
  std::size_t handled = 0;
  for (;;) {
    MARU_ASSIGN(const std::size_t batch, impl_->handle_batch());
    handled += batch;
    if (batch == 0 || impl_->stopping) return handled;
  }
}

Result<std::size_t> Rules::tick(TimeMs now_ms) {
  const std::lock_guard lock(impl_->ticking);
  std::size_t ticks = 0;
  for (const auto& rule : impl_->snapshot()) {
    if (!rule->spec.schedule) continue;
    const auto due_ms = due_between(*rule->spec.schedule, rule->stored.last_due_ms, now_ms);
    if (!due_ms) continue;
    const auto written = impl_->database.write([&](store::Transaction& transaction) -> Result<void> {
      MARU_TRY(table::set_last_due(transaction, rule->spec.name, *due_ms));
      MARU_TRY(
          impl_->log.append(transaction, {.type = "schedule.tick",
                                          .subject = "schedule/" + rule->spec.name,
                                          .project = rule->spec.project,
                                          .actor = "scheduler",
                                          .payload = {{"rule", rule->spec.name}, {"scheduled_ms", *due_ms}},
                                          .cause = {}}));
      return {};
    });
    MARU_TRY(written);
    table::StoredRule stored = rule->stored;
    stored.last_due_ms = *due_ms;
    impl_->put(rule->spec, std::move(stored));
    ++ticks;
  }
  return ticks;
}

Result<void> Rules::wait_handled(std::int64_t event_id, DurationMs timeout_ms) const {
  std::unique_lock lock(impl_->progress_mutex);
  const bool done = impl_->progress.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                             [&] { return impl_->stopping || impl_->handled >= event_id; });
  if (!done || impl_->handled < event_id)
    return make_error(Code::deadline_exceeded, "event {} has not been handled within {}", event_id,
                      format_duration(timeout_ms));
  return {};
}

}  // namespace maru::automation
