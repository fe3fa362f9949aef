#pragma once
// Endpoints over a fake runtime, a real database and a clock that tests move.

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/log.h"
#include "events/log.h"
#include "serving/endpoints.h"
#include "serving/testing/fakes.h"
#include "store/database.h"

namespace maru::serving {

using testing::FakeRuntime;
using testing::FakeRuntimeControl;
using testing::FakeSource;

inline PredictRequest request_of(double a, double b) {
  PredictRequest request;
  request.inputs.push_back(Tensor::of<double>("a", {1}, {a}));
  request.inputs.push_back(Tensor::of<double>("b", {1, 1}, {b}));
  return request;
}

inline EndpointSpec demand() {
  EndpointSpec spec;
  spec.name = "demand";
  spec.project = "bikes";
  spec.model = "demand";
  return spec;
}

// Knows b of every city: the length of its name plus the days since 2011-05-01.
class CityFeatures final : public FeatureSource {
 public:
  Result<std::vector<Tensor>> features(std::string_view service, std::span<const Tensor> inputs,
                                       std::span<const std::string> wanted, TimeMs at_ms) override {
    if (service != "cities") return not_found("no service {}", service);
    const auto city = std::ranges::find(inputs, "city", &Tensor::name);
    if (city == inputs.end()) return invalid("input \"city\" is missing");
    std::vector<Tensor> found;
    for (const auto& name : wanted) {
      std::vector<double> values;
      for (const auto text : city->texts())
        values.push_back(static_cast<double>(text.size()) +
                         static_cast<double>((at_ms - 1'304'208'000'000) / kDayMs));
      found.push_back(Tensor::of<double>(name, {static_cast<std::int64_t>(values.size())},
                                         std::span<const double>(values)));
    }
    return found;
  }
};

class EndpointsTest : public ::testing::Test {
 protected:
  EndpointsTest() : folder_(*TemporaryFolder::create()) {
    configure_logging(LogLevel::off, LogFormat::automatic);
    database_ = *store::open_sqlite(folder_.path() / "maru.db");
    log_ = std::make_unique<events::Log>(*database_, clock_);
    source_.set_alias("demand", "champion", 1);
    endpoints_ = open();
  }

  std::unique_ptr<Endpoints> open(EndpointsOptions options = {}) {
    std::vector<std::unique_ptr<Runtime>> runtimes;
    runtimes.push_back(std::make_unique<FakeRuntime>(control_));
    return *Endpoints::open({database_.get(), log_.get(), &clock_, &source_, std::move(runtimes), &features_},
                            options);
  }

  std::vector<events::Event> events_of(std::string type) {
    events::Filter filter;
    filter.types = {std::move(type)};
    return *log_->list(filter);
  }

  TemporaryFolder folder_;
  ManualClock clock_{1'304'208'000'000};  // 2011-05-01
  FakeSource source_;
  CityFeatures features_;
  FakeRuntimeControl control_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<Endpoints> endpoints_;
};

}  // namespace maru::serving
