#include "events/log.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "events/internal/query.h"
#include "events/internal/statements.h"

namespace maru::events {
namespace {

using store::Reader;
using store::Row;
using store::Transaction;
using store::Value;

constexpr std::string_view kInsert =
    "INSERT INTO events (at_ms, type, subject, project, actor, payload, cause) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6, ?7)"
    " RETURNING id";
constexpr std::string_view kSelectOne =
    "SELECT id, at_ms, type, subject, project, actor, payload, cause FROM events WHERE id = ?1";
constexpr std::string_view kSelectNewest = "SELECT coalesce(max(id), 0) FROM events";
constexpr std::string_view kDeleteHandled =
    "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at_ms < ?1"
    " AND id <= (SELECT coalesce(min(last_id), 9223372036854775807) FROM event_cursors) ORDER BY at_ms LIMIT "
    "?2)";

constexpr std::size_t kNameLimit = 512;
constexpr std::int64_t kRemoveBatch =
    1000;  // a transaction of this many deletes keeps other writers waiting only briefly

Result<Event> event_of(const Row& row) {
  Event event;
  event.id = row.int64(0);
  event.at_ms = row.int64(1);
  event.type = row.text(2);
  event.subject = row.text(3);
  event.project = row.text(4);
  event.actor = row.text(5);
  auto payload = parse_json_object(row.text(6));
  if (!payload) return make_error(Code::data_loss, "event {}: {}", event.id, payload.error().message);
  event.payload = std::move(*payload);
  event.cause = row.optional_int64(7);
  return event;
}

Result<std::optional<Event>> find(Reader& reader, std::int64_t id) {
  return reader.first(kSelectOne, {id}, event_of);
}

Result<void> check(const NewEvent& event, std::string_view payload) {
  for (const auto& [what, text] :
       {std::pair<std::string_view, std::string_view>{"type", event.type}, {"subject", event.subject}}) {
    if (text.empty() || text.size() > kNameLimit || text.find_first_of(" \n\r\t") != std::string_view::npos) {
      return invalid("event {}: expected 1 to {} characters without spaces, got \"{}\"", what, kNameLimit,
                     text.substr(0, kNameLimit));
    }
  }
  if (event.type.ends_with('.') || event.subject.ends_with('/')) {
    return invalid(
        "event \"{}\" on \"{}\": a type that ends in '.' or a subject that ends in '/' is a filter's prefix",
        event.type, event.subject);
  }
  if (payload.size() > kPayloadLimitBytes) {
    return make_error(Code::payload_too_large, "event {}: payload of {} bytes is over {}", event.type,
                      payload.size(), kPayloadLimitBytes);
  }
  return {};
}

}  // namespace

std::span<const store::NamedStatement> log_statements() {
  static const std::string list_sql = query_of({.types = {"a", "b."},
                                                .subject = "s/",
                                                .project = "p",
                                                .after_id = 1,
                                                .before_id = 2,
                                                .since_ms = 3,
                                                .newest_first = true})
                                          .sql;
  static const std::array<store::NamedStatement, 5> all{{{"events.insert", kInsert},
                                                         {"events.select_one", kSelectOne},
                                                         {"events.select_newest", kSelectNewest},
                                                         {"events.delete_handled", kDeleteHandled},
                                                         {"events.list", list_sql}}};
  return all;
}

struct Log::State {
  struct Subscriber {
    std::function<void(const Event&)> callback;
    bool ended = false;  // from inside a callback: it goes once the callbacks are through
  };

  void published(const Event& event) {
    {
      const std::lock_guard lock(mutex);
      newest_id = std::max(newest_id, event.id);
    }
    appended.notify_all();
    const std::lock_guard lock(subscribers_mutex);
    calling = std::this_thread::get_id();
    for (auto& [key, subscriber] : subscribers) {
      if (!subscriber.ended) subscriber.callback(event);
    }
    calling = std::thread::id();
    std::erase_if(subscribers, [](const auto& entry) { return entry.second.ended; });
  }

  void unsubscribe(std::uint64_t key) {
    if (calling.load() ==
        std::this_thread::get_id()) {  // this thread holds the lock: it is inside published()
      if (const auto found = subscribers.find(key); found != subscribers.end()) found->second.ended = true;
      return;
    }
    const std::lock_guard lock(subscribers_mutex);
    subscribers.erase(key);
  }

