#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"
#include "api/mlflow/registry_views.h"

namespace maru::api::mlflow {

Result<net::Response> create_registered_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto description, fields.text_or("description"));
  MARU_ASSIGN(auto tags, registry_tags(fields));
  MARU_ASSIGN(auto model, api.registry.create_model(name, description, tags, kRegistryOrigin));
  return answer("registered_model", model);
}

Result<net::Response> get_registered_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto model, api.registry.get_model(name));
  return answer("registered_model", model);
}

Result<net::Response> search_registered_models(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto search, registry_search(fields, kModelsPerPage));
  MARU_ASSIGN(auto page, api.registry.search_models(search));
  return answer_page("registered_models", page.items, page.next_page_token);
}

Result<net::Response> update_registered_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto description, fields.text_or("description"));
  MARU_ASSIGN(auto model, api.registry.describe_model(name, description));
  return answer("registered_model", model);
}

Result<net::Response> rename_registered_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto new_name, fields.text("new_name"));
  MARU_ASSIGN(auto model, api.registry.rename_model(name, new_name));
  return answer("registered_model", model);
}

Result<net::Response> delete_registered_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_TRY(api.registry.delete_model(name));
  return answer_nothing();
}

Result<net::Response> set_registered_model_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  registry::Tag tag;
  MARU_ASSIGN(tag.key, fields.text("key"));
  MARU_ASSIGN(tag.value, fields.text_or("value"));
  MARU_TRY(api.registry.set_model_tag(name, tag));
  return answer_nothing();
}

Result<net::Response> delete_registered_model_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto key, fields.text("key"));
  MARU_TRY(api.registry.delete_model_tag(name, key));
  return answer_nothing();
}

Result<net::Response> set_alias(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto alias, fields.text("alias"));
  MARU_ASSIGN(auto version, version_number(fields));
  MARU_TRY(api.registry.set_alias(name, alias, version, kRegistryOrigin));
  return answer_nothing();
}

Result<net::Response> get_by_alias(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto alias, fields.text("alias"));
  MARU_ASSIGN(auto version, api.registry.get_by_alias(name, alias));
  return answer("model_version", version);
}

Result<net::Response> delete_alias(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto alias, fields.text("alias"));
  MARU_TRY(api.registry.delete_alias(name, alias, kRegistryOrigin));
  return answer_nothing();
}

Result<net::Response> get_latest_versions(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("name"));
  MARU_ASSIGN(auto stages, fields.texts("stages"));
  MARU_ASSIGN(auto versions, api.registry.latest_versions(name, stages));
  return answer_page("model_versions", versions);
}

}  // namespace maru::api::mlflow
