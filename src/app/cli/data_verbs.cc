// datasets, features: what a server holds. drift, validate, profile: the same checks on files, without a
// server.

#include <unistd.h>

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/yaml.h"
#include "store/lake.h"
#include "validation/drift.h"
#include "validation/expectations.h"
#include "validation/profile.h"
#include "validation/report_text.h"
#include "validation/schema.h"

namespace maru::app {
namespace {

std::string text_of(const JsonReader& reader, std::string_view name) {
  return reader.text_or(name, "").value_or("");
}
std::int64_t integer_of(const JsonReader& reader, std::string_view name) {
  return reader.integer_or(name, 0).value_or(0);
}

Result<Table> read_table(const std::string& path) {
  MARU_ASSIGN(const auto format, store::file_format_of(path));
  MARU_ASSIGN(const auto folder, TemporaryFolder::create("maru-cli"));
  MARU_ASSIGN(const auto lake, store::Lake::open({.folder = folder.path()}));
  return lake->read_file(path, format);
}

validation::TextStyle text_style() { return {.color = is_terminal(STDOUT_FILENO), .width = 110}; }

// "a=numerical,b=categorical"
Result<std::map<std::string, validation::DriftType>> types_of(const std::string& text) {
  std::map<std::string, validation::DriftType> types;
  for (const auto& pair : CLI::detail::split(text, ',')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return invalid("--types {}: expected COLUMN=numerical|categorical|text|datetime", pair);
    MARU_ASSIGN(types[pair.substr(0, equals)], validation::drift_type(pair.substr(equals + 1)));
  }
  return types;
}

struct DriftArguments {
  std::string reference, current, mode = "default", method, types;
  bool fail = false;
};

Result<validation::DriftReport> drift_of(const DriftArguments& arguments) {
  validation::DriftOptions options;
  MARU_ASSIGN(options.mode, validation::drift_mode(arguments.mode));
  MARU_ASSIGN(options.types, types_of(arguments.types));
  if (!arguments.method.empty()) {
    MARU_ASSIGN(options.method, validation::drift_method(arguments.method));
  }
  MARU_ASSIGN(const Table reference, read_table(arguments.reference));
  MARU_ASSIGN(const Table current, read_table(arguments.current));
  return validation::detect_drift(reference, current, options);
}

void add_drift_verb(CLI::App& root, Context& context) {
  auto* verb = add_verb(
      root, context, "drift", "Compare two data files column by column", Talks::locally,
      {"maru drift january.csv july.csv", "maru drift ref.parquet cur.parquet --mode compat:evidently --json",
       "maru drift a.csv b.csv --method psi --types season=categorical --fail"});
  auto arguments = std::make_shared<DriftArguments>();
  verb->add_option("REF", arguments->reference, "The reference: CSV, CSV.gz, Parquet or JSONL")->required();
  verb->add_option("CUR", arguments->current, "What is compared with it")->required();
  verb->add_option("--mode", arguments->mode, "default, or compat:evidently")->capture_default_str();
  verb->add_option("--method", arguments->method, "One method for every column it fits");
  verb->add_option("--types", arguments->types, "COLUMN=numerical|categorical|text|datetime, comma between");
  verb->add_flag("--fail", arguments->fail, "Exit with 4 when the data set drifted");
  verb->callback([&context, arguments] {
    const auto report = drift_of(*arguments);
    if (!report) return context.fail(report.error());
    if (!context.printed_json(validation::json_of(*report)))
      fmt::print("{}", validation::text_of(*report, text_style()));
    if (arguments->fail && report->dataset_drift) context.exit_code = static_cast<int>(Exit::check_failed);
  });
}

// A file with {columns: …} (what `maru validate FILE --json` infers) or {expectations: [...]}; JSON or YAML.
Result<JsonObject> validate_file(const std::string& file, const std::string& schema_file,
                                 std::string& shown) {
  MARU_ASSIGN(const Table table, read_table(file));
  if (schema_file.empty()) {
    const auto inferred = validation::infer_schema(table);
    shown = fmt::format("{}: {} rows, {} columns. Its schema, to check other files with (--schema):\n{}\n",
                        file, table.rows(), table.columns().size(),
                        to_json(validation::json_of(inferred), JsonStyle::indented));
    return JsonObject{{"passed", true}, {"schema", validation::json_of(inferred)}};
  }
  MARU_ASSIGN(const std::string text, read_file(schema_file));
  MARU_ASSIGN(const YamlDocument document, parse_yaml(text).at(schema_file));
  const JsonReader reader(document.value);
  JsonObject outcome;
  bool passed = true;
  if (reader.find("columns")) {
    auto expected = validation::schema_from(reader);
    if (!expected) return document.located(expected.error(), schema_file);
    const auto changes = validation::compare(*expected, validation::infer_schema(table));
    passed = std::none_of(changes.begin(), changes.end(), [](const auto& change) { return change.breaking; });
    outcome["schema_changes"] = validation::json_of(changes);
    shown += validation::text_of(changes, text_style());
  }
  if (const auto list = reader.find("expectations")) {
    auto expectations = validation::expectations_from(*list);
    if (!expectations) return document.located(expectations.error(), schema_file);
    const auto results = validation::check(table, *expectations, system_clock().now_ms());
    for (const auto& result : results)
      passed = passed && (result.passed || result.severity == validation::Severity::warn);
    outcome["checks"] = validation::json_of(results);
    shown += validation::text_of(results, text_style());
  }
  if (outcome.empty())
    return invalid("{}: expected the key \"columns\" (a schema) or \"expectations\" (a list), or both",
                   schema_file);
  outcome["passed"] = passed;
  return outcome;
}

void add_validate_verb(CLI::App& root, Context& context) {
  auto* verb =
      add_verb(root, context, "validate",
               "Check a data file against a schema and expectations, or infer its schema", Talks::locally,
               {"maru validate hour.csv.gz", "maru validate today.parquet --schema checks.yaml",
                "maru validate a.csv --json > schema.json"});
  auto file = std::make_shared<std::string>();
  auto schema = std::make_shared<std::string>();
  verb->add_option("FILE", *file, "The data: CSV, CSV.gz, Parquet or JSONL")->required();
  verb->add_option("--schema", *schema, "A YAML or JSON file with `columns` and/or `expectations`");
  verb->callback([&context, file, schema] {
    std::string shown;
    const auto outcome = validate_file(*file, *schema, shown);
    if (!outcome) return context.fail(outcome.error());
    if (!context.printed_json(*outcome)) fmt::print("{}", shown);
    if (!outcome->at("passed").as_bool()) context.exit_code = static_cast<int>(Exit::check_failed);
  });
}

void add_profile_verb(CLI::App& root, Context& context) {
  auto* verb = add_verb(root, context, "profile", "Describe a data file column by column", Talks::locally,
                        {"maru profile hour.csv.gz", "maru profile data.parquet --json"});
  auto file = std::make_shared<std::string>();
  verb->add_option("FILE", *file, "The data: CSV, CSV.gz, Parquet or JSONL")->required();
  verb->callback([&context, file] {
    const auto table = read_table(*file);
    if (!table) return context.fail(table.error());
    const auto profile = validation::profile_of(*table);
    if (!context.printed_json(validation::json_of(profile)))
      fmt::print("{}", validation::text_of(profile, text_style()));
  });
}

void show_datasets(Context& context) {
  const auto found = context.client().get("/api/v1/datasets");
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  using enum Align;
  TextTable table({"data set", "version", "rows", "columns", "updated"}, {left, right, right, right, left});
  for (const auto& item : JsonReader(*found).field("datasets").value().items().value()) {
    table.add({text_of(item, "name"), std::to_string(integer_of(item, "latest_version")),
               format_count(integer_of(item, "rows")), std::to_string(integer_of(item, "columns")),
               format_time(integer_of(item, "updated_ms"))});
  }
  fmt::print("{}", table.empty() ? std::string("No data set yet. Next: maru datasets add NAME FILE\n")
                                 : table.text());
}

void show_dataset(Context& context, const std::string& name) {
  const auto found = context.client().get("/api/v1/datasets/" + url_encode(name));
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  using enum Align;
  TextTable table({"version", "rows", "created", "checks", "content"}, {right, right, left, left, left});
  for (const auto& item : JsonReader(*found).field("versions").value().items().value()) {
    std::string checks = "–";
    if (const auto counts = item.find("checks"); counts && counts->value().is_object()) {
      checks =
          fmt::format("{} passed, {} failed", integer_of(*counts, "passed"), integer_of(*counts, "failed"));
    }
    table.add({std::to_string(integer_of(item, "version")), format_count(integer_of(item, "rows")),
               format_time(integer_of(item, "created_ms")), checks,
               text_of(item, "content_hash").substr(0, 12)});
  }
  fmt::print("{}", table.text());
}

std::string_view content_type(store::FileFormat format) {
  switch (format) {
    case store::FileFormat::csv:
      return "text/csv";
    case store::FileFormat::csv_gz:
      return "application/gzip";
    case store::FileFormat::parquet:
      return "application/vnd.apache.parquet";
    case store::FileFormat::jsonl:
      return "application/jsonl";
  }
  return "application/octet-stream";
}

void add_dataset(Context& context, const std::string& name, const std::string& file) {
  const auto format = store::file_format_of(file);
  if (!format) return context.fail(format.error());
  auto bytes = read_file(file);
  if (!bytes) return context.fail(bytes.error());
  const auto made =
      context.client().send(net::Method::post, fmt::format("/api/v1/datasets/{}/versions", url_encode(name)),
                            std::move(*bytes), std::string(content_type(*format)));
  if (!made) return context.fail(made.error());
  if (context.printed_json(*made)) return;
  const JsonReader version(*made);
  fmt::print("{} version {}: {} rows, content {}\n", name, integer_of(version, "version"),
             format_count(integer_of(version, "rows")), text_of(version, "content_hash").substr(0, 12));
}

void show_features(Context& context) {
  const auto found = context.client().get("/api/v1/features");
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  TextTable table({"view", "kind", "entity", "features", "online rows", "newest"},
                  {Align::left, Align::left, Align::left, Align::left, Align::right});
  for (const auto& view : JsonReader(*found).field("views").value().items().value()) {
    std::vector<std::string> names;
    if (const auto features = view.find("features")) {
      for (const auto& feature : features->items().value()) names.push_back(text_of(feature, "name"));
    }
    const auto online = view.find("online");
    table.add({text_of(view, "name"), text_of(view, "kind"), text_of(view, "entity"),
               fmt::format("{}", fmt::join(names, ", ")),
               online ? format_count(integer_of(*online, "rows")) : "–",
               online && integer_of(*online, "newest_ms") != 0 ? format_time(integer_of(*online, "newest_ms"))
                                                               : "–"});
  }
  fmt::print("{}", table.empty() ? std::string("No feature view yet. Declare features in a project's "
                                               "maru.yaml; see docs/how-to/features.md.\n")
                                 : table.text());
}

void read_online(Context& context, const std::string& service, const std::vector<std::string>& keys,
                 const std::string& at) {
  JsonObject entity;
  for (const auto& pair : keys) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return context.fail(invalid("{}: expected KEY=VALUE", pair), Exit::usage);
    entity[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  JsonObject body{{"service", service}, {"entities", JsonArray{Json(entity)}}};
  if (!at.empty()) body["at"] = at;
  const auto found = context.client().post("/api/v1/features/online", body);
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  const JsonReader reader(*found);
  const auto names = reader.field("features").value().texts().value();
  const auto rows = reader.field("rows").value().items().value();
  if (rows.empty()) return;
  const auto values = rows.front().field("values").value().items().value();
  TextTable table({"feature", "value"}, {Align::left, Align::right});
  for (std::size_t i = 0; i < names.size() && i < values.size(); ++i)
    table.add({names[i], to_json(values[i].value())});
  fmt::print("{}", table.text());
}

}  // namespace

void add_data_verbs(CLI::App& root, Context& context) {
  auto* datasets = add_verb(root, context, "datasets",
                            "List data sets, show one's versions, or add a version", Talks::to_server,
                            {"maru datasets", "maru datasets rides", "maru datasets add rides hour.csv.gz"});
  auto name = std::make_shared<std::string>();
  datasets->add_option("DATASET", *name, "Show this data set's versions");
  auto* add = add_verb(*datasets, context, "add", "Register a file as a new version", Talks::to_server,
                       {"maru datasets add rides hour.csv.gz"});
  auto fields = std::make_shared<std::array<std::string, 2>>();
  add->add_option("NAME", (*fields)[0], "The data set's name")->required();
  add->add_option("FILE", (*fields)[1], "CSV, CSV.gz, Parquet or JSONL")->required();
  add->callback([&context, fields] { add_dataset(context, (*fields)[0], (*fields)[1]); });
  datasets->callback([&context, datasets, name] {
    if (!datasets->get_subcommands().empty()) return;
    if (name->empty()) return show_datasets(context);
    show_dataset(context, *name);
  });

  auto* features =
      add_verb(root, context, "features", "List feature views, or read features online", Talks::to_server,
               {"maru features", "maru features online demand_v1 city=washington",
                "maru features online demand_v1 city=washington --at 2011-06-01T08:00:00Z"});
  auto* online = add_verb(*features, context, "online", "Read a service's features for one entity",
                          Talks::to_server, {"maru features online demand_v1 city=washington"});
  auto service = std::make_shared<std::string>();
  auto keys = std::make_shared<std::vector<std::string>>();
  auto at = std::make_shared<std::string>();
  online->add_option("SERVICE", *service, "The feature service")->required();
  online->add_option("KEY=VALUE", *keys, "The entity's keys")->required();
  online->add_option("--at", *at, "As of this time instead of now");
  online->callback([&context, service, keys, at] { read_online(context, *service, *keys, *at); });
  features->callback([&context, features] {
    if (features->get_subcommands().empty()) show_features(context);
  });

  add_drift_verb(root, context);
  add_validate_verb(root, context);
  add_profile_verb(root, context);
}

}  // namespace maru::app
