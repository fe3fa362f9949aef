// The whole way: a client's bytes over a socket, an endpoint with a fake model, and back.
#include "api/inference/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <grpcpp/grpcpp.h>

#include "api/inference/grpc_service.h"
#include "api/metrics/routes.h"
#include "net/client.h"
#include "net/grpc_host.h"
#include "net/server.h"
#include "serving/testing/fakes.h"

#include "inference.grpc.pb.h"

namespace maru::api::inference {
namespace {

namespace wire = ::inference;
using serving::testing::FakeRuntime;
using serving::testing::FakeRuntimeControl;
using serving::testing::FakeSource;
using testing::AllOf;
using testing::HasSubstr;

// The fake model: columns a and b in, y = a + 10·b + 1000·version out.
class InferenceRoutes : public testing::Test {
 protected:
  void SetUp() override {
    source_.set_alias("demand", "champion", 1);
    std::vector<std::unique_ptr<serving::Runtime>> runtimes;
    runtimes.push_back(std::make_unique<FakeRuntime>(control_));
    endpoints_ = *serving::Endpoints::open({nullptr, nullptr, &clock_, &source_, std::move(runtimes)});
    serving::EndpointSpec spec;
    spec.name = "demand";
    spec.model = "demand";
    ASSERT_TRUE(endpoints_->apply(spec, "test").has_value());
    net::Router router;
    add_inference_routes(router, *endpoints_, {.version = "1.2.3"});
    metrics::add_metrics_routes(router, [this]() -> Result<void> {
      if (able_) return {};
      return make_error(Code::unavailable, "the lake is closed");
    });
    server_ = *net::HttpServer::start({.io_threads = 2}, std::move(router));
    host_ = *net::GrpcHost::start({}, {make_inference_service(*endpoints_, {.version = "1.2.3"})});
    stub_ = wire::GRPCInferenceService::NewStub(
        grpc::CreateChannel(host_->address(), grpc::InsecureChannelCredentials()));
  }

  // "200 body", with the request id of an id-less V2 answer as it is.
  std::string call(net::Method method, std::string_view path, std::string body = {},
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::ClientRequest request{.method = method,
                               .url = fmt::format("http://{}{}", server_->address(), path),
                               .body = std::move(body)};
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    auto response = client_.send(std::move(request));
    return response ? fmt::format("{} {}", response->status, response->body) : response.error().message;
  }
  std::string get(std::string_view path) { return call(net::Method::get, path); }
  std::string post(std::string_view path, std::string body) {
    return call(net::Method::post, path, std::move(body));
  }

  static std::string infer_body(double a, double b) {
    return fmt::format(R"({{"id":"7","inputs":[{{"name":"a","datatype":"FP64","shape":[1],"data":[{}]}},)"
                       R"({{"name":"b","datatype":"FP64","shape":[1],"data":[{}]}}]}})",
                       a, b);
  }

