#pragma once
// Features at past times, computed in the lake.

#include <map>
#include <mutex>

#include "datasets/catalog.h"
#include "features/feature_store.h"
#include "features/internal/point_in_time_sql.h"
#include "features/internal/segments.h"
#include "features/internal/snapshot.h"

namespace maru::features {

// One relation, ready to be read: the SQL that answers its rows and the sources of that SQL.
struct RelationData {
  std::string sql;                            // numbers that are not finite are null
  std::string raw_sql;                        // or are as they are (Cleaning::answer)
  std::vector<store::LakeSource> sources;     // of tables owned by `empty`
  std::vector<std::shared_ptr<Table>> empty;  // stand for sources that have no file yet
  std::string fingerprint;                    // equal for equal content
  std::vector<datasets::DatasetRef> datasets;
};

// Thread-safe.
class Offline {
 public:
  Offline(store::Lake& lake, datasets::Catalog& catalog, Segments& segments, const SchemaBook& schemas,
          Clock& clock)
      : lake_(lake), catalog_(catalog), segments_(segments), schemas_(schemas), clock_(clock) {}

  Result<RelationData> data_of(const Model& model, const ViewModel& view);
  Result<RelationData> data_of(const SourceModel& source);
  Result<RelationFacts> facts_of(const Relation& relation, const RelationData& data,
                                 const std::vector<std::size_t>& keys);

  Result<TrainingSet> training_set(const Snapshot& snapshot, const TrainingSetRequest& request);

 private:
  struct Examples {
    Table rows;     // keys and kAt …
    Table carried;  // what the caller's rows had beside, in the same order
    std::string label_source;
  };
  // Adds one source under the name it is read by.
  Result<void> add_source(const SourceModel& source, std::string_view as, RelationData& data,
                          std::vector<std::string>& available);
  Result<Examples> label_rows(const Snapshot& snapshot, const CompiledService& service,
                              const TrainingSetRequest& request, TrainingSet& out);
  Result<Table> join(const Snapshot& snapshot, const ViewModel& view, const Table& entity_rows,
                     const TrainingSetRequest& request, std::string_view label_source, TrainingSet& out);

  store::Lake& lake_;
  datasets::Catalog& catalog_;
  Segments& segments_;
  const SchemaBook& schemas_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, RelationFacts> facts_;
};

}  // namespace maru::features
