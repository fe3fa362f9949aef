#include <atomic>
#include <mutex>

#include "base/file.h"

namespace maru {
namespace {

std::atomic<bool> g_hooked{false};  // spares production the lock
std::mutex g_mutex;
std::shared_ptr<const FileFaultHook> g_hook;

}  // namespace

void set_file_fault_hook(FileFaultHook hook) {
  const std::lock_guard lock(g_mutex);
  g_hooked = static_cast<bool>(hook);
  g_hook = hook ? std::make_shared<const FileFaultHook>(std::move(hook)) : nullptr;
}

Result<void> file_fault(std::string_view operation, const std::filesystem::path& path) {
  if (!g_hooked.load(std::memory_order_relaxed)) return {};
  std::shared_ptr<const FileFaultHook> hook;
  {
    const std::lock_guard lock(g_mutex);
    hook = g_hook;
  }
  return hook ? (*hook)(operation, path) : Result<void>();
}

}  // namespace maru
