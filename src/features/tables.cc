#include "features/internal/tables.h"

#include "features/statements.h"

namespace maru::features {
namespace tables {
namespace {

using store::Row;

constexpr std::string_view kSelectDefinitions =
    "SELECT project, definitions FROM feature_projects ORDER BY project";
constexpr std::string_view kPutDefinitions =
    "INSERT INTO feature_projects (project, definitions, updated_ms) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (project) DO UPDATE SET definitions = excluded.definitions, updated_ms = "
    "excluded.updated_ms";
constexpr std::string_view kSelectSegments =
    "SELECT source, first_sequence, last_sequence, file, row_count FROM feature_segments WHERE source = ?1 "
    "ORDER BY first_sequence";
constexpr std::string_view kPutSegment =
    "INSERT INTO feature_segments (source, first_sequence, last_sequence, file, row_count, created_ms) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr std::string_view kRemoveSegments =
    "DELETE FROM feature_segments WHERE source = ?1 AND first_sequence >= ?2 AND last_sequence <= ?3";

}  // namespace

constexpr store::NamedStatement kStatements[] = {
    {"features.definitions", kSelectDefinitions},  {"features.put_definitions", kPutDefinitions},
    {"features.segments", kSelectSegments},        {"features.put_segment", kPutSegment},
    {"features.remove_segments", kRemoveSegments},
};

Result<std::vector<Definitions>> all_definitions(store::Reader& reader) {
  return reader.all(kSelectDefinitions, {}, [](const Row& row) -> Result<Definitions> {
    MARU_ASSIGN(const Json json, parse_json(row.text(1)));
    return parse_definitions(json);
  });
}

Result<void> put_definitions(store::Transaction& transaction, const Definitions& definitions, TimeMs now_ms) {
  MARU_TRY(
      transaction.execute(kPutDefinitions, {definitions.project, to_json(json_of(definitions)), now_ms}));
  return {};
}

Result<std::vector<Segment>> segments(store::Reader& reader, std::string_view source) {
  return reader.all(kSelectSegments, {source}, [](const Row& row) {
    return Segment{row.string(0), row.int64(1), row.int64(2), row.string(3),
                   static_cast<std::uint64_t>(row.int64(4))};
  });
}

Result<void> put_segment(store::Transaction& transaction, const Segment& segment, TimeMs now_ms) {
  MARU_TRY(transaction.execute(
      kPutSegment, {segment.source, segment.first, segment.last, segment.file, segment.rows, now_ms}));
  return {};
}

Result<void> replace_segments(store::Transaction& transaction, const Segment& whole, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kRemoveSegments, {whole.source, whole.first, whole.last}));
  return put_segment(transaction, whole, now_ms);
}

}  // namespace tables

std::span<const store::NamedStatement> statements() { return tables::kStatements; }

}  // namespace maru::features
