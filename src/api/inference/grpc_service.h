#pragma once
// The Open Inference Protocol V2 over gRPC: inference.GRPCInferenceService (proto/inference.proto).

#include <memory>

#include "api/inference/routes.h"

namespace grpc {
class Service;
}

namespace maru::api::inference {

// For net::GrpcHost::start. `endpoints` must outlive the host.
std::shared_ptr<grpc::Service> make_inference_service(serving::Endpoints& endpoints,
                                                      const InferenceOptions& options = {});

}  // namespace maru::api::inference
