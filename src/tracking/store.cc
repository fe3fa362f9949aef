#include "tracking/store.h"

#include "tracking/context.h"
#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kMakeDefault =
    "INSERT INTO experiments (id, name, artifact_location, lifecycle, created_ms, updated_ms) "
    "SELECT 0, 'Default', 'mlflow-artifacts:/0', 'active', ?1, ?1 WHERE NOT EXISTS (SELECT 1 FROM "
    "experiments)";
constexpr std::string_view kModelOfRun =
    "SELECT model_id FROM logged_models WHERE source_run_id = ?1 AND name = ?2 AND lifecycle = 'active' "
    "ORDER BY created_ms DESC, model_id LIMIT 1";
constexpr store::NamedStatement kStatements[] = {{"tracking.make_default_experiment", kMakeDefault},
                                                 {"tracking.model_of_run", kModelOfRun}};

// "<id>/<rest>" of the part after a scheme.
std::pair<std::string_view, std::string_view> split_first(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  const auto cut = text.find('/');
  if (cut == std::string_view::npos) return {text, {}};
  return {text.substr(0, cut), text.substr(cut + 1)};
}

}  // namespace

std::vector<store::NamedStatement> statements() {
  std::vector<store::NamedStatement> out(std::begin(kStatements), std::end(kStatements));
  for (auto part : {artifact_statements(), experiment_statements(), input_statements(),
                    log_batch_statements(), logged_model_statements(), metric_history_statements(),
                    run_cache_statements(), run_row_statements(), run_statements()}) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

Result<std::unique_ptr<Store>> Store::open(store::Database& database, store::Blobs& blobs,
                                           events::Log& events, Clock& clock, BlobOwnership ownership) {
  MARU_TRY(
      database.write([&](store::Transaction& tx) { return tx.execute(kMakeDefault, {clock.now_ms()}); }));
  auto context = std::unique_ptr<Context>(new Context{.database = database,
                                                      .blobs = blobs,
                                                      .events = events,
                                                      .clock = clock,
                                                      .run_cache = {},
                                                      .blobs_in_use = {},
                                                      .owns_blobs = ownership == BlobOwnership::exclusive});
  return std::unique_ptr<Store>(new Store(std::move(context)));
}

Store::Store(std::unique_ptr<Context> context)
    : context_(std::move(context)),
      experiments_(*context_),
      runs_(*context_),
      models_(*context_),
      artifacts_(*context_) {}
Store::~Store() = default;

Result<ModelSource> Store::resolve_source(std::string_view source) const {
  if (source.starts_with("mlflow-artifacts:")) {
    MARU_ASSIGN(auto path, Artifacts::path_of_uri(source));
    return ModelSource{Artifacts::uri_of_path(path), "", ""};
  }
  if (source.starts_with("models:/")) {
    MARU_ASSIGN(auto model, models_.get(split_first(source.substr(8)).first));
    return ModelSource{model.artifact_uri, model.source_run_id, model.id};
  }
  if (!source.starts_with("runs:/")) {
    return invalid("source: expected runs:/…, models:/m-… or mlflow-artifacts:/…, got \"{}\"", source);
  }
  const auto [run_id, path] = split_first(source.substr(6));
  MARU_ASSIGN(auto run, runs_.get(run_id));
  // MLflow 3 keeps a run's model apart from the run; the URI still names it by the run.
  MARU_ASSIGN(auto model_id, context_->database.read([&, id = run_id, name = path](store::Reader& reader) {
    return reader.first(kModelOfRun, {id, name}, [](const store::Row& row) { return row.string(0); });
  }));
  if (!model_id) return ModelSource{fmt::format("{}/{}", run.info.artifact_uri, path), run.info.id, ""};
  MARU_ASSIGN(auto model, models_.get(*model_id));
  return ModelSource{model.artifact_uri, run.info.id, model.id};
}

}  // namespace maru::tracking
