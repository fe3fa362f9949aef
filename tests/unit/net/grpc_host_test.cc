#include "net/grpc_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace maru::net {
namespace {

// grpc.health.v1.Health/Check with an empty service name, by hand: the request is no bytes, and the
// response's field 1 is the status (1 = SERVING, 2 = NOT_SERVING).
std::string health_of(const std::string& address) {
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::ByteBuffer request(nullptr, 0);
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return fmt::format("error {}", static_cast<int>(status.error_code()));
  std::vector<grpc::Slice> slices;
  (void)response.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes == "\x08\x01" ? "serving" : bytes == "\x08\x02" ? "not serving" : "unknown";
}

TEST(GrpcHost, AnswersHealthOnAFreePortUntilStopped) {
  const auto host = GrpcHost::start({}, {});
  ASSERT_TRUE(host.has_value()) << host.error().message;
  EXPECT_NE((*host)->port(), 0);
  EXPECT_EQ(health_of((*host)->address()), "serving");
  (*host)->set_serving(false);
  EXPECT_EQ(health_of((*host)->address()), "not serving");
  (*host)->drain_and_stop();
  EXPECT_EQ(health_of((*host)->address()), fmt::format("error {}", static_cast<int>(grpc::UNAVAILABLE)));
}

TEST(GrpcHost, RefusesATakenOrMalformedAddress) {
  const auto first = GrpcHost::start({}, {});
  ASSERT_TRUE(first.has_value());
  const auto second = GrpcHost::start({.listen = (*first)->address()}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::unavailable);
  const auto malformed = GrpcHost::start({.listen = "nowhere"}, {});
  ASSERT_FALSE(malformed.has_value());
  EXPECT_EQ(malformed.error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace maru::net
