#pragma once
// The live event streams: one subscription to the log, any number of clients.

#include <list>
#include <memory>
#include <mutex>

#include "events/log.h"
#include "net/event_channel.h"

namespace maru::api {

// One message: the event as JSON, its id as the stream's.
net::ServerEvent to_server_event(const events::Event& event);

// Thread-safe. The log outlives it.
class EventFeed {
 public:
  static constexpr std::size_t kReplayLimit = 10'000;  // missed events sent to one client that comes back

  explicit EventFeed(events::Log& log);

  // Streams every event that the filter lets through, first those after filter.after_id when it is set, then
  // as they happen: none is left out and none sent twice. A client that missed more than kReplayLimit gets
  // the newest of them.
  Result<std::shared_ptr<net::EventChannel>> open(events::Filter filter);
  std::size_t clients() const;

 private:
  struct Client {
    events::Filter filter;
    std::shared_ptr<net::EventChannel> channel;
    std::int64_t sent_id = 0;
    bool replaying = true;
    std::vector<events::Event> held;  // that happened during the replay
  };
  void publish(const events::Event& event);
  Result<void> replay(Client& client);

  events::Log& log_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<Client>> clients_;
  events::Subscription subscription_;  // last: ends before what its callback uses
};

}  // namespace maru::api
