#include "store/keyvalue.h"

namespace maru::store {

Result<std::optional<std::string>> KeyValue::get(std::string_view key) {
  return read([&](KeyValueReader& reader) -> Result<std::optional<std::string>> {
    MARU_ASSIGN(const auto found, reader.get(key));
    return found ? std::optional<std::string>(*found) : std::nullopt;
  });
}

}  // namespace maru::store
