#include "validation/profile.h"

namespace maru::validation {

const ColumnProfile* Profile::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace maru::validation
