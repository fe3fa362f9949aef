#include "app/server/server.h"

#include "app/project/apply.h"
#include "app/server/front_doors.h"
#include "app/server/openapi.h"
#include "app/server/rooms.h"
#include "app/server/system_routes.h"
#include "app/server/ticker.h"
#include "app/version.h"
#include "base/log.h"
#include "net/server.h"
#include "net/settings.h"

namespace maru::app {

// Members are torn down in reverse: doors first, rooms last.
class Server::Impl {
 public:
  explicit Impl(const Config& config) : config_(config) {}
  ~Impl() { stop(); }

  Result<void> start() {
    facts_.started_steady_ns = system_clock().steady_ns();
    MARU_ASSIGN(rooms_, open_rooms(config_));
    project_store_ = std::make_unique<ProjectStore>(*rooms_->database);
    projects_ = std::make_unique<Projects>(*rooms_, *project_store_);
    MARU_TRY(open_http());
    MARU_ASSIGN(grpc_, open_grpc(*rooms_, config_));
    facts_.grpc = grpc_ ? grpc_->address() : "";
    MARU_TRY(start_rooms(*rooms_));
    ticker_ = std::make_unique<Ticker>(*rooms_, config_);
    log_info("server", "answers",
             {{"http", facts_.http}, {"grpc", facts_.grpc}, {"data", rooms_->data.string()}});
    return {};
  }

  void stop() {
    ticker_.reset();
    if (grpc_) grpc_->drain_and_stop();
    // Requests in flight may need the rooms; the rooms' own work may call this server.
    if (rooms_) stop_rooms(*rooms_);
    if (http_) http_->drain_and_stop();
    grpc_.reset();
    http_.reset();
    rooms_.reset();
  }

  const ServerFacts& facts() const { return facts_; }

 private:
  Result<void> open_http() {
    net::Router router;
    add_system_routes(router, *rooms_, *projects_, config_, facts_);
    add_project_routes(router, *projects_);
    add_room_routes(router, *rooms_, config_);
    // Last, so that it knows every route; it tells of itself too.
    router.add(net::Method::get, "/api/v1/openapi.json",
               [this](net::Request&) -> Result<net::Response> { return net::Response::json(openapi_); });
    openapi_ = to_json(openapi_of(router.list(), kVersion), JsonStyle::indented);
    MARU_ASSIGN(auto options, net::server_options(config_));
    MARU_ASSIGN(http_, net::HttpServer::start(std::move(options), std::move(router)));
    facts_.http = http_->address();
    rooms_->http_url = "http://" + facts_.http;
    return {};
  }

  const Config config_;
  ServerFacts facts_;
  std::string openapi_;  // made once, before the first request
  std::unique_ptr<Rooms> rooms_;
  std::unique_ptr<ProjectStore> project_store_;
  std::unique_ptr<Projects> projects_;
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<net::GrpcHost> grpc_;
  std::unique_ptr<Ticker> ticker_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
  auto impl = std::make_unique<Impl>(config);
  MARU_TRY(impl->start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::string Server::http_address() const { return impl_->facts().http; }
std::string Server::grpc_address() const { return impl_->facts().grpc; }
void Server::stop() { impl_->stop(); }

}  // namespace maru::app
