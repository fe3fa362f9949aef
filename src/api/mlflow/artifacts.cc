// The mlflow-artifacts proxy, and the same files by run, logged model and model version.

#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"

namespace maru::api::mlflow {
namespace {

constexpr std::size_t kUiUploadLimitBytes = std::size_t{10} << 20;

// Always as an attachment: an HTML artifact must not run in the pages of this server.
net::Response file_response(const tracking::ArtifactFile& file, std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  std::string shown;  // a header is ASCII without quotes
  for (const char c : name) shown += c >= ' ' && c < '\x7f' && c != '"' && c != '\\' ? c : '_';
  return net::Response::from_file(file.file, std::string(net::content_type_of(std::string(name))))
      .with_header("content-disposition", fmt::format("attachment; filename=\"{}\"", shown))
      .with_header("x-content-type-options", "nosniff");
}

Result<net::Response> send_file(const Api& api, std::string_view path) {
  MARU_ASSIGN(auto file, api.tracking.artifacts().find(path));
  return file_response(file, path);
}

std::string joined(std::string_view root, std::string_view path) {
  return path.empty() ? std::string(root) : fmt::format("{}/{}", root, path);
}

// Entries below root/path, named relative to the root.
Result<net::Response> list_below(const Api& api, std::string_view root_uri, const std::string& path) {
  MARU_ASSIGN(auto root, tracking::Artifacts::path_of_uri(root_uri));
  MARU_ASSIGN(auto entries, api.tracking.artifacts().list(joined(root, path)));
  if (!path.empty()) {
    for (auto& entry : entries) entry.path = joined(path, entry.path);
  }
  std::string out;
  {
    ObjectWriter object(out);
    object.text("root_uri", root_uri);
    object.list("files", entries, Appender());
  }
  return net::Response::json(std::move(out));
}

Result<net::Response> send_below(const Api& api, std::string_view root_uri, std::string_view path) {
  MARU_ASSIGN(auto root, tracking::Artifacts::path_of_uri(root_uri));
  return send_file(api, joined(root, path));
}

}  // namespace

Result<net::Response> list_artifacts(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto entries, api.tracking.artifacts().list(request.query("path").value_or("")));
  return answer_page("files", entries);
}

Result<net::Response> download_artifact(const Api& api, net::Request& request) {
  return send_file(api, request.param("path"));
}

Result<net::Response> upload_artifact(const Api& api, net::Request& request) {
  MARU_TRY(api.tracking.artifacts().put(request.param("path"), [&] { return request.stream->next(); }));
  return answer_nothing();
}

Result<net::Response> delete_artifact(const Api& api, net::Request& request) {
  MARU_TRY(api.tracking.artifacts().remove(request.param("path")));
  return answer_nothing();
}

Result<net::Response> list_run_artifacts(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  MARU_ASSIGN(auto path, fields.text_or("path"));
  MARU_ASSIGN(auto run, api.tracking.runs().get(id));
  return list_below(api, run.info.artifact_uri, path);
}

Result<net::Response> get_run_artifact(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  MARU_ASSIGN(auto path, fields.text("path"));
  MARU_ASSIGN(auto run, api.tracking.runs().get(id));
  return send_below(api, run.info.artifact_uri, path);
}

Result<net::Response> upload_run_artifact(const Api& api, net::Request& request) {
  const auto run_id = request.query("run_uuid").value_or("");
  if (run_id.empty()) return invalid("Request must specify run_uuid.");
  const auto path = request.query("path").value_or("");
  if (path.empty()) return invalid("Request must specify path.");
  if (request.body.empty()) return invalid("Request must specify data.");
  if (request.body.size() > kUiUploadLimitBytes)
    return invalid("Artifact size is too large. Max size is 10MB.");
  MARU_ASSIGN(auto run, api.tracking.runs().get(run_id));
  MARU_ASSIGN(auto root, tracking::Artifacts::path_of_uri(run.info.artifact_uri));
  MARU_TRY(api.tracking.artifacts().put_bytes(joined(root, path), request.body));
  return answer_nothing();
}

Result<net::Response> list_model_artifacts(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto model, api.tracking.models().get(request.param("model_id")));
  return list_below(api, model.artifact_uri, request.query("artifact_directory_path").value_or(""));
}

Result<net::Response> get_model_artifact(const Api& api, net::Request& request) {
  const auto path = request.query("artifact_file_path").value_or("");
  if (path.empty()) return invalid("Request must include the \"artifact_file_path\" query parameter.");
  MARU_ASSIGN(auto model, api.tracking.models().get(request.param("model_id")));
  return send_below(api, model.artifact_uri, path);
}

Result<net::Response> get_version_artifact(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, fields.integer("version"));
  MARU_ASSIGN(auto path, fields.text("path"));
  MARU_ASSIGN(auto version, api.registry.get_version(name, number));
  return send_below(api, version.storage_location, path);
}

}  // namespace maru::api::mlflow
