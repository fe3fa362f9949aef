#include "store/keyvalue/lmdb/views.h"

#include <cerrno>

namespace maru::store::lmdb {
namespace {

MDB_val to_val(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view to_view(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

Code code_of(int code) {
  switch (code) {
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case MDB_READERS_FULL:
      return Code::resource_exhausted;
    case ENOSPC:
    case EDQUOT:
    case EAGAIN:
    case ENOMEM:
      return Code::unavailable;
    case EIO:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
    case MDB_INVALID:
      return Code::data_loss;
    case MDB_BAD_VALSIZE:
      return Code::invalid_argument;
    case EACCES:
      return Code::permission_denied;
    case MDB_VERSION_MISMATCH:
      return Code::failed_precondition;
    default:
      return Code::internal;
  }
}

Result<void> check_key(std::string_view key) {
  if (!key.empty() && key.size() <= kKeyLimitBytes) return {};
  return invalid("expected a key of 1 to {} bytes, got {}", kKeyLimitBytes, key.size());
}

Result<std::optional<std::string_view>> get_from(MDB_txn* transaction, MDB_dbi table, std::string_view key) {
  MARU_TRY(check_key(key));
  MDB_val wanted = to_val(key), found{};
  const int code = mdb_get(transaction, table, &wanted, &found);
  if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (code != 0) return error_of(code, "read");
  return std::optional(to_view(found));
}

Result<std::unique_ptr<KeyValueCursor>> cursor_over(MDB_txn* transaction, MDB_dbi table) {
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(transaction, table, &cursor); code != 0) return error_of(code, "read");
  return std::make_unique<Cursor>(cursor);
}

}  // namespace

Error error_of(int code, std::string_view what) {
  return make_error(code_of(code), "cannot {} the key-value store: {}", what, mdb_strerror(code));
}

Result<bool> Cursor::move(MDB_cursor_op operation, std::string_view from) {
  MDB_val key = to_val(from), value{};
  const int code = mdb_cursor_get(cursor_, &key, &value, operation);
  at_a_key_ = code == 0;
  key_ = at_a_key_ ? to_view(key) : std::string_view();
  value_ = at_a_key_ ? to_view(value) : std::string_view();
  if (code != 0 && code != MDB_NOTFOUND) return error_of(code, "read");
  return at_a_key_;
}

Result<bool> Cursor::seek(std::string_view key) {
  return key.empty() ? move(MDB_FIRST) : move(MDB_SET_RANGE, key);  // LMDB refuses an empty key
}

Result<bool> Cursor::seek_before(std::string_view key) {
  MARU_ASSIGN(const bool found, seek(key));
  return found ? move(MDB_PREV) : move(MDB_LAST);
}

// LMDB would begin anew from a cursor that stands nowhere.
Result<bool> Cursor::next() { return at_a_key_ ? move(MDB_NEXT) : Result<bool>(false); }
Result<bool> Cursor::prev() { return at_a_key_ ? move(MDB_PREV) : Result<bool>(false); }

Result<std::optional<std::string_view>> Reader::get(std::string_view key) {
  return get_from(transaction_, table_, key);
}
Result<std::unique_ptr<KeyValueCursor>> Reader::cursor() { return cursor_over(transaction_, table_); }
Result<std::optional<std::string_view>> Writer::get(std::string_view key) {
  return get_from(transaction_, table_, key);
}
Result<std::unique_ptr<KeyValueCursor>> Writer::cursor() { return cursor_over(transaction_, table_); }

Error Writer::failed(int code, std::string_view what) {
  if (code == MDB_MAP_FULL) map_is_full_ = true;
  return error_of(code, what);
}

Result<void> Writer::put(std::string_view key, std::string_view value) {
  MARU_TRY(check_key(key));
  MDB_val to = to_val(key), bytes = to_val(value);
  if (const int code = mdb_put(transaction_, table_, &to, &bytes, 0); code != 0) return failed(code, "write");
  return {};
}

Result<bool> Writer::remove(std::string_view key) {
  MARU_TRY(check_key(key));
  MDB_val which = to_val(key);
  const int code = mdb_del(transaction_, table_, &which, nullptr);
  if (code == MDB_NOTFOUND) return false;
  if (code != 0) return failed(code, "write");
  return true;
}

Result<std::uint64_t> Writer::remove_while(std::string_view from,
                                           FunctionRef<bool(std::string_view key)> goes) {
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(transaction_, table_, &cursor); code != 0)
    return error_of(code, "write");
  const std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> closing(cursor, mdb_cursor_close);
  std::uint64_t count = 0;
  while (true) {
    MDB_val key = to_val(from), value{};
    const int found = mdb_cursor_get(cursor, &key, &value, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
    if (found == MDB_NOTFOUND || (found == 0 && !goes(to_view(key)))) return count;
    if (found != 0) return failed(found, "write");
    if (const int code = mdb_cursor_del(cursor, 0); code != 0) return failed(code, "write");
    ++count;
  }
}

Result<std::uint64_t> Writer::remove_prefix(std::string_view prefix) {
  return remove_while(prefix, [&](std::string_view key) { return key.starts_with(prefix); });
}

Result<std::uint64_t> Writer::remove_range(std::string_view from, std::string_view to) {
  return remove_while(from, [&](std::string_view key) { return key < to; });
}

}  // namespace maru::store::lmdb
