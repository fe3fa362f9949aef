#include <algorithm>
#include <set>

#include "automation/pipeline.h"
#include "base/ids.h"

namespace maru::automation {
namespace {

const std::vector<std::string> kStepKeys{"name", "inputs", "after", "retries", "backoff", "timeout", "cache"};

Result<DurationMs> duration_or(const JsonReader& step, std::string_view key, DurationMs fallback) {
  const auto field = step.find(key);
  if (!field) return fallback;
  MARU_ASSIGN(const std::string text, field->text());
  return parse_duration(text).at(field->path());
}

// `{automl: {…}}` keeps the object; `{validate: data}` becomes {"validate": "data"}.
JsonObject arguments_of(const std::string& kind, const Json& value) {
  if (const auto* object = value.if_object()) return *object;
  return JsonObject{{kind, value}};
}

Result<std::string> kind_of(const JsonReader& step, const StepKinds& kinds) {
  MARU_ASSIGN(const auto fields, step.fields());
  std::string kind;
  for (const auto& [key, value] : fields) {
    if (std::ranges::find(kStepKeys, key) != kStepKeys.end()) continue;
    if (std::ranges::find(kinds.names, key) == kinds.names.end()) {
      std::vector<std::string> known = kinds.names;
      known.insert(known.end(), kStepKeys.begin(), kStepKeys.end());
      return value.wrong(fmt::format("unknown key{}; the kinds of steps are {}", did_you_mean(key, known),
                                     fmt::join(kinds.names, ", ")));
    }
    if (!kind.empty()) return step.wrong(fmt::format("is both a {} and a {} step", kind, key));
    kind = key;
  }
  if (kind.empty())
    return step.wrong(fmt::format("names no kind; expected one of {}", fmt::join(kinds.names, ", ")));
  return kind;
}

Result<StepSpec> read_step(const std::string& name, const JsonReader& step, const StepKinds& kinds) {
  StepSpec spec;
  spec.name = name;
  MARU_ASSIGN(spec.kind, kind_of(step, kinds));
  MARU_ASSIGN(const JsonReader arguments, step.field(spec.kind));
  spec.arguments = arguments_of(spec.kind, arguments.value());
  if (const auto inputs = step.find("inputs")) {
    MARU_TRY(inputs->texts());
    spec.arguments["inputs"] = inputs->value();
  }
  if (const auto after = step.find("after")) {
    MARU_ASSIGN(spec.after, after->texts());
  }
  MARU_ASSIGN(const std::int64_t retries, step.integer_or("retries", 0));
  if (retries < 0 || retries >= kAttemptLimit)
    return step.wrong(fmt::format("retries: expected 0 to {}, got {}", kAttemptLimit - 1, retries));
  spec.retry.attempts = retries + 1;
  MARU_ASSIGN(spec.retry.backoff_ms, duration_or(step, "backoff", spec.retry.backoff_ms));
  MARU_ASSIGN(spec.timeout_ms, duration_or(step, "timeout", spec.timeout_ms));
  if (spec.timeout_ms <= 0) return step.wrong("timeout: expected more than 0");
  MARU_ASSIGN(spec.cache, step.boolean_or("cache", false));
  return spec;
}

void collect_texts(const Json& value, std::set<std::string>& out) {
  if (const auto* text = value.if_string()) out.emplace(*text);
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) collect_texts(item, out);
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object) collect_texts(item, out);
  }
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// A step waits for every step that its arguments name.
void add_dependencies(std::vector<StepSpec>& steps) {
  for (auto& step : steps) {
    std::set<std::string> texts;
    collect_texts(step.arguments, texts);
    for (const auto& other : steps) {
      if (other.name != step.name && texts.contains(other.name)) add_once(step.after, other.name);
    }
  }
}

