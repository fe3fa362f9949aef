#pragma once
// Endpoints follow aliases: reads version.aliased events and has the endpoints of that model look again.

#include <atomic>
#include <thread>

#include "events/consumer.h"
#include "serving/endpoints.h"

namespace maru::app {

class AliasFollower {
 public:
  static Result<std::unique_ptr<AliasFollower>> start(events::Log& log, serving::Endpoints& endpoints);
  ~AliasFollower();  // stops
  // Every alias event up to this one has been followed.
  std::int64_t position() const { return consumer_.position(); }

 private:
  AliasFollower(events::Consumer consumer, events::Log& log, serving::Endpoints& endpoints);
  void follow();

  events::Consumer consumer_;
  events::Log& log_;
  serving::Endpoints& endpoints_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace maru::app
