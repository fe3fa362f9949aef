#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"
#include "api/mlflow/registry_views.h"

namespace maru::api::mlflow {

Result<net::Response> create_model_version(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  registry::NewVersion version;
  MARU_ASSIGN(version.model, fields.text("name"));
  MARU_ASSIGN(version.source, fields.text("source"));
  MARU_ASSIGN(version.run_id, fields.text_or("run_id"));
  MARU_ASSIGN(version.run_link, fields.text_or("run_link"));
  MARU_ASSIGN(version.description, fields.text_or("description"));
  MARU_ASSIGN(version.model_id, fields.text_or("model_id"));
  MARU_ASSIGN(version.tags, registry_tags(fields));
  MARU_ASSIGN(auto made, api.registry.create_version(std::move(version), kRegistryOrigin));
  return answer("model_version", made);
}

Result<net::Response> get_model_version(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_ASSIGN(auto version, api.registry.get_version(name, number));
  return answer("model_version", version);
}

Result<net::Response> search_model_versions(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto search, registry_search(fields, kVersionsPerPage));
  MARU_ASSIGN(auto page, api.registry.search_versions(search));
  return answer_page("model_versions", page.items, page.next_page_token);
}

Result<net::Response> update_model_version(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_ASSIGN(auto description, fields.text_or("description"));
  MARU_ASSIGN(auto version, api.registry.describe_version(name, number, description));
  return answer("model_version", version);
}

Result<net::Response> delete_model_version(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_TRY(api.registry.delete_version(name, number, kRegistryOrigin));
  return answer_nothing();
}

Result<net::Response> set_model_version_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  registry::Tag tag;
  MARU_ASSIGN(tag.key, fields.text("key"));
  MARU_ASSIGN(tag.value, fields.text_or("value"));
  MARU_TRY(api.registry.set_version_tag(name, number, tag));
  return answer_nothing();
}

Result<net::Response> delete_model_version_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_ASSIGN(auto key, fields.text("key"));
  MARU_TRY(api.registry.delete_version_tag(name, number, key));
  return answer_nothing();
}

Result<net::Response> transition_stage(const Api& api, net::Request& request) {
  using Existing = registry::Store::Existing;
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_ASSIGN(auto stage, fields.text("stage"));
  MARU_ASSIGN(const auto archive, fields.boolean_or("archive_existing_versions", false));
  MARU_ASSIGN(auto version,
              api.registry.transition_stage(name, number, stage, archive ? Existing::archive : Existing::keep,
                                            kRegistryOrigin));
  return answer("model_version", version);
}

Result<net::Response> get_download_uri(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto number, version_number(fields));
  MARU_ASSIGN(auto version, api.registry.get_version(name, number));
  std::string out;
  ObjectWriter(out).text("artifact_uri",
                         version.storage_location.empty() ? version.source : version.storage_location);
  return net::Response::json(std::move(out));
}

}  // namespace maru::api::mlflow
