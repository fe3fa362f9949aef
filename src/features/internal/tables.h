#pragma once
// The room's tables in the metadata database.

#include <string>
#include <string_view>
#include <vector>

#include "features/definitions.h"
#include "store/database.h"

namespace maru::features::tables {

Result<std::vector<Definitions>> all_definitions(store::Reader& reader);
Result<void> put_definitions(store::Transaction& transaction, const Definitions& definitions, TimeMs now_ms);

struct Segment {
  std::string source;
  std::int64_t first = 0, last = 0;  // sequences of the pushed rows in it
  std::string file;                  // below the folder of segments
  std::uint64_t rows = 0;
};
Result<std::vector<Segment>> segments(store::Reader& reader, std::string_view source);  // oldest first
Result<void> put_segment(store::Transaction& transaction, const Segment& segment, TimeMs now_ms);
// One in the place of several.
Result<void> replace_segments(store::Transaction& transaction, const Segment& whole, TimeMs now_ms);

}  // namespace maru::features::tables