  FakeSource source_;
  FakeRuntimeControl control_;
  ManualClock clock_{1'304'208'000'000};
  bool able_ = true;
  std::unique_ptr<serving::Endpoints> endpoints_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::GrpcHost> host_;
  std::unique_ptr<wire::GRPCInferenceService::Stub> stub_;
  net::HttpClient client_;
};

TEST_F(InferenceRoutes, TellAboutServerAndModels) {
  EXPECT_THAT(get("/v2"),
              HasSubstr(R"({"name":"maru","version":"1.2.3","extensions":["binary_tensor_data")"));
  EXPECT_EQ(get("/v2/health/live"), R"(200 {"live":true})");
  EXPECT_EQ(get("/v2/health/ready"), R"(200 {"ready":true})");
  EXPECT_EQ(get("/v2/models"), R"(200 {"models":["demand"]})");
  const std::string metadata =
      R"(200 {"name":"demand","versions":["1"],"platform":"fake","inputs":[{"name":"a","datatype":"FP64","shape":[-1,1]},)"
      R"({"name":"b","datatype":"FP64","shape":[-1,1]}],"outputs":[{"name":"y","datatype":"FP64","shape":[-1]}]})";
  EXPECT_EQ(get("/v2/models/demand"), metadata);
  EXPECT_EQ(get("/v2/models/demand/versions/1"), metadata);
  EXPECT_EQ(get("/v2/models/demand/ready"), R"(200 {"name":"demand","ready":true})");
  EXPECT_THAT(post("/v2/repository/index", ""),
              HasSubstr(R"([{"name":"demand","state":"READY","reason":"","version":"1"}])"));
  EXPECT_THAT(get("/v2/models/demand/config"), HasSubstr(R"("data_type":"TYPE_FP64")"));
  post("/v2/models/demand/infer", infer_body(1, 2));
  EXPECT_THAT(get("/v2/models/stats"), HasSubstr(R"("execution_count":1)"));
}

TEST_F(InferenceRoutes, Predict) {
  const std::string answer =
      R"(200 {"model_name":"demand","model_version":"1","id":"7","outputs":[{"name":"y","datatype":"FP64","shape":[1],"data":[1032]}]})";
  for (int i = 0; i < 20; ++i) {  // the first from the pool, the later ones inline
    EXPECT_EQ(post("/v2/models/demand/infer", infer_body(2, 3)), answer);
  }
  EXPECT_EQ(post("/v2/models/demand/versions/1/infer", infer_body(2, 3)), answer);
  EXPECT_EQ(post("/invocations", R"({"dataframe_split":{"columns":["a","b"],"data":[[2,3],[0,1]]}})"),
            R"(200 {"predictions":[1032,1010]})");
  EXPECT_EQ(post("/endpoints/demand/invocations", R"({"dataframe_records":[{"a":2,"b":3}]})"),
            R"(200 {"predictions":[1032]})");
}

TEST_F(InferenceRoutes, PredictOverBinaryTensors) {
  const std::string json =
      R"({"inputs":[{"name":"a","datatype":"FP64","shape":[1],"parameters":{"binary_data_size":8}},)"
      R"({"name":"b","datatype":"FP64","shape":[1],"data":[3]}],"parameters":{"binary_data_output":true}})";
  const double a = 2;
  net::ClientRequest request{.method = net::Method::post,
                             .url = "http://" + server_->address() + "/v2/models/demand/infer"};
  request.body = json + std::string(reinterpret_cast<const char*>(&a), sizeof a);
  request.headers.add("inference-header-content-length", std::to_string(json.size()));
  const auto response = client_.send(std::move(request));
  ASSERT_TRUE(response.has_value());
  ASSERT_EQ(response->status, 200) << response->body;
  const std::size_t length =
      std::stoul(std::string(response->headers.get("inference-header-content-length")));
  ASSERT_EQ(response->body.size(), length + sizeof(double));
  double y = 0;
  std::memcpy(&y, response->body.data() + length, sizeof y);
  EXPECT_EQ(y, 1032);
}

TEST_F(InferenceRoutes, RefuseWhatIsWrong) {
  EXPECT_THAT(post("/v2/models/nope/infer", infer_body(1, 2)),
              AllOf(HasSubstr("404 {\"error\":\""), HasSubstr("nope")));
  EXPECT_THAT(get("/v2/models/nope"), HasSubstr("404 {\"error\""));
  EXPECT_THAT(get("/v2/models/nope/ready"), HasSubstr("404 {\"error\""));
  EXPECT_THAT(post("/v2/models/demand/versions/9/infer", infer_body(1, 2)), HasSubstr("404 {\"error\""));
  EXPECT_THAT(post("/v2/models/demand/versions/x/infer", infer_body(1, 2)), HasSubstr("404 {\"error\""));
  EXPECT_THAT(post("/v2/models/demand/infer", "nonsense"),
              HasSubstr("400 {\"error\":\"body: not valid JSON"));
  EXPECT_THAT(post("/v2/models/demand/infer",
                   R"({"inputs":[{"name":"a","datatype":"FP64","shape":[2],"data":[1]}]})"),
              HasSubstr("400 {\"error\":\"inputs[0].data: expected 2 values"));
  EXPECT_THAT(post("/v2/models/demand/infer",
                   R"({"inputs":[{"name":"a","datatype":"FP64","shape":[1],"data":[1]}]})"),
              AllOf(HasSubstr("400 {\"error\""), HasSubstr("b")));
  EXPECT_THAT(
      call(net::Method::post, "/v2/models/demand/infer", "{}", {{"inference-header-content-length", "-1"}}),
      HasSubstr("400 {\"error\":\"inference-header-content-length"));
  EXPECT_THAT(call(net::Method::post, "/v2/models/demand/infer", "12345678",
                   {{"inference-header-content-length", "0"}}),
              HasSubstr("400 {\"error\":\"a raw binary request needs"));
  EXPECT_THAT(get("/v2/models/demand/infer"), HasSubstr("405 {\"error\""));
  EXPECT_THAT(post("/invocations", "[]"),
              HasSubstr(R"(400 {"error_code":"BAD_REQUEST","message":"body: expected an object)"));
  EXPECT_THAT(post("/endpoints/nope/invocations", "{}"),
              HasSubstr(R"(404 {"error_code":"RESOURCE_DOES_NOT_EXIST")"));
  EXPECT_THAT(post("/v2/models/demand/infer", infer_body(2, 3)), HasSubstr("200 "));  // and it still works
}

TEST_F(InferenceRoutes, TellMachinesHowItIs) {
  EXPECT_EQ(get("/health"), "200 OK");
  EXPECT_EQ(get("/ready"), R"(200 {"ready":true})");
  able_ = false;
  EXPECT_EQ(get("/ready"), R"(503 {"ready":false,"reason":"the lake is closed"})");
  EXPECT_THAT(get("/metrics"), AllOf(HasSubstr("# TYPE maru_http_requests_total counter"),
                                     HasSubstr("maru_http_request_seconds")));
  EXPECT_EQ(get("/ping"), R"(200 {"status":"Healthy"})");
}

wire::ModelInferRequest grpc_request(double a, double b) {
  wire::ModelInferRequest request;
  request.set_model_name("demand");
  request.set_id("g1");
  for (const auto& [name, value] : {std::pair("a", a), std::pair("b", b)}) {
    auto& input = *request.add_inputs();
    input.set_name(name);
    input.set_datatype("FP64");
    input.add_shape(1);
    request.add_raw_input_contents(&value, sizeof value);
  }
  return request;
}

TEST_F(InferenceRoutes, PredictOverGrpc) {
  const auto predicted = [this](const wire::ModelInferRequest& request) {
    grpc::ClientContext context;
    wire::ModelInferResponse response;
    const grpc::Status status = stub_->ModelInfer(&context, request, &response);
    if (!status.ok())
      return fmt::format("{} {}", static_cast<int>(status.error_code()), status.error_message());
    double y = 0;
    std::memcpy(&y, response.raw_output_contents(0).data(), sizeof y);
    return fmt::format("{} {} {} {}", response.model_name(), response.model_version(), response.id(), y);
  };
  EXPECT_EQ(predicted(grpc_request(2, 3)), "demand 1 g1 1032");
  wire::ModelInferRequest typed = grpc_request(2, 3);
  typed.clear_raw_input_contents();
  typed.mutable_inputs(0)->mutable_contents()->add_fp64_contents(2);
  typed.mutable_inputs(1)->set_datatype("INT8");
  typed.mutable_inputs(1)->mutable_contents()->add_int_contents(3);
  EXPECT_EQ(predicted(typed), "demand 1 g1 1032");
  typed.mutable_inputs(1)->mutable_contents()->set_int_contents(0, 300);
  EXPECT_EQ(predicted(typed), "3 inputs[1].contents.int_contents[0]: 300 is out of range");

  wire::ModelInferRequest wrong = grpc_request(2, 3);
  wrong.set_model_name("nope");
  EXPECT_THAT(predicted(wrong), HasSubstr("5 "));
  wrong = grpc_request(2, 3);
  wrong.set_model_version("9");
  EXPECT_THAT(predicted(wrong), HasSubstr("5 "));
  wrong = grpc_request(2, 3);
  wrong.mutable_raw_input_contents()->RemoveLast();
  EXPECT_THAT(predicted(wrong), HasSubstr("3 raw_input_contents: 1 of them for 2 inputs"));
  wrong = grpc_request(2, 3);
  wrong.mutable_raw_input_contents(0)->push_back('x');
  EXPECT_THAT(predicted(wrong), HasSubstr("3 inputs[0]"));
  wrong = grpc_request(2, 3);
  wrong.mutable_inputs(0)->set_datatype("FLOAT");
  EXPECT_THAT(predicted(wrong), HasSubstr("3 inputs[0].datatype"));
  wrong = grpc_request(2, 3);
  wrong.mutable_inputs(0)->set_shape(0, -1);
  EXPECT_THAT(predicted(wrong), HasSubstr("3 inputs[0]"));
  EXPECT_THAT(predicted(wire::ModelInferRequest()), HasSubstr("3 inputs: at least one"));
}

TEST_F(InferenceRoutes, TellAboutServerAndModelsOverGrpc) {
  grpc::ClientContext live_context;
  wire::ServerLiveResponse live;
  EXPECT_TRUE(stub_->ServerLive(&live_context, {}, &live).ok());
  EXPECT_TRUE(live.live());
  grpc::ClientContext metadata_context;
  wire::ModelMetadataRequest wanted;
  wanted.set_name("demand");
  wire::ModelMetadataResponse metadata;
  EXPECT_TRUE(stub_->ModelMetadata(&metadata_context, wanted, &metadata).ok());
  ASSERT_EQ(metadata.inputs_size(), 2);
  EXPECT_EQ(metadata.inputs(1).name(), "b");
  EXPECT_EQ(metadata.versions(0), "1");
  grpc::ClientContext ready_context;
  wire::ModelReadyRequest unknown;
  unknown.set_name("nope");
  wire::ModelReadyResponse ready;
  EXPECT_EQ(stub_->ModelReady(&ready_context, unknown, &ready).error_code(), grpc::StatusCode::NOT_FOUND);
  grpc::ClientContext index_context;
  wire::RepositoryIndexResponse index;
  EXPECT_TRUE(stub_->RepositoryIndex(&index_context, {}, &index).ok());
  ASSERT_EQ(index.models_size(), 1);
  EXPECT_EQ(index.models(0).state(), "READY");
}

}  // namespace
}  // namespace maru::api::inference
