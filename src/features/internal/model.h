#pragma once
// Definitions made concrete: columns found, types known, names bound. Built once a change, then only read.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/types.h"
#include "features/definitions.h"
#include "store/lake.h"

namespace maru::features {

// The columns of a source, or of a sql view's answer: a relation of rows with a time.
struct Relation {
  std::string name;
  store::LakeSchema columns;
  std::size_t timestamp = 0;           // index into columns
  std::optional<std::size_t> created;  // index into columns
  std::optional<std::size_t> find(std::string_view column) const;
  std::vector<std::string> names() const;
};

struct SourceModel {
  Source source;
  Relation relation;
  std::optional<datasets::DatasetRef> dataset;  // the version that the columns were read from
};

// Rows kept online: those of one relation by one entity. Views of the same source and entity share them.
struct RowSet {
  std::string id;      // "source/rides/city" or "view/weather"
  std::string source;  // rows are also pushed; "" for a sql view
  const Relation* relation = nullptr;
  std::vector<std::size_t> keys;  // the entity's keys, index into the relation's columns
  DurationMs retention_ms = 0;    // rows older than this no view can see; 0 = kept for ever
};

struct ViewModel {
  View view;
  Entity entity;
  const Relation* relation = nullptr;
  std::size_t row_set = 0;  // index into Model::row_sets
  std::vector<std::pair<std::string, ColumnType>> features;
  std::vector<std::size_t>
      columns;  // of each feature: its column in the relation; count(*) has the timestamp's
  std::optional<Relation> own_relation;  // sql views: what the query answers
  std::vector<std::string> sources;      // read
};

inline constexpr std::size_t kOnDemand = SIZE_MAX;

// One column of a service's answer.
struct OutputFeature {
  std::string name;
  ColumnType type = ColumnType::float64;
  std::size_t view = kOnDemand;  // index into Model::views
  std::size_t feature = 0;       // index into the view's features
  std::optional<expr::Expression> expression;
  bool is_hidden = false;  // only computed because an expression needs it
};

struct ServiceModel {
  std::string name;
  std::vector<OutputFeature> features;      // what expressions use comes before them
  std::vector<std::string> keys;            // of all entities, without repeats
  std::vector<std::string> request_values;  // names that expressions take from the request
};

struct Model {
  Definitions definitions;
  std::map<std::string, SourceModel, std::less<>> sources;
  std::vector<std::unique_ptr<ViewModel>> views;
  std::vector<RowSet> row_sets;

  const ViewModel* view(std::string_view name) const;
  Result<const SourceModel*> source(std::string_view name) const;  // not_found, with the nearest
};

// How the model finds out about data. Wired over the catalog and the lake.
struct SchemaFinder {
  // The columns of a data set's latest version; not_found when there is none.
  std::function<Result<datasets::DatasetVersion>(std::string_view dataset)> dataset;
  // What a view's SQL over the sources of `model` answers, and which of them it reads.
  struct SqlAnswer {
    store::LakeSchema columns;
    std::vector<std::string> sources;
  };
  std::function<Result<SqlAnswer>(std::string_view sql, const Model& model)> sql;
};

// Error paths are those of the project file.
Result<std::unique_ptr<Model>> resolve(const Definitions& definitions, const SchemaFinder& finder);

// The features that these parts ask for: views, groups, "view.feature". Names must not repeat.
Result<ServiceModel> resolve_parts(const Model& model, std::string name, std::span<const std::string> parts);

}  // namespace maru::features
