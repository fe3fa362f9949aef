#include "registry/types.h"

namespace maru::registry {

std::string_view name_of(VersionStatus status) {
  switch (status) {
    case VersionStatus::pending:
      return "PENDING_REGISTRATION";
    case VersionStatus::ready:
      return "READY";
    case VersionStatus::failed:
      return "FAILED_REGISTRATION";
  }
  return "READY";
}

}  // namespace maru::registry
