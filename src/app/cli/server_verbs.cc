// up, doctor, config: running a server here.

#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <csignal>

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "app/server/locations.h"
#include "app/server/server.h"
#include "app/server/settings.h"
#include "app/version.h"
#include "base/file.h"
#include "base/log.h"
#include "store/lake.h"

extern char** environ;

namespace maru::app {
namespace {

struct UpArguments {
  std::string project, config_file, data, listen, grpc;
  std::vector<std::string> settings;
  bool stop_with_parent = false;
};

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Result<Config> config_of(const UpArguments& arguments) {
  Config config(all_settings());
  if (!arguments.config_file.empty()) MARU_TRY(config.load_file(arguments.config_file));
  MARU_TRY(config.load_environment(environment()));
  if (!arguments.data.empty()) MARU_TRY(config.set("server.data", arguments.data, "--data"));
  if (!arguments.listen.empty()) MARU_TRY(config.set("net.listen", arguments.listen, "--listen"));
  if (!arguments.grpc.empty()) MARU_TRY(config.set("server.grpc_listen", arguments.grpc, "--grpc"));
  for (const auto& setting : arguments.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) return invalid("--set {}: expected NAME=VALUE", setting);
    MARU_TRY(config.set(setting.substr(0, equals), setting.substr(equals + 1), "--set"));
  }
  return config;
}

void add_config_options(CLI::App* verb, UpArguments& arguments) {
  verb->add_option("--config", arguments.config_file, "A YAML file of settings");
  verb->add_option("--set", arguments.settings,
                   "NAME=VALUE of any setting (maru config lists them); may be repeated");
}

LogLevel level_named(const std::string& name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warn") return LogLevel::warn;
  if (name == "error") return LogLevel::error;
  return name == "off" ? LogLevel::off : LogLevel::info;
}

// Blocks until SIGINT or SIGTERM. The signals must be blocked in every thread already.
void wait_for_stop_signal(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
}

Result<void> apply_project(const std::string& address, const std::string& folder) {
  const auto file = std::filesystem::path(folder) / "maru.yaml";
  MARU_ASSIGN(const auto text, read_file(file));
  MARU_ASSIGN(const auto outcome,
              ServerClient(address).post("/api/v1/projects/apply",
                                         JsonObject{{"file", file.string()},
                                                    {"text", text},
                                                    {"root", std::filesystem::absolute(folder).string()}}));
  (void)outcome;
  return {};
}

void run_server(Context& context, const UpArguments& arguments) {
  const auto config = config_of(arguments);
  if (!config) return context.fail(config.error(), Exit::usage);
  const std::string format = config->text("log.format");
  configure_logging(level_named(config->text("log.level")), format == "json"   ? LogFormat::json
                                                            : format == "text" ? LogFormat::text
                                                                               : LogFormat::automatic);
  if (arguments.stop_with_parent) prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto server = Server::start(*config);
  if (!server) return context.fail(server.error(), Exit::failed);
  if (!arguments.project.empty()) {
    if (auto applied = apply_project((*server)->http_address(), arguments.project); !applied) {
      return context.fail(applied.error(), Exit::failed);
    }
  }
  fmt::print("ready http={} grpc={}\n", (*server)->http_address(), (*server)->grpc_address());
  std::fflush(stdout);
  wait_for_stop_signal(signals);
  log_info("server", "stopping");
  (*server)->stop();
}

struct Finding {
  bool ok;
  std::string what, found;
};

std::vector<Finding> examine(const Config& config) {
  std::vector<Finding> findings;
  const auto data = std::filesystem::absolute(config.text("server.data"));
  struct statvfs disk {};
  auto existing = data;
  while (!std::filesystem::exists(existing)) existing = existing.parent_path();
  const bool known = statvfs(existing.c_str(), &disk) == 0;
  const std::uint64_t free_bytes = known ? static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize : 0;
  findings.push_back({access(existing.c_str(), W_OK) == 0, "data folder is writable", data.string()});
  findings.push_back(
      {free_bytes > (std::uint64_t{1} << 30), "disk has a GiB free", format_bytes(free_bytes)});
  const auto web = web_folder(config);
  findings.push_back({web.has_value(), "web UI is built", web ? web->string() : "run: make web"});
  const auto onnx = onnxruntime_library(config);
  findings.push_back(
      {!onnx.empty(), "ONNX Runtime is there", onnx.empty() ? "run: deps/fetch" : onnx.string()});
  const auto folder = TemporaryFolder::create("maru-doctor");
  std::string engine = "one query ran";
  bool engine_ok = false;
  if (folder) {
    const auto lake = store::Lake::open({.folder = folder->path()});
    const auto answer = lake ? (*lake)->query("select 1 as one") : Result<Table>(lake.error());
    engine_ok = answer.has_value();
    if (!engine_ok) engine = answer.error().message;
  }
  findings.push_back({engine_ok, "analytical engine works", engine});
  return findings;
}

void examine_and_print(Context& context, const UpArguments& arguments) {
  const auto config = config_of(arguments);
  if (!config) return context.fail(config.error(), Exit::usage);
  JsonArray list;
  bool all_ok = true;
  const auto findings = examine(*config);
  for (const auto& finding : findings) {
    list.push_back(JsonObject{{"check", finding.what}, {"ok", finding.ok}, {"found", finding.found}});
    all_ok = all_ok && finding.ok;
  }
  if (!all_ok) context.exit_code = static_cast<int>(Exit::check_failed);
  if (context.printed_json(JsonObject{{"version", kVersion}, {"checks", list}})) return;
  for (const auto& finding : findings) {
    fmt::print("{} {}  {}\n", finding.ok ? styled("✓", Style::good) : styled("✗", Style::bad),
               padded(finding.what, 26, Align::left), styled(finding.found, Style::dim));
  }
}

void print_config(Context& context, const UpArguments& arguments, bool explain) {
  const auto config = config_of(arguments);
  if (!config) return context.fail(config.error(), Exit::usage);
  const JsonArray settings = config->explain();
  if (context.printed_json(JsonObject{{"settings", settings}})) return;
  TextTable table(explain ? std::vector<std::string>{"setting", "value", "from", "what it does"}
                          : std::vector<std::string>{"setting", "value", "from"});
  for (const auto& setting : settings) {
    const JsonReader reader(setting);
    std::vector<std::string> cells;
    for (const char* field : {"name", "value", "source", "help"})
      cells.push_back(reader.text_or(field, "").value_or(""));
    if (!explain) cells.pop_back();
    table.add(std::move(cells));
  }
  fmt::print("{}", table.text());
}

}  // namespace

