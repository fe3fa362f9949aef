#include "automation/command_step.h"

#include <string.h>

#include <algorithm>
#include <array>

#include "base/config.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/ids.h"

namespace maru::automation {
namespace {

constexpr std::size_t kErrorLines = 15;  // of the log, in the step's error
constexpr std::uint64_t kScriptLimitBytes = std::uint64_t{64}
                                            << 20;  // files larger than this are no part of a fingerprint
constexpr std::array<std::string_view, 20> kInherited{"PATH",
                                                      "HOME",
                                                      "USER",
                                                      "LOGNAME",
                                                      "SHELL",
                                                      "LANG",
                                                      "LC_ALL",
                                                      "LC_CTYPE",
                                                      "TZ",
                                                      "TMPDIR",
                                                      "OMP_NUM_THREADS",
                                                      "OPENBLAS_NUM_THREADS",
                                                      "MKL_NUM_THREADS",
                                                      "SSL_CERT_FILE",
                                                      "REQUESTS_CA_BUNDLE",
                                                      "http_proxy",
                                                      "https_proxy",
                                                      "no_proxy",
                                                      "NO_PROXY",
                                                      "CUDA_VISIBLE_DEVICES"};

struct CommandSpec {
  std::vector<std::string> arguments;
  std::vector<std::string> inputs;
  std::map<std::string, std::string> environment;
  ResourceLimits limits;
  DurationMs grace_ms = Command{}.grace_ms;
};

std::string variable_name(std::string_view prefix, std::string_view name) {
  std::string out(prefix);
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z');
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += letter ? static_cast<char>(c - 'a' + 'A') : plain ? c : '_';
  }
  return out;
}

std::string text_of(const Json& value) {
  return value.is_string() ? std::string(value.get_string()) : to_json(value);
}

Result<void> read_limits(const JsonReader& arguments, CommandSpec& spec) {
  MARU_ASSIGN(const std::string memory, arguments.text_or("memory", ""));
  MARU_ASSIGN(const std::string cpu, arguments.text_or("cpu", ""));
  MARU_ASSIGN(const std::string grace, arguments.text_or("grace", ""));
  if (!memory.empty()) {
    MARU_ASSIGN(spec.limits.memory_bytes, parse_bytes(memory).at("memory"));
  }
  if (!cpu.empty()) {
    MARU_ASSIGN(const DurationMs cpu_ms, parse_duration(cpu).at("cpu"));
    spec.limits.cpu_seconds = static_cast<std::uint64_t>((cpu_ms + kSecondMs - 1) / kSecondMs);
  }
  if (!grace.empty()) {
    MARU_ASSIGN(spec.grace_ms, parse_duration(grace).at("grace"));
  }
  return {};
}

Result<CommandSpec> read_command(const StepSpec& step, const ResourceLimits& limits) {
  const Json value(step.arguments);
  const JsonReader arguments(value);
  MARU_TRY(arguments.only({"command", "run", "inputs", "env", "memory", "cpu", "grace"}));
  CommandSpec spec;
  spec.limits = limits;
  MARU_ASSIGN(const JsonReader command, arguments.field(arguments.find("run") ? "run" : "command"));
  if (command.value().is_array()) {
    MARU_ASSIGN(spec.arguments, command.texts());
    if (spec.arguments.empty()) return command.wrong("is empty");
  } else {
    MARU_ASSIGN(const std::string text, command.text());
    if (text.empty()) return command.wrong("is empty");
    spec.arguments = {"/bin/sh", "-c", text};
  }
  if (const auto inputs = arguments.find("inputs")) {
    MARU_ASSIGN(spec.inputs, inputs->texts());
  }
  if (const auto environment = arguments.find("env")) {
    MARU_ASSIGN(const auto fields, environment->fields());
    for (const auto& [name, item] : fields) spec.environment[name] = text_of(item.value());
  }
  MARU_TRY(read_limits(arguments, spec));
  return spec;
}

std::map<std::string, std::string> inherited_environment(const CommandStepOptions& options) {
  std::map<std::string, std::string> out;
  for (const auto name : kInherited) {
    if (const auto found = options.inherited.find(std::string(name)); found != options.inherited.end())
      out.insert(*found);
  }
  if (!out.contains("PATH")) out["PATH"] = "/usr/local/bin:/usr/bin:/bin";
  if (!options.python_environment.empty()) {
    out["PATH"] = (options.python_environment / "bin").string() + ":" + out["PATH"];
    out["VIRTUAL_ENV"] = options.python_environment.string();
  }
  out["PYTHONUNBUFFERED"] = "1";  // a log that can be followed
  return out;
}

Result<void> add_inputs(const CommandSpec& spec, const CommandStepOptions& options,
                        const StepContext& context, std::map<std::string, std::string>& environment) {
  for (const auto& input : spec.inputs) {
    const auto output = context.outputs.find(input);
    if (output == context.outputs.end())
      return invalid("inputs: \"{}\" is not a step that this one waits for", input);
    if (!options.input_files)
      return make_error(Code::unimplemented, "inputs: no data sets are wired to commands here");
    MARU_ASSIGN(const InputFiles files,
                options.input_files(output->second, context.folder).at("inputs." + input));
    const std::string name = variable_name("MARU_INPUT_", input);
    environment[name] = files.parquet.string();
    environment[name + "_CSV"] = files.csv.string();
  }
  return {};
}

Error failure(const CommandResult& result, const StepContext& context) {
  if (result.stopped == StopReason::timeout) {
    return make_error(Code::deadline_exceeded, "ran longer than its timeout of {} and was ended",
                      format_duration(context.step.timeout_ms));
  }
  if (result.stopped == StopReason::cancelled) return make_error(Code::cancelled, "cancelled");
  if (result.stopped == StopReason::shutdown) return make_error(Code::cancelled, "the server stopped");
  std::string what = fmt::format("exit code {}", result.exit_code);
  if (result.signal != 0) {
    const char* name = ::sigabbrev_np(result.signal);
    what = fmt::format("killed by SIG{}", name == nullptr ? std::to_string(result.signal) : name);
  }
  const std::string tail = context.log.tail(kErrorLines);
  return make_error(Code::failed_precondition, "{}{}{}", what, tail.empty() ? "" : "; its last lines:\n",
                    tail);
}

class CommandStep final : public StepKind {
 public:
  CommandStep(std::shared_ptr<Executor> executor, std::function<CommandStepOptions()> options)
      : executor_(std::move(executor)), options_(std::move(options)) {}

