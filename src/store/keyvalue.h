#pragma once
// An ordered key-value store for online features and logs: reads never wait for writes, writes are durable
// and grouped. Keys are bytes, ordered as memcmp orders them; store/keys.h makes keys whose order is that of
// their parts. Each user begins its keys with its own prefix.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"

namespace maru::store {

inline constexpr std::size_t kKeyLimitBytes = 511;

// A place among the keys. Views are valid until the cursor moves or the read or write function returns. After
// a `false` the cursor is at no key.
class KeyValueCursor {
 public:
  virtual ~KeyValueCursor() = default;
  // The first key at or after `key`; false when there is none.
  virtual Result<bool> seek(std::string_view key) = 0;
  // The last key before `key`; false when there is none. With as-of keys (… time) this finds the newest row
  // before a time.
  virtual Result<bool> seek_before(std::string_view key) = 0;
  virtual Result<bool> next() = 0;
  virtual Result<bool> prev() = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
};

// One snapshot; views into it are valid until the function that got it returns. Not thread-safe; not to be
// kept.
class KeyValueReader {
 public:
  virtual ~KeyValueReader() = default;
  virtual Result<std::optional<std::string_view>> get(std::string_view key) = 0;
  virtual Result<std::unique_ptr<KeyValueCursor>> cursor() = 0;
};

// Sees its own changes. A change makes earlier views and cursors of this writer invalid.
class KeyValueWriter : public KeyValueReader {
 public:
  virtual Result<void> put(std::string_view key, std::string_view value) = 0;
  virtual Result<bool> remove(std::string_view key) = 0;                     // whether it was there
  virtual Result<std::uint64_t> remove_prefix(std::string_view prefix) = 0;  // how many
  // Keys in [from, to).
  virtual Result<std::uint64_t> remove_range(std::string_view from, std::string_view to) = 0;
};

struct KeyValueStats {
  std::uint64_t entries = 0;
  std::uint64_t used_bytes = 0;  // of the file
  std::uint64_t map_bytes = 0;   // reserved address space
  std::uint64_t functions = 0;   // write functions run
  std::uint64_t commits = 0;     // transactions made durable
};

// Thread-safe. Errors: invalid_argument (key empty or over kKeyLimitBytes), unavailable (disk full),
// data_loss, resource_exhausted (too many writers wait, or the store reached its size limit).
class KeyValue {
 public:
  virtual ~KeyValue() = default;

  // A copy of one value.
  Result<std::optional<std::string>> get(std::string_view key);

  // f(KeyValueReader&) -> Result<T>, on the calling thread, over one snapshot. Be quick: a snapshot held
  // keeps old pages.
  template <class F>
  std::invoke_result_t<F&, KeyValueReader&> read(F&& f) {
    using Returned = std::invoke_result_t<F&, KeyValueReader&>;
    std::optional<Returned> returned;
    auto done = run_read([&](KeyValueReader& reader) { returned.emplace(f(reader)); });
    if (!done) return Error(std::move(done.error()));
    return std::move(*returned);
  }

  // f(KeyValueWriter&) -> Result<T>, on the writer thread; returns once durable. Writers that wait share one
  // fsync; an error undoes that function only. `f` MAY RUN AGAIN from the start, when the store had to grow
  // under it: it must depend on nothing that its first run changed outside the writer. Called from inside a
  // read or write function it is refused (internal).
  template <class F>
  std::invoke_result_t<F&, KeyValueWriter&> write(F&& f) {
    using Returned = std::invoke_result_t<F&, KeyValueWriter&>;
    std::optional<Returned> returned;
    auto done = run_write([&](KeyValueWriter& writer) -> Result<void> {
      returned.emplace(f(writer));
      if (!returned->has_value()) return returned->error();
      return {};
    });
    if (!done) return Error(std::move(done.error()));
    return std::move(*returned);
  }
  // The same without waiting: `done` runs on the writer thread after the commit (or at once, here, when the
  // queue is full).
  virtual void write_async(std::move_only_function<Result<void>(KeyValueWriter&)> function,
                           std::move_only_function<void(Result<void>)> done) = 0;

  virtual Result<KeyValueStats> stats() = 0;

 protected:
  virtual Result<void> run_read(FunctionRef<void(KeyValueReader&)> function) = 0;
  virtual Result<void> run_write(std::move_only_function<Result<void>(KeyValueWriter&)> function) = 0;
};

struct KeyValueOptions {
  std::uint64_t first_map_bytes = std::uint64_t{1}
                                  << 30;  // address space, not memory or disk; doubled as needed
  std::uint64_t limit_bytes = std::uint64_t{1} << 40;
  std::size_t write_queue_limit = 4096;
  std::size_t batch_limit = 512;  // functions in one commit
};

Result<std::unique_ptr<KeyValue>> open_lmdb(const std::filesystem::path& folder,
                                            const KeyValueOptions& options = {});

}  // namespace maru::store
