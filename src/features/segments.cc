#include "features/internal/segments.h"

#include "base/file.h"

namespace maru::features {
namespace {

constexpr std::size_t kSegmentRowsLimit = 200'000;
constexpr std::size_t kSegmentsBeforeMerge = 32;

std::string file_name(std::string_view source, std::int64_t first, std::int64_t last) {
  return fmt::format("{}/{:012}-{:012}.parquet", source, first, last);
}

}  // namespace

Result<std::vector<std::filesystem::path>> Segments::files(std::string_view source) const {
  MARU_ASSIGN(const auto segments,
              database_.read([&](store::Reader& reader) { return tables::segments(reader, source); }));
  std::vector<std::filesystem::path> out;
  for (const auto& segment : segments) out.push_back(folder_ / segment.file);
  return out;
}

Result<std::uint64_t> Segments::flush(const SourceModel& source, const SchemaBook& schemas) {
  const std::lock_guard lock(mutex_);
  std::uint64_t total = 0;
  while (true) {
    MARU_ASSIGN(const std::uint64_t rows, flush_some(source, schemas));
    if (rows == 0) break;
    total += rows;
  }
  if (total > 0) MARU_TRY(merge(source.source.name));
  return total;
}

Result<std::uint64_t> Segments::flush_some(const SourceModel& source, const SchemaBook& schemas) {
  const std::string& name = source.source.name;
  MARU_ASSIGN(const auto written,
              database_.read([&](store::Reader& reader) { return tables::segments(reader, name); }));
  const std::int64_t done = written.empty() ? 0 : written.back().last;
  MARU_ASSIGN(const PendingRows pending, online_.read([&](store::KeyValueReader& reader) {
    return read_pending(reader, name, done, kSegmentRowsLimit);
  }));
  if (pending.rows.empty()) return std::uint64_t{0};
  MARU_ASSIGN(const Table table, decode(pending, source.relation, schemas));
  const tables::Segment segment{name, pending.first, pending.last,
                                file_name(name, pending.first, pending.last), table.rows()};
  MARU_TRY(lake_.write_parquet(table, folder_ / segment.file));
  MARU_TRY(database_.write([&](store::Transaction& transaction) {
    return tables::put_segment(transaction, segment, clock_.now_ms());
  }));
  MARU_TRY(online_.write(
      [&](store::KeyValueWriter& writer) { return remove_pending(writer, name, pending.last); }));
  return static_cast<std::uint64_t>(pending.rows.size());
}

Result<Table> Segments::decode(const PendingRows& pending, const Relation& relation,
                               const SchemaBook& schemas) {
  std::vector<Column> columns;
  for (const auto& [name, type] : relation.columns) columns.emplace_back(name, type);
  MARU_TRY(online_.read([&](store::KeyValueReader& reader) -> Result<void> {
    for (const auto& bytes : pending.rows) {
      MARU_ASSIGN(const auto id, RowView::schema_id(bytes));
      MARU_ASSIGN(const auto schema, schemas.find(reader, id));
      MARU_ASSIGN(const RowView row, RowView::of(bytes, schema->size()));
      for (Column& column : columns) {
        const auto found = std::find_if(schema->begin(), schema->end(),
                                        [&](const auto& each) { return each.first == column.name(); });
        // A column that changed its kind since (text to number) cannot be brought over.
        if (found == schema->end() ||
            (found->second == ColumnType::text) != (column.type() == ColumnType::text))
          column.append_null();
        else
          row.append_to(column, static_cast<std::size_t>(found - schema->begin()), found->second);
      }
    }
    return {};
  }));
  return Table(std::move(columns));
}

// The files merged stay until the next start: a query that runs now may be reading them.
Result<void> Segments::merge(std::string_view source) {
  MARU_ASSIGN(const auto parts,
              database_.read([&](store::Reader& reader) { return tables::segments(reader, source); }));
  if (parts.size() < kSegmentsBeforeMerge) return {};
  store::LakeSource all{.name = "parts"};
  for (const auto& part : parts) all.parquet_files.push_back(folder_ / part.file);
  tables::Segment whole{std::string(source), parts.front().first, parts.back().last,
                        file_name(source, parts.front().first, parts.back().last), 0};
  MARU_ASSIGN(whole.rows,
              lake_.query_to_parquet("SELECT * FROM parts", std::span(&all, 1), folder_ / whole.file));
  return database_.write([&](store::Transaction& transaction) {
    return tables::replace_segments(transaction, whole, clock_.now_ms());
  });
}

}  // namespace maru::features
