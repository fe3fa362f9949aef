#include "features/internal/offline.h"

#include "base/hash.h"

namespace maru::features {
namespace {

constexpr std::size_t kFactsLimit = 256;  // remembered

std::shared_ptr<Table> empty_table(const Relation& relation) {
  auto table = std::make_shared<Table>();
  for (const auto& [name, type] : relation.columns) table->add(Column(name, type));
  return table;
}

}  // namespace

Result<void> Offline::add_source(const SourceModel& source, std::string_view as, RelationData& data,
                                 std::vector<std::string>& available) {
  MARU_TRY(segments_.flush(source, schemas_));  // so that rows pushed a moment ago are read
  store::LakeSource files{.name = std::string(as)};
  if (source.dataset) {
    MARU_ASSIGN(const auto version, catalog_.version(source.dataset->name));
    files.parquet_files.push_back(version.parquet_file);
    for (const auto& column : version.schema) available.push_back(column.name);
    data.datasets.push_back({version.name, version.version});
    data.fingerprint += version.content_hash;
  }
  MARU_ASSIGN(const auto segments, segments_.files(source.source.name));
  for (const auto& segment : segments) {
    files.parquet_files.push_back(segment);
    data.fingerprint += "+" + segment.filename().string();
  }
  if (!segments.empty() || files.parquet_files.empty()) available = source.relation.names();
  if (files.parquet_files.empty()) {
    data.empty.push_back(empty_table(source.relation));
    files.table = data.empty.back().get();
  }
  data.sources.push_back(std::move(files));
  return {};
}

Result<RelationData> Offline::data_of(const SourceModel& source) {
  RelationData data;
  std::vector<std::string> available;
  MARU_TRY(add_source(source, kSourceFiles, data, available));
  data.sql = relation_sql(source.relation, available, Cleaning::rows);
  data.raw_sql = relation_sql(source.relation, available, Cleaning::answer);
  return data;
}

Result<RelationData> Offline::data_of(const Model& model, const ViewModel& view) {
  if (view.view.kind != ViewKind::sql) {
    MARU_ASSIGN(const SourceModel* source, model.source(view.view.source));
    return data_of(*source);
  }
  RelationData data;
  data.fingerprint = sha256_hex(view.view.sql);
  for (const auto& name : view.sources) {
    MARU_ASSIGN(const SourceModel* source, model.source(name));
    std::vector<std::string> available;
    MARU_TRY(add_source(*source, name, data, available));
  }
  data.sql = view_relation_sql(*view.relation, view.view.sql, Cleaning::rows);
  data.raw_sql = view_relation_sql(*view.relation, view.view.sql, Cleaning::answer);
  return data;
}

Result<RelationFacts> Offline::facts_of(const Relation& relation, const RelationData& data,
                                        const std::vector<std::size_t>& keys) {
  std::string id = data.fingerprint;
  for (const std::size_t key : keys) id += "/" + relation.columns[key].first;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = facts_.find(id); known != facts_.end()) return known->second;
  }
  MARU_ASSIGN(const Table counts, lake_.query(facts_sql(relation, data.raw_sql, keys), data.sources));
  const RelationFacts facts{counts.columns()[0].number(0) > 0, counts.columns()[1].number(0) > 0};
  const std::lock_guard lock(mutex_);
  if (facts_.size() >= kFactsLimit) facts_.clear();
  facts_.emplace(id, facts);
  return facts;
}

}  // namespace maru::features
