#include "store/database/sqlite/connection.h"

#include "store/database/sqlite/vfs.h"

namespace maru::store::sqlite {
namespace {

constexpr std::size_t kKeptStatementLimit = 256;
constexpr int kBusyTimeoutMs = 5'000;  // for another process with the file open, such as the sqlite3 shell
constexpr std::size_t kShownSqlLength = 120;

Code code_of(int sqlite_code) {
  switch (sqlite_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Code::already_exists;
    default:
      break;
  }
  switch (sqlite_code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return Code::failed_precondition;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return Code::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::data_loss;
    case SQLITE_INTERRUPT:
      return Code::cancelled;
    case SQLITE_TOOBIG:
      return Code::payload_too_large;
    default:
      return Code::internal;
  }
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::size_t size() const override { return static_cast<std::size_t>(sqlite3_column_count(statement_)); }
  bool is_null(std::size_t column) const override {
    return sqlite3_column_type(statement_, static_cast<int>(column)) == SQLITE_NULL;
  }
  std::int64_t int64(std::size_t column) const override {
    return sqlite3_column_int64(statement_, static_cast<int>(column));
  }
  double number(std::size_t column) const override {
    return sqlite3_column_double(statement_, static_cast<int>(column));
  }
  std::string_view text(std::size_t column) const override {
    const auto* bytes = sqlite3_column_text(statement_, static_cast<int>(column));
    return view(bytes, column);
  }
  std::string_view blob(std::size_t column) const override {
    const auto* bytes = sqlite3_column_blob(statement_, static_cast<int>(column));
    return view(bytes, column);
  }
  Value value(std::size_t column) const override {
    switch (sqlite3_column_type(statement_, static_cast<int>(column))) {
      case SQLITE_INTEGER:
        return int64(column);
      case SQLITE_FLOAT:
        return number(column);
      case SQLITE_TEXT:
        return text(column);
      case SQLITE_BLOB:
        return Blob{std::string(blob(column))};
      default:
        return nullptr;
    }
  }

 private:
  std::string_view view(const void* bytes, std::size_t column) const {
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, static_cast<int>(column)))};
  }
  sqlite3_stmt* statement_;
};

// The value outlives the run of the statement: nothing is copied.
int bind(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
    int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
    int operator()(const std::string& text) const {
      return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(const Blob& blob) const {
      return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, index}, static_cast<const Value::Base&>(value));
}

}  // namespace

// A statement in use: ready to step when made, ready for the next user afterwards.
class Connection::Lease {
 public:
  explicit Lease(Kept& kept) : kept_(&kept), statement_(kept.statement.get()) { kept.busy = true; }
  explicit Lease(Statement own) : own_(std::move(own)), statement_(own_.get()) {}
  Lease(Lease&& other) noexcept
      : kept_(std::exchange(other.kept_, nullptr)),
        own_(std::move(other.own_)),
        statement_(std::exchange(other.statement_, nullptr)) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    if (kept_ != nullptr) kept_->busy = false;
  }
  sqlite3_stmt* get() const { return statement_; }

 private:
  Kept* kept_ = nullptr;  // its address is stable: unordered_map nodes do not move
  Statement own_;
  sqlite3_stmt* statement_;
};

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Access access,
                                                     std::size_t cache_kib) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE |
                    (access == Access::write ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, fault_injecting_vfs());
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (handle == nullptr) return make_error(Code::internal, "cannot open {}: out of memory", file.string());
  if (code != SQLITE_OK) return connection->error(code, {}).at(fmt::format("cannot open {}", file.string()));
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // synchronous = FULL fsyncs the log at every commit: what was answered is on disk.
  MARU_TRY(connection
               ->run_script(fmt::format(
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                   "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;"
                   "PRAGMA cache_size = -{}; PRAGMA query_only = {};",
                   cache_kib, access == Access::read ? 1 : 0))
               .at(fmt::format("cannot open {}", file.string())));
  return connection;
}

Connection::~Connection() {
  kept_.clear();
  sqlite3_close_v2(handle_);
}

Error Connection::error(int code, std::string_view sql) const {
  const std::string_view shown = sql.substr(0, kShownSqlLength);
  return make_error(code_of(code), "{}{}{}", sqlite3_errmsg(handle_), shown.empty() ? "" : " in: ", shown);
}

Result<Connection::Statement> Connection::prepare(std::string_view sql, unsigned flags) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), flags, &raw, &rest);
  Statement statement(raw);
  if (code != SQLITE_OK) return error(code, sql);
  const std::string_view tail = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  if (statement == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return internal("expected one SQL statement, got: {}", sql.substr(0, kShownSqlLength));
  }
  return statement;
}

void Connection::drop_least_used() {
  auto least = kept_.end();
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    if (!it->second.busy && (least == kept_.end() || it->second.last_use < least->second.last_use))
      least = it;
  }
  if (least != kept_.end()) kept_.erase(least);
}

Result<Connection::Lease> Connection::lease(std::string_view sql, std::span<const Value> params) {
  auto found = kept_.find(sql);
  if (found == kept_.end()) {
    MARU_ASSIGN(Statement prepared, prepare(sql, SQLITE_PREPARE_PERSISTENT));
    if (kept_.size() >= kKeptStatementLimit) drop_least_used();
    found = kept_.try_emplace(std::string(sql)).first;
    found->second.statement = std::move(prepared);
  }
  Statement own;
  if (found->second.busy) {
    MARU_ASSIGN(own, prepare(sql, 0));
  }
  found->second.last_use = ++uses_;
  Lease lease = own ? Lease(std::move(own)) : Lease(found->second);
  const auto expected = static_cast<std::size_t>(sqlite3_bind_parameter_count(lease.get()));
  if (expected != params.size()) {
    return internal("expected {} parameters, got {} in: {}", expected, params.size(),
                    sql.substr(0, kShownSqlLength));
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    const int code = bind(lease.get(), static_cast<int>(i) + 1, params[i]);
    if (code != SQLITE_OK) return error(code, sql);
  }
  return lease;
}

Result<void> Connection::query(std::string_view sql, std::span<const Value> params,
                               FunctionRef<Result<Continue>(const Row&)> each) {
  MARU_ASSIGN(const Lease statement, lease(sql, params));
  const SqliteRow row(statement.get());
  while (true) {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return error(code, sql);
    MARU_ASSIGN(const Continue wanted, each(row));
    if (wanted == Continue::stop) return {};
  }
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Value> params) {
  MARU_ASSIGN(const Lease statement, lease(sql, params));
  const std::int64_t before = sqlite3_total_changes64(handle_);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement.get());
  if (code != SQLITE_DONE) return error(code, sql);
  // total_changes moves only when this statement changed rows; changes() would repeat an earlier statement's
  // count.
  return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Result<void> Connection::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code, sql);
  return {};
}

Result<void> Connection::check(std::string_view sql) {
  MARU_TRY(prepare(sql, 0));
  return {};
}

}  // namespace maru::store::sqlite
