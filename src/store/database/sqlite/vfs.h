#pragma once

namespace maru::store::sqlite {

// The name of a SQLite file layer that asks base/file.h's fault hook before each write and sync, and
// otherwise is the machine's own. Thread-safe.
const char* fault_injecting_vfs();

}  // namespace maru::store::sqlite