void add_server_verbs(CLI::App& root, Context& context) {
  auto* up = root.add_subcommand("up", "Start a server: one process, one folder");
  up->footer(
      "Examples:\n  maru up\n  maru up examples/bikes --data ./bikes-data --listen 127.0.0.1:8250\n  maru up "
      "--listen 127.0.0.1:0 --set net.access_log=all");
  auto arguments = std::make_shared<UpArguments>();
  up->add_option("PROJECT_DIR", arguments->project, "Apply this project's maru.yaml once the server answers");
  up->add_option("--data", arguments->data, "The one folder that holds everything (setting server.data)");
  up->add_option("--listen", arguments->listen,
                 "HOST:PORT of every REST protocol and the UI; port 0 = a free one (net.listen)");
  up->add_option("--grpc", arguments->grpc,
                 "HOST:PORT of every gRPC service; port 0 = a free one, \"off\" = none (server.grpc_listen)");
  up->add_flag("--stop-with-parent", arguments->stop_with_parent,
               "Stop when the process that started this server ends");
  add_config_options(up, *arguments);
  up->callback([&context, arguments] { run_server(context, *arguments); });

  auto* doctor = add_verb(root, context, "doctor", "Check that this machine has what a server needs",
                          Talks::locally, {"maru doctor", "maru doctor --json"});
  auto doctor_arguments = std::make_shared<UpArguments>();
  doctor->add_option("--data", doctor_arguments->data, "The data folder to look at");
  add_config_options(doctor, *doctor_arguments);
  doctor->callback([&context, doctor_arguments] { examine_and_print(context, *doctor_arguments); });

  auto* config = add_verb(root, context, "config", "List every setting, its value and where that came from",
                          Talks::locally,
                          {"maru config", "maru config --explain", "MARU_NET_IDLE_TIMEOUT=30s maru config"});
  auto config_arguments = std::make_shared<UpArguments>();
  auto explain = std::make_shared<bool>(false);
  config->add_flag("--explain", *explain, "Also say what each setting does");
  add_config_options(config, *config_arguments);
  config->callback(
      [&context, config_arguments, explain] { print_config(context, *config_arguments, *explain); });
}

}  // namespace maru::app
