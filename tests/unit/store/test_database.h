#pragma once
// A fresh, migrated database in a folder of its own, for the tests of every room.

#include <gtest/gtest.h>

#include <memory>
#include <span>

#include "base/file.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::store {

class TestDatabase {
 public:
  explicit TestDatabase(const DatabaseOptions& options = {}) : options_(options) { open(); }

  Database& operator*() const { return *database_; }
  Database* operator->() const { return database_.get(); }
  Database& get() const { return *database_; }
  std::filesystem::path file() const { return folder_.path() / "maru.db"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // Closes and opens the same file, as a restart does.
  void reopen() {
    database_.reset();
    open();
  }

 private:
  void open() {
    auto opened = open_sqlite(file(), options_);
    if (!opened) throw std::runtime_error(opened.error().message);  // a test without a database cannot go on
    database_ = std::move(*opened);
  }

  TemporaryFolder folder_ = TemporaryFolder::create("maru-test").value();
  DatabaseOptions options_;
  std::unique_ptr<Database> database_;
};

// Every statement of a room can be prepared against the migrated schema, and no two share a name.
inline void expect_statements_prepare(std::span<const NamedStatement> statements) {
  const TestDatabase database;
  std::set<std::string_view> names;
  EXPECT_FALSE(statements.empty());
  for (const auto& statement : statements) {
    const auto checked = database->check_statement(statement.sql);
    EXPECT_TRUE(checked) << statement.name << ": " << (checked ? "" : checked.error().message);
    EXPECT_TRUE(names.insert(statement.name).second) << statement.name << " is listed twice";
  }
}

}  // namespace maru::store
