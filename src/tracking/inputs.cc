// What a run read and made: data sets and logged models.

#include "tracking/context.h"
#include "tracking/limits.h"
#include "tracking/run_rows.h"
#include "tracking/runs.h"
#include "tracking/statements.h"
#include "tracking/tags.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kInsertDataset =
    "INSERT INTO run_datasets (experiment_id, name, digest, source_type, source, schema, profile) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (experiment_id, name, digest) DO NOTHING";
constexpr std::string_view kFindDataset =
    "SELECT id FROM run_datasets WHERE experiment_id = ?1 AND name = ?2 AND digest = ?3";
constexpr std::string_view kInsertInput =
    "INSERT INTO run_inputs (run, dataset_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
constexpr std::string_view kInsertInputTag =
    "INSERT INTO run_input_tags (run, dataset_id, key, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (run, dataset_id, key) DO UPDATE SET value = excluded.value";
constexpr std::string_view kInsertModel =
    "INSERT INTO run_models (run, direction, model_id, step) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
constexpr std::string_view kDatasets =
    "SELECT d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile FROM run_inputs i "
    "JOIN run_datasets d ON d.id = i.dataset_id WHERE i.run = ?1 ORDER BY d.id";
constexpr std::string_view kInputTags =
    "SELECT key, value FROM run_input_tags WHERE run = ?1 AND dataset_id = ?2 ORDER BY key";
constexpr std::string_view kModels =
    "SELECT direction, model_id, step FROM run_models WHERE run = ?1 ORDER BY step, model_id";

constexpr std::string_view kTag = "SELECT value FROM run_tags WHERE run = ?1 AND key = ?2";

constexpr store::NamedStatement kStatements[] = {{"tracking.run_tag", kTag},
                                                 {"tracking.insert_dataset", kInsertDataset},
                                                 {"tracking.find_dataset", kFindDataset},
                                                 {"tracking.insert_input", kInsertInput},
                                                 {"tracking.insert_input_tag", kInsertInputTag},
                                                 {"tracking.insert_run_model", kInsertModel},
                                                 {"tracking.datasets_of_run", kDatasets},
                                                 {"tracking.input_tags", kInputTags},
                                                 {"tracking.models_of_run", kModels}};

constexpr std::size_t kSummaryLimit = 1000;

Result<std::int64_t> keep_dataset(store::Transaction& tx, std::int64_t experiment_id,
                                  const Dataset& dataset) {
  MARU_TRY(tx.execute(kInsertDataset, {experiment_id, dataset.name, dataset.digest, dataset.source_type,
                                       dataset.source, dataset.schema, dataset.profile}));
  MARU_ASSIGN(auto id, tx.first(kFindDataset, {experiment_id, dataset.name, dataset.digest},
                                [](const store::Row& row) { return row.int64(0); }));
  if (!id) return internal("data set {} {} was inserted but is not there", dataset.name, dataset.digest);
  return *id;
}

}  // namespace

std::span<const store::NamedStatement> input_statements() { return kStatements; }

Result<void> Runs::log_inputs(std::string_view run_id, std::vector<DatasetInput> datasets,
                              std::vector<ModelInput> models) {
  MARU_TRY(check_run_id(run_id));
  for (const auto& input : datasets) MARU_TRY(check_dataset(input));
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_active_run(tx, run_id));
    for (const auto& input : datasets) {
      MARU_ASSIGN(const auto id, keep_dataset(tx, run.experiment_id, input.dataset));
      MARU_ASSIGN(const auto inserted, tx.execute(kInsertInput, {run.number, id}));
      if (inserted == 0) continue;  // logged before: its tags stay
      for (const auto& tag : input.tags)
        MARU_TRY(tx.execute(kInsertInputTag, {run.number, id, tag.key, tag.value}));
    }
    for (const auto& model : models)
      MARU_TRY(tx.execute(kInsertModel, {run.number, "input", model.model_id, 0}));
    return {};
  });
}

Result<void> Runs::log_outputs(std::string_view run_id, std::vector<ModelOutput> models) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_active_run(tx, run_id));
    for (const auto& model : models) {
      MARU_TRY(tx.execute(kInsertModel, {run.number, "output", model.model_id, model.step}));
    }
    return {};
  });
}

Result<void> Runs::record_model(std::string_view run_id, JsonObject model) {
  std::string missing;
  for (std::string_view name : {"artifact_path", "flavors", "utc_time_created", "run_id"}) {
    if (!model.contains(name)) missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", name);
  }
  if (!missing.empty()) return invalid("Model json is missing mandatory fields: {{{}}}", missing);
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_active_run(tx, run_id));
    MARU_ASSIGN(auto old, tx.first(kTag, {run.number, kModelHistoryTag},
                                   [](const store::Row& row) { return row.string(0); }));
    JsonArray history;
    if (old) {
      MARU_ASSIGN(auto parsed, parse_json(*old));
      if (parsed.is_array()) history = std::move(parsed.as_array());
    }
    history.emplace_back(std::move(model));
    return write_tag(tx, run.number, {std::string(kModelHistoryTag), to_json(Json(std::move(history)))});
  });
}

Result<void> load_inputs(store::Reader& reader, NumberedRun& run) {
  std::vector<std::int64_t> ids;
  MARU_TRY(reader.query(kDatasets, {run.number}, [&](const store::Row& row) {
    ids.push_back(row.int64(0));
    run.run.datasets.push_back({.dataset = {.name = row.string(1),
                                            .digest = row.string(2),
                                            .source_type = row.string(3),
                                            .source = row.string(4),
                                            .schema = row.optional_text(5),
                                            .profile = row.optional_text(6)},
                                .tags = {}});
  }));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    MARU_ASSIGN(run.run.datasets[i].tags,
                reader.all(kInputTags, {run.number, ids[i]}, [](const store::Row& row) {
                  return Tag{row.string(0), row.string(1)};
                }));
  }
  return reader.query(kModels, {run.number}, [&](const store::Row& row) {
    if (row.text(0) == "input") {
      run.run.model_inputs.push_back({row.string(1)});
    } else {
      run.run.model_outputs.push_back({row.string(1), row.int64(2)});
    }
  });
}

Result<std::vector<Runs::DatasetSummary>> Runs::datasets_of(
    std::span<const std::string> experiment_ids) const {
  std::vector<store::Value> ids;
  for (const auto& id : experiment_ids) {
    MARU_ASSIGN(const auto number, parse_experiment_id(id));
    ids.emplace_back(number);
  }
  const auto sql = fmt::format(
      "SELECT DISTINCT d.experiment_id, d.name, d.digest, t.value FROM run_datasets d "
      "JOIN run_inputs i ON i.dataset_id = d.id "
      "LEFT JOIN run_input_tags t ON t.run = i.run AND t.dataset_id = i.dataset_id AND t.key = '{}' "
      "WHERE d.experiment_id IN ({}) LIMIT {}",
      kDatasetContextTag, placeholders(ids.size()), kSummaryLimit);
  return context_.database.read([&](store::Reader& reader) {
    return reader.all(sql, ids, [](const store::Row& row) {
      return DatasetSummary{std::to_string(row.int64(0)), row.string(1), row.string(2), row.string(3)};
    });
  });
}

}  // namespace maru::tracking
