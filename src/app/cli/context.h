#pragma once
// What every verb of the command line gets, and the exit codes they share.

#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "net/client.h"

namespace CLI {
class App;
}

namespace maru::app {

// Documented in docs/reference/cli.md; scripts rely on them.
enum class Exit : int {
  ok = 0,
  failed = 1,       // the request was refused or what it started failed
  usage = 2,        // the command line was wrong
  unreachable = 3,  // no server answered
  check_failed = 4  // drift found, an expectation not met
};

// Talks to a running server. Errors are sentences a person can act on.
class ServerClient {
 public:
  explicit ServerClient(std::string base_url);
  const std::string& base_url() const { return base_url_; }
  Result<Json> get(std::string_view path) const;
  Result<Json> post(std::string_view path, const Json& body) const;
  Result<Json> send(net::Method method, std::string_view path, std::string body = {},
                    std::string content_type = "application/json") const;
  Result<std::string> get_text(std::string_view path) const;

 private:
  std::string base_url_;
  std::shared_ptr<net::HttpClient> client_;
};

struct Context {
  std::string server;  // --server, MARU_SERVER, or the default address
  bool json = false;   // --json
  int exit_code = 0;

  ServerClient client() const { return ServerClient(server); }
  // Prints the error (as JSON with --json) and remembers the exit code.
  void fail(const Error& error);
  void fail(const Error& error, Exit code);
  // With --json prints `value` and returns true: the verb is done.
  bool printed_json(const Json& value) const;
};

// Each adds its verbs to the root command. The list of verbs is in main.cc.
void add_server_verbs(CLI::App& root, Context& context);     // up, doctor, config
void add_demo_verb(CLI::App& root, Context& context);        // demo
void add_project_verbs(CLI::App& root, Context& context);    // plan, apply, run
void add_insight_verbs(CLI::App& root, Context& context);    // status, why, events, rules
void add_data_verbs(CLI::App& root, Context& context);       // datasets, features, drift, validate, profile
void add_model_verbs(CLI::App& root, Context& context);      // experiments, models, endpoints, monitors
void add_completion_verb(CLI::App& root, Context& context);  // completion

}  // namespace maru::app
