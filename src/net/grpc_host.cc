#include "net/grpc_host.h"

#include <mutex>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "net/internal/address.h"

namespace maru::net {

class GrpcHost::Impl {
 public:
  Impl(GrpcOptions options, std::vector<std::shared_ptr<grpc::Service>> services)
      : options_(std::move(options)), services_(std::move(services)) {}
  ~Impl() { stop(0); }

  Result<void> start() {
    MARU_ASSIGN(const HostPort where, parse_host_port(options_.listen));
    static std::once_flag once;
    std::call_once(once, [] { grpc::EnableDefaultHealthCheckService(true); });
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port);
    builder.SetMaxReceiveMessageSize(options_.message_limit_bytes);
    builder.SetMaxSendMessageSize(options_.message_limit_bytes);
    // Otherwise a second server on the same port would silently share its connections.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    for (const auto& service : services_) builder.RegisterService(service.get());
    builder.RegisterCallbackGenericService(&unknown_methods_);
    server_ = builder.BuildAndStart();
    if (!server_ || port == 0) {
      server_.reset();
      return make_error(Code::unavailable, "listening on {} for gRPC: the address is taken or not ours",
                        options_.listen);
    }
    port_ = static_cast<std::uint16_t>(port);
    const bool is_ipv6 = where.host.find(':') != std::string::npos;
    address_ = is_ipv6 ? fmt::format("[{}]:{}", where.host, port_) : fmt::format("{}:{}", where.host, port_);
    return {};
  }

  void stop(DurationMs drain_ms) {
    const std::lock_guard lock(stopping_);
    if (!server_) return;
    set_serving(false);
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(drain_ms));
    server_->Wait();
    server_.reset();
  }

  void set_serving(bool serving) {
    if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(serving);
  }

  std::uint16_t port() const { return port_; }
  const std::string& address() const { return address_; }
  DurationMs drain_timeout_ms() const { return options_.drain_timeout_ms; }

 private:
  const GrpcOptions options_;
  const std::vector<std::shared_ptr<grpc::Service>> services_;
  grpc::CallbackGenericService
      unknown_methods_;  // answers UNIMPLEMENTED; also lets a host without services start
  std::unique_ptr<grpc::Server> server_;
  std::uint16_t port_ = 0;
  std::string address_;
  std::mutex stopping_;
};

Result<std::unique_ptr<GrpcHost>> GrpcHost::start(GrpcOptions options,
                                                  std::vector<std::shared_ptr<grpc::Service>> services) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(services));
  MARU_TRY(impl->start());
  return std::unique_ptr<GrpcHost>(new GrpcHost(std::move(impl)));
}

GrpcHost::GrpcHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GrpcHost::~GrpcHost() = default;

std::uint16_t GrpcHost::port() const { return impl_->port(); }
std::string GrpcHost::address() const { return impl_->address(); }
void GrpcHost::set_serving(bool serving) { impl_->set_serving(serving); }
void GrpcHost::drain_and_stop() { impl_->stop(impl_->drain_timeout_ms()); }

}  // namespace maru::net
