#include "store/database/sqlite/vfs.h"

#include <sqlite3.h>

#include "base/file.h"

namespace maru::store::sqlite {
namespace {

// SQLite allocates szOsFile bytes: ours first, then the machine's own file object.
struct File {
  sqlite3_file base;
  const char* path;  // owned by SQLite, valid until the file closes
};
constexpr std::size_t kOwnBytes =
    (sizeof(File) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kOwnBytes);
}

int fault(std::string_view operation, sqlite3_file* file, int io_error) {
  const char* path = reinterpret_cast<File*>(file)->path;
  const auto allowed = file_fault(operation, path == nullptr ? "" : path);
  if (allowed) return SQLITE_OK;
  return allowed.error().code == Code::unavailable ? SQLITE_FULL : io_error;
}

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), into, bytes, offset);
}
int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  if (const int code = fault("write", file, SQLITE_IOERR_WRITE); code != SQLITE_OK) return code;
  return real(file)->pMethods->xWrite(real(file), from, bytes, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 bytes) {
  return real(file)->pMethods->xTruncate(real(file), bytes);
}
int sync(sqlite3_file* file, int flags) {
  if (const int code = fault("sync", file, SQLITE_IOERR_FSYNC); code != SQLITE_OK) return SQLITE_IOERR_FSYNC;
  return real(file)->pMethods->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* bytes) {
  return real(file)->pMethods->xFileSize(real(file), bytes);
}
int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_reserved_lock(sqlite3_file* file, int* held) {
  return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int device_characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int page_bytes, int extend, void volatile** mapped) {
  return real(file)->pMethods->xShmMap(real(file), page, page_bytes, extend, mapped);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }
int fetch(sqlite3_file* file, sqlite3_int64 offset, int bytes, void** mapped) {
  return real(file)->pMethods->xFetch(real(file), offset, bytes, mapped);
}
int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* mapped) {
  return real(file)->pMethods->xUnfetch(real(file), offset, mapped);
}

constexpr sqlite3_io_methods kMethods{3,
                                      close,
                                      read,
                                      write,
                                      truncate,
                                      sync,
                                      file_size,
                                      lock,
                                      unlock,
                                      check_reserved_lock,
                                      file_control,
                                      sector_size,
                                      device_characteristics,
                                      shm_map,
                                      shm_lock,
                                      shm_barrier,
                                      shm_unmap,
                                      fetch,
                                      unfetch};

int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* got_flags) {
  auto* machine = static_cast<sqlite3_vfs*>(sqlite3_vfs_find("unix"));
  (void)vfs;
  auto* ours = reinterpret_cast<File*>(file);
  ours->path = path;
  const int code = machine->xOpen(machine, path, real(file), flags, got_flags);
  // SQLite closes a file, also after a failed open, exactly when it has methods.
  file->pMethods = real(file)->pMethods == nullptr ? nullptr : &kMethods;
  return code;
}

}  // namespace

const char* fault_injecting_vfs() {
  static const char* const name = [] {
    // Before anything else wakes SQLite: without its statistics, connections share no lock when they
    // allocate.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static sqlite3_vfs vfs = *sqlite3_vfs_find("unix");
    vfs.zName = "maru";
    vfs.szOsFile += static_cast<int>(kOwnBytes);
    vfs.xOpen = open;
    vfs.pNext = nullptr;
    sqlite3_vfs_register(&vfs, 0);
    return vfs.zName;
  }();
  return name;
}

}  // namespace maru::store::sqlite