  std::string_view name() const override { return "command"; }

  Result<void> check(const StepSpec& step, const PipelineSpec& pipeline) const override {
    MARU_ASSIGN(const CommandSpec spec, read_command(step, {}));
    std::vector<std::string> names;
    for (const auto& other : pipeline.steps) names.push_back(other.name);
    for (const auto& input : spec.inputs) {
      if (std::ranges::find(names, input) == names.end())
        return invalid("inputs: unknown step \"{}\"{}", input, did_you_mean(input, names));
    }
    return {};
  }

  // The scripts that the command names count, not only their names.
  Result<std::string> fingerprint(const StepContext& context) const override {
    MARU_ASSIGN(const CommandSpec spec, read_command(context.step, {}));
    Sha256 digest;
    for (const auto& argument : spec.arguments) {
      for (std::size_t start = 0; start <= argument.size();) {
        const std::size_t end = std::min(argument.find(' ', start), argument.size());
        const auto file = safe_join(context.pipeline.root, argument.substr(start, end - start));
        std::error_code code;
        if (file && std::filesystem::is_regular_file(*file, code)) {
          MARU_ASSIGN(const std::string bytes, read_file(*file, kScriptLimitBytes));
          digest.update(sha256_hex(bytes));
        }
        start = end + 1;
      }
      digest.update(argument + '\n');
    }
    return digest.hex();
  }

  Result<JsonObject> run(StepContext& context) const override {
    const CommandStepOptions options = options_();
    MARU_ASSIGN(const CommandSpec spec, read_command(context.step, options.limits));
    Command command{.arguments = spec.arguments,
                    .folder = context.pipeline.root.empty() ? context.folder : context.pipeline.root,
                    .environment = inherited_environment(options),
                    .limits = spec.limits,
                    .grace_ms = spec.grace_ms};
    const auto output_file = context.folder / "output.json";
    MARU_TRY(remove_tree(output_file));
    auto& environment = command.environment;
    environment["MLFLOW_TRACKING_URI"] = environment["MARU_SERVER"] = options.server_url;
    environment["MLFLOW_EXPERIMENT_NAME"] =
        context.pipeline.project.empty() ? context.pipeline.name : context.pipeline.project;
    environment["MARU_RUN"] = std::to_string(context.run_id);
    environment["MARU_STEP"] = context.step.name;
    environment["MARU_OUTPUT"] = output_file.string();
    for (const auto& [name, value] : context.params)
      environment[variable_name("MARU_PARAM_", std::string(name))] = text_of(value);
    MARU_TRY(add_inputs(spec, options, context, environment));
    for (const auto& [name, value] : spec.environment) environment[name] = value;

    MARU_ASSIGN(const CommandResult result,
                executor_->run(
                    command, [&](std::string_view bytes) { context.log.write(bytes); }, context.should_stop));
    if (result.left_behind > 0)
      context.log.line(fmt::format("[{} processes outlived the command and were ended]", result.left_behind));
    if (result.stopped != StopReason::none || result.signal != 0 || result.exit_code != 0)
      return failure(result, context);
    return read_output(output_file);
  }

 private:
  static Result<JsonObject> read_output(const std::filesystem::path& file) {
    std::error_code code;
    if (!std::filesystem::exists(file, code)) return JsonObject();
    MARU_ASSIGN(const std::string text, read_file(file, kOutputLimitBytes).at("MARU_OUTPUT"));
    return parse_json_object(text).at("MARU_OUTPUT");
  }

  std::shared_ptr<Executor> executor_;
  std::function<CommandStepOptions()> options_;
};

}  // namespace

std::shared_ptr<StepKind> make_command_step(std::shared_ptr<Executor> executor,
                                            std::function<CommandStepOptions()> options) {
  return std::make_shared<CommandStep>(std::move(executor), std::move(options));
}

}  // namespace maru::automation
