#include "app/server/alias_follower.h"

#include "base/log.h"

namespace maru::app {
namespace {

constexpr DurationMs kWaitMs = 1000;
constexpr std::size_t kBatch = 256;

}  // namespace

Result<std::unique_ptr<AliasFollower>> AliasFollower::start(events::Log& log, serving::Endpoints& endpoints) {
  MARU_ASSIGN(auto consumer, events::Consumer::open(log, "endpoints.aliases", events::StartAt::now));
  return std::unique_ptr<AliasFollower>(new AliasFollower(std::move(consumer), log, endpoints));
}

AliasFollower::AliasFollower(events::Consumer consumer, events::Log& log, serving::Endpoints& endpoints)
    : consumer_(std::move(consumer)), log_(log), endpoints_(endpoints), thread_([this] { follow(); }) {}

AliasFollower::~AliasFollower() {
  stopping_ = true;
  log_.wake_all();
  thread_.join();
}

// Looking again is idempotent, so that an event read twice after a crash does no harm.
void AliasFollower::follow() {
  while (!stopping_) {
    if (!consumer_.wait(kWaitMs) || stopping_) continue;
    const auto events = consumer_.poll(kBatch, {"version.aliased", "model.renamed", "model.deleted"});
    if (!events) {
      log_error("serving", "cannot read alias events", {{"reason", events.error().message}});
      continue;
    }
    for (const auto& event : *events) {
      const auto* model = event.payload.if_contains("model");
      if (model != nullptr && model->is_string()) endpoints_.refresh_model(model->as_string(), event.id);
    }
    const std::int64_t last =
        events->empty() ? log_.newest_id().value_or(consumer_.position()) : events->back().id;
    if (auto committed = consumer_.commit(last); !committed)
      log_error("serving", "cannot move the alias cursor", {{"reason", committed.error().message}});
  }
}

}  // namespace maru::app