  std::mutex mutex;
  std::condition_variable appended;
  std::int64_t newest_id = 0;
  std::uint64_t wakes = 0;

  std::mutex subscribers_mutex;  // held while callbacks run, so that unsubscribing waits for them
  std::atomic<std::thread::id> calling{};
  std::map<std::uint64_t, Subscriber> subscribers;
  std::uint64_t next_subscriber = 0;
};

Log::Log(store::Database& database, const Clock& clock)
    : database_(database), clock_(clock), state_(std::make_shared<State>()) {
  if (const auto newest = newest_id()) state_->newest_id = *newest;
}

Log::~Log() = default;

Result<std::int64_t> Log::append(Transaction& transaction, NewEvent given) {
  const std::string payload = to_json(given.payload);
  MARU_TRY(check(given, payload));
  Event event;
  event.at_ms = clock_.now_ms();
  MARU_ASSIGN(const auto id, transaction.first(kInsert,
                                               {event.at_ms, given.type, given.subject, given.project,
                                                given.actor, payload, given.cause},
                                               [](const Row& row) { return row.int64(0); }));
  if (!id) return internal("the event log gave no id");
  event.id = *id;
  event.type = std::move(given.type);
  event.subject = std::move(given.subject);
  event.project = std::move(given.project);
  event.actor = std::move(given.actor);
  event.payload = std::move(given.payload);
  event.cause = given.cause;
  transaction.on_commit([state = state_, event = std::move(event)] { state->published(event); });
  return *id;
}

Result<std::int64_t> Log::append(NewEvent event) {
  return database_.write([&](Transaction& transaction) { return append(transaction, std::move(event)); });
}

Result<Event> Log::get(std::int64_t id) const {
  MARU_ASSIGN(auto found, database_.read([&](Reader& reader) { return find(reader, id); }));
  if (!found) return not_found("there is no event {}", id);
  return std::move(*found);
}

Result<std::vector<Event>> Log::causes(std::int64_t id) const {
  return database_.read([&](Reader& reader) -> Result<std::vector<Event>> {
    MARU_ASSIGN(auto event, find(reader, id));
    if (!event) return not_found("there is no event {}", id);
    std::vector<Event> causes;
    // A cause is older than its effect: the chain ends. The limit is against a damaged log.
    while (event->cause && *event->cause < event->id && causes.size() < kCauseDepthLimit) {
      MARU_ASSIGN(event, find(reader, *event->cause));
      if (!event) break;
      causes.push_back(*event);
    }
    return causes;
  });
}

Result<std::vector<Event>> Log::list(const Filter& filter) const {
  if (filter.limit > kListLimit)
    return invalid("limit: expected at most {}, got {}", kListLimit, filter.limit);
  const FilterQuery query = query_of(filter);
  return database_.read([&](Reader& reader) { return reader.all(query.sql, query.params, event_of); });
}

Result<std::int64_t> Log::newest_id() const {
  MARU_ASSIGN(const auto newest, database_.read([](Reader& reader) {
    return reader.first(kSelectNewest, {}, [](const Row& row) { return row.int64(0); });
  }));
  return newest.value_or(0);
}

Subscription Log::subscribe(std::function<void(const Event&)> callback) {
  const std::lock_guard lock(state_->subscribers_mutex);
  const std::uint64_t key = state_->next_subscriber++;
  state_->subscribers.emplace(key, State::Subscriber{std::move(callback)});
  return Subscription([state = state_, key] { state->unsubscribe(key); });
}

bool Log::wait_for_event_after(std::int64_t after_id, DurationMs timeout_ms) const {
  std::unique_lock lock(state_->mutex);
  const std::uint64_t wakes = state_->wakes;
  state_->appended.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                            [&] { return state_->newest_id > after_id || state_->wakes != wakes; });
  return state_->newest_id > after_id;
}

void Log::wake_all() const {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->wakes;
  }
  state_->appended.notify_all();
}

Result<std::uint64_t> Log::remove_before(TimeMs before_ms) {
  std::uint64_t removed = 0;
  while (true) {
    MARU_ASSIGN(const std::int64_t count, database_.write([&](Transaction& transaction) {
      return transaction.execute(kDeleteHandled, {before_ms, kRemoveBatch});
    }));
    removed += static_cast<std::uint64_t>(count);
    if (count < kRemoveBatch) return removed;
  }
}

}  // namespace maru::events
