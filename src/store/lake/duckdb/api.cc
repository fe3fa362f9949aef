#include "store/lake/duckdb/api.h"

#include <dlfcn.h>

namespace maru::store::lake {
namespace {

constexpr const char* kLibrary = "libduckdb.so";  // found by the binary's run path: beside it once installed

Api functions;

Result<void> load_once() {
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return make_error(Code::unavailable, "{} cannot be loaded: {}", kLibrary, dlerror());
#define X(name)                                                                                 \
  functions.name = reinterpret_cast<decltype(functions.name)>(dlsym(library, "duckdb_" #name)); \
  if (functions.name == nullptr) return make_error(Code::unavailable, "{} lacks duckdb_" #name, kLibrary);
  MARU_DUCKDB_FUNCTIONS(X)
#undef X
  return {};
}

}  // namespace

Result<void> load_duckdb() {
  static const Result<void> loaded = load_once();
  return loaded;
}

const Api& duckdb() { return functions; }

}  // namespace maru::store::lake
