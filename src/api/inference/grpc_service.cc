#include "api/inference/grpc_service.h"

#include "api/inference/grpc_infer.h"
#include "api/inference/model_views.h"
#include "api/inference/v2_routes.h"
#include "base/log.h"

#include "inference.grpc.pb.h"

namespace maru::api::inference {
namespace {

namespace wire = ::inference;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

grpc::Status status_of(const Error& error) {
  return {static_cast<grpc::StatusCode>(mapping_of(error.code).grpc_status), error.message};
}

// Every call is answered on gRPC's own callback threads: a prediction of a small model is shorter than a hop.
class InferenceService final : public wire::GRPCInferenceService::CallbackService {
 public:
  InferenceService(serving::Endpoints& endpoints, InferenceOptions options)
      : endpoints_(endpoints), options_(std::move(options)) {}

  ServerUnaryReactor* ServerLive(CallbackServerContext* context, const wire::ServerLiveRequest*,
                                 wire::ServerLiveResponse* response) override {
    response->set_live(true);
    return finish(context, {});
  }

  ServerUnaryReactor* ServerReady(CallbackServerContext* context, const wire::ServerReadyRequest*,
                                  wire::ServerReadyResponse* response) override {
    response->set_ready(is_ready(endpoints_));
    return finish(context, {});
  }

  ServerUnaryReactor* ModelReady(CallbackServerContext* context, const wire::ModelReadyRequest* request,
                                 wire::ModelReadyResponse* response) override {
    const auto endpoint = serving_endpoint(endpoints_, request->name(), request->version());
    response->set_ready(endpoint.has_value());
    if (!endpoint && endpoint.error().code == Code::not_found) return finish(context, endpoint.error());
    return finish(context, {});
  }

  ServerUnaryReactor* ServerMetadata(CallbackServerContext* context, const wire::ServerMetadataRequest*,
                                     wire::ServerMetadataResponse* response) override {
    response->set_name("maru");
    response->set_version(options_.version);
    for (const std::string_view extension : server_extensions())
      response->add_extensions(std::string(extension));
    return finish(context, {});
  }

  ServerUnaryReactor* ModelMetadata(CallbackServerContext* context, const wire::ModelMetadataRequest* request,
                                    wire::ModelMetadataResponse* response) override {
    return finish(context, metadata(*request, *response));
  }

  ServerUnaryReactor* ModelInfer(CallbackServerContext* context, const wire::ModelInferRequest* request,
                                 wire::ModelInferResponse* response) override {
    return finish(context, infer(*request, *response));
  }

  ServerUnaryReactor* RepositoryIndex(CallbackServerContext* context,
                                      const wire::RepositoryIndexRequest* request,
                                      wire::RepositoryIndexResponse* response) override {
    for (const serving::EndpointInfo& endpoint : endpoints_.list()) {
      const bool ready = endpoint.state == serving::EndpointState::ready;
      if (request->ready() && !ready) continue;
      auto& entry = *response->add_models();
      entry.set_name(endpoint.spec.name);
      if (ready) entry.set_version(std::to_string(endpoint.version));
      entry.set_state(std::string(repository_state(endpoint.state)));
      entry.set_reason(endpoint.reason);
    }
    return finish(context, {});
  }

 private:
  static ServerUnaryReactor* finish(CallbackServerContext* context, const Result<void>& outcome) {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(outcome ? grpc::Status::OK : status_of(outcome.error()));
    return reactor;
  }

  Result<void> metadata(const wire::ModelMetadataRequest& request,
                        wire::ModelMetadataResponse& response) const {
    MARU_ASSIGN(const serving::EndpointInfo endpoint,
                serving_endpoint(endpoints_, request.name(), request.version()));
    response.set_name(endpoint.spec.name);
    response.add_versions(std::to_string(endpoint.version));
    response.set_platform(endpoint.metadata.platform);
    const auto fill = [](wire::ModelMetadataResponse::TensorMetadata& tensor,
                         const serving::TensorSpec& spec) {
      tensor.set_name(spec.name);
      tensor.set_datatype(std::string(name_of(spec.type)));
      for (const std::int64_t size : spec.shape) tensor.add_shape(size);
    };
    for (const serving::TensorSpec& spec : endpoint.metadata.inputs) fill(*response.add_inputs(), spec);
    for (const serving::TensorSpec& spec : endpoint.metadata.outputs) fill(*response.add_outputs(), spec);
    return {};
  }

  Result<void> infer(const wire::ModelInferRequest& request, wire::ModelInferResponse& response) {
    MARU_ASSIGN(const std::int64_t version, version_of(request.model_name(), request.model_version()));
    MARU_ASSIGN(serving::PredictRequest call, decode_grpc_infer(request));
    MARU_ASSIGN(const serving::PredictReply reply,
                endpoints_.predict(request.model_name(), std::move(call), version));
    response.set_model_name(request.model_name());
    encode_grpc_infer(reply, response);
    return {};
  }

  serving::Endpoints& endpoints_;
  const InferenceOptions options_;
};

}  // namespace

std::shared_ptr<grpc::Service> make_inference_service(serving::Endpoints& endpoints,
                                                      const InferenceOptions& options) {
  return std::make_shared<InferenceService>(endpoints, options);
}

}  // namespace maru::api::inference