// Steps written after a check that read what it checks wait for it.
void add_gates(std::vector<StepSpec>& steps, const std::vector<std::string>& gates) {
  const auto is_gate = [&](const StepSpec& step) {
    return std::ranges::find(gates, step.kind) != gates.end();
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!is_gate(steps[i])) continue;
    const std::vector<std::string> checked = steps[i].after;
    for (std::size_t later = i + 1; later < steps.size(); ++later) {
      const bool reads = std::ranges::any_of(checked, [&](const std::string& name) {
        return std::ranges::find(steps[later].after, name) != steps[later].after.end();
      });
      if (reads && !is_gate(steps[later])) add_once(steps[later].after, steps[i].name);
    }
  }
}

Result<std::vector<StepSpec>> read_steps(const JsonReader& steps, const StepKinds& kinds) {
  std::vector<StepSpec> out;
  if (steps.value().is_array()) {
    MARU_ASSIGN(const auto items, steps.items());
    for (const auto& item : items) {
      MARU_ASSIGN(const std::string name, item.text("name"));
      MARU_ASSIGN(StepSpec step, read_step(name, item, kinds));
      out.push_back(std::move(step));
    }
    return out;
  }
  MARU_ASSIGN(const auto fields, steps.fields());
  for (const auto& [name, item] : fields) {
    MARU_ASSIGN(StepSpec step, read_step(name, item, kinds));
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace

Result<PipelineSpec> read_pipeline(std::string_view name, std::string_view project,
                                   const std::filesystem::path& root, const JsonReader& definition,
                                   const StepKinds& kinds) {
  MARU_TRY(definition.only({"steps", "description"}));
  PipelineSpec spec{std::string(name), std::string(project), {}, root};
  MARU_ASSIGN(const JsonReader steps, definition.field("steps"));
  MARU_ASSIGN(spec.steps, read_steps(steps, kinds));
  add_dependencies(spec.steps);
  add_gates(spec.steps, kinds.gates);
  const auto checked = check_graph(spec.steps);
  if (!checked)
    return definition.path().empty()
               ? checked.error()
               : Error{checked.error().code, definition.path() + "." + checked.error().message};
  return spec;
}

JsonObject to_json_object(const PipelineSpec& spec) {
  JsonArray steps;
  for (const auto& step : spec.steps) {
    steps.push_back(JsonObject{{"name", step.name},
                               {"kind", step.kind},
                               {"arguments", step.arguments},
                               {"after", boost::json::value_from(step.after)},
                               {"attempts", step.retry.attempts},
                               {"backoff_ms", step.retry.backoff_ms},
                               {"timeout_ms", step.timeout_ms},
                               {"cache", step.cache}});
  }
  return {{"name", spec.name},
          {"project", spec.project},
          {"root", spec.root.string()},
          {"steps", std::move(steps)}};
}

Result<PipelineSpec> pipeline_from_json(const JsonReader& reader) {
  PipelineSpec spec;
  MARU_ASSIGN(spec.name, reader.text("name"));
  MARU_ASSIGN(spec.project, reader.text_or("project", ""));
  MARU_ASSIGN(const std::string root, reader.text_or("root", ""));
  spec.root = root;
  MARU_ASSIGN(const JsonReader steps, reader.field("steps"));
  MARU_ASSIGN(const auto items, steps.items());
  for (const auto& item : items) {
    StepSpec step;
    MARU_ASSIGN(step.name, item.text("name"));
    MARU_ASSIGN(step.kind, item.text("kind"));
    MARU_ASSIGN(const JsonReader arguments, item.field("arguments"));
    MARU_ASSIGN(step.arguments, arguments.object());
    MARU_ASSIGN(const JsonReader after, item.field("after"));
    MARU_ASSIGN(step.after, after.texts());
    MARU_ASSIGN(step.retry.attempts, item.integer_or("attempts", 1));
    MARU_ASSIGN(step.retry.backoff_ms, item.integer_or("backoff_ms", 1000));
    MARU_ASSIGN(step.timeout_ms, item.integer_or("timeout_ms", kHourMs));
    MARU_ASSIGN(step.cache, item.boolean_or("cache", false));
    spec.steps.push_back(std::move(step));
  }
  return spec;
}

}  // namespace maru::automation
