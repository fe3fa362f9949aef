#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/routes.h"

namespace maru::api::mlflow {

Result<net::Response> version(const Api&, net::Request&) {
  return net::Response::text(std::string(kVersion));
}

// What clients ask before they choose how to talk: artifacts go through the proxy, in one piece.
Result<net::Response> server_info(const Api&, net::Request&) {
  std::string out;
  {
    ObjectWriter object(out);
    object.text("store_type", "SqlStore");
    object.boolean("workspaces_enabled", false);
    object.boolean("trace_archival_enabled", false);
    object.boolean("multipart_uploads_enabled", false);
    object.boolean("multipart_downloads_enabled", false);
    ObjectWriter features(object.begin("features_enabled"));
    features.boolean("gateway", false);
  }
  return net::Response::json(std::move(out));
}

}  // namespace maru::api::mlflow
