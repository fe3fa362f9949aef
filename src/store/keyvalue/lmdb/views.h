#pragma once
// Readers, writers and cursors over an LMDB transaction that somebody else begins and ends.

#include <lmdb.h>

#include "store/keyvalue.h"

namespace maru::store::lmdb {

Error error_of(int code, std::string_view what);

class Cursor final : public KeyValueCursor {
 public:
  explicit Cursor(MDB_cursor* cursor) : cursor_(cursor) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() override { mdb_cursor_close(cursor_); }

  Result<bool> seek(std::string_view key) override;
  Result<bool> seek_before(std::string_view key) override;
  Result<bool> next() override;
  Result<bool> prev() override;
  std::string_view key() const override { return key_; }
  std::string_view value() const override { return value_; }

 private:
  Result<bool> move(MDB_cursor_op operation, std::string_view from = {});
  MDB_cursor* cursor_;
  bool at_a_key_ = false;
  std::string_view key_, value_;
};

class Reader final : public KeyValueReader {
 public:
  Reader(MDB_txn* transaction, MDB_dbi table) : transaction_(transaction), table_(table) {}
  Result<std::optional<std::string_view>> get(std::string_view key) override;
  Result<std::unique_ptr<KeyValueCursor>> cursor() override;

 private:
  MDB_txn* transaction_;
  MDB_dbi table_;
};

class Writer final : public KeyValueWriter {
 public:
  Writer(MDB_txn* transaction, MDB_dbi table) : transaction_(transaction), table_(table) {}
  Result<std::optional<std::string_view>> get(std::string_view key) override;
  Result<std::unique_ptr<KeyValueCursor>> cursor() override;
  Result<void> put(std::string_view key, std::string_view value) override;
  Result<bool> remove(std::string_view key) override;
  Result<std::uint64_t> remove_prefix(std::string_view prefix) override;
  Result<std::uint64_t> remove_range(std::string_view from, std::string_view to) override;

  // The map was too small for a change: nothing in this transaction counts, whatever the function made of the
  // error.
  bool map_is_full() const { return map_is_full_; }

 private:
  Error failed(int code, std::string_view what);
  // Removes keys from `from` on, for as long as `goes` says so.
  Result<std::uint64_t> remove_while(std::string_view from, FunctionRef<bool(std::string_view key)> goes);
  MDB_txn* transaction_;
  MDB_dbi table_;
  bool map_is_full_ = false;
};

}  // namespace maru::store::lmdb
