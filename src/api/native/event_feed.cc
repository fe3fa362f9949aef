#include "api/native/event_feed.h"

#include <algorithm>

namespace maru::api {
namespace {

constexpr std::size_t kQueuePerEventBytes = 1000;  // a replay must fit into the channel

}  // namespace

net::ServerEvent to_server_event(const events::Event& event) {
  return {.data = to_json(events::to_json_object(event)), .event = {}, .id = std::to_string(event.id)};
}

EventFeed::EventFeed(events::Log& log)
    : log_(log), subscription_(log.subscribe([this](const events::Event& event) { publish(event); })) {}

std::size_t EventFeed::clients() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

// On the writer thread: sends are only queued, a client that is too slow is dropped.
void EventFeed::publish(const events::Event& event) {
  const std::lock_guard lock(mutex_);
  clients_.remove_if([&](const std::shared_ptr<Client>& client) {
    if (!client->channel->is_open()) return true;
    if (!events::matches(client->filter, event)) return false;
    if (client->replaying) {
      client->held.push_back(event);
      return client->held.size() > kReplayLimit;
    }
    // The replay reads what is committed: it may have been ahead of this call.
    return event.id > client->sent_id && !client->channel->send(to_server_event(event));
  });
}

Result<void> EventFeed::replay(Client& client) {
  if (!client.filter.after_id) return {};
  events::Filter page = client.filter;
  page.limit = kReplayLimit;
  page.newest_first = true;
  MARU_ASSIGN(auto missed, log_.list(page));
  std::ranges::reverse(missed);
  for (const auto& event : missed) {
    if (!client.channel->send(to_server_event(event))) return {};
    client.sent_id = event.id;
  }
  return {};
}

Result<std::shared_ptr<net::EventChannel>> EventFeed::open(events::Filter filter) {
  auto client = std::make_shared<Client>();
  client->filter = std::move(filter);
  client->channel = std::make_shared<net::EventChannel>(kReplayLimit * kQueuePerEventBytes);
  {
    const std::lock_guard lock(mutex_);
    clients_.push_back(client);
  }
  const auto replayed = replay(*client);
  const std::lock_guard lock(mutex_);
  if (!replayed) {
    clients_.remove(client);
    return replayed.error();
  }
  for (const auto& event : client->held) {
    if (event.id > client->sent_id) client->channel->send(to_server_event(event));
  }
  client->held.clear();
  client->replaying = false;
  return client->channel;
}

}  // namespace maru::api
