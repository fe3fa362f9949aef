#include "events/internal/statements.h"

#include "events/log.h"

namespace maru::events {

std::span<const store::NamedStatement> statements() {
  static const auto all = [] {
    std::vector<store::NamedStatement> joined;
    for (const auto part : {log_statements(), consumer_statements()})
      joined.insert(joined.end(), part.begin(), part.end());
    return joined;
  }();
  return all;
}

}  // namespace maru::events
