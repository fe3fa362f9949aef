#include "events/consumer.h"

#include "events/internal/statements.h"

namespace maru::events {
namespace {

using store::Reader;
using store::Row;
using store::Transaction;

constexpr std::string_view kSelectCursor = "SELECT last_id FROM event_cursors WHERE consumer = ?1";
constexpr std::string_view kInsertCursor = "INSERT INTO event_cursors (consumer, last_id) VALUES (?1, ?2)";
constexpr std::string_view kMoveCursor =
    "UPDATE event_cursors SET last_id = ?2 WHERE consumer = ?1 AND last_id <= ?2";
constexpr std::string_view kDeleteCursor = "DELETE FROM event_cursors WHERE consumer = ?1";

constexpr std::array<store::NamedStatement, 4> kStatements{{{"events.select_cursor", kSelectCursor},
                                                            {"events.insert_cursor", kInsertCursor},
                                                            {"events.move_cursor", kMoveCursor},
                                                            {"events.delete_cursor", kDeleteCursor}}};

}  // namespace

std::span<const store::NamedStatement> consumer_statements() { return kStatements; }

Result<Consumer> Consumer::open(Log& log, std::string name, StartAt start) {
  MARU_ASSIGN(const std::int64_t newest, log.newest_id());
  MARU_ASSIGN(const std::int64_t position,
              log.database().write([&](Transaction& transaction) -> Result<std::int64_t> {
                MARU_ASSIGN(const auto stored, transaction.first(kSelectCursor, {name}, [](const Row& row) {
                  return row.int64(0);
                }));
                if (stored) return *stored;
                const std::int64_t first = start == StartAt::now ? newest : 0;
                MARU_TRY(transaction.execute(kInsertCursor, {name, first}));
                return first;
              }));
  return Consumer(log, std::move(name), position);
}

Result<void> Consumer::forget(Log& log, std::string_view name) {
  return log.database().write([&](Transaction& transaction) -> Result<void> {
    MARU_TRY(transaction.execute(kDeleteCursor, {name}));
    return {};
  });
}

Result<std::vector<Event>> Consumer::poll(std::size_t limit, std::vector<std::string> types) {
  Filter filter;
  filter.types = std::move(types);
  filter.after_id = position();
  filter.limit = limit;
  return log_->list(filter);
}

Result<void> Consumer::commit(store::Transaction& transaction, std::int64_t last_id) {
  MARU_ASSIGN(const std::int64_t moved, transaction.execute(kMoveCursor, {name_, last_id}));
  if (moved == 0) {
    return make_error(Code::failed_precondition,
                      "consumer \"{}\" cannot move to event {}: its cursor is beyond it, or was removed",
                      name_, last_id);
  }
  transaction.on_commit([position = position_, last_id] { position->store(last_id); });
  return {};
}

Result<void> Consumer::commit(std::int64_t last_id) {
  return log_->database().write([&](Transaction& transaction) { return commit(transaction, last_id); });
}

bool Consumer::wait(DurationMs timeout_ms) const {
  return log_->wait_for_event_after(position(), timeout_ms);
}

}  // namespace maru::events
