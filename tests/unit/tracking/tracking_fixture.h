#pragma once

#include <gtest/gtest.h>

#include "events/log.h"
#include "store/blobs.h"
#include "store/test_database.h"
#include "tracking/store.h"

namespace maru::tracking {

class TrackingTest : public ::testing::Test {
 protected:
  TrackingTest()
      : blobs_(store::open_local_blobs(database_.folder() / "blobs").value()),
        store_(Store::open(*database_, *blobs_, log_, clock_, BlobOwnership::exclusive).value()) {}

  std::string new_run(std::string experiment = "0") {
    return store_->runs()
        .create(
            {.experiment_id = std::move(experiment), .name = {}, .user_id = {}, .started_ms = 0, .tags = {}})
        .value()
        .info.id;
  }
  static Batch metrics(std::vector<Metric> values) {
    return {.metrics = std::move(values), .params = {}, .tags = {}};
  }
  static Metric point(std::string key, double value, TimeMs timestamp_ms, std::int64_t step) {
    Metric metric;
    metric.key = std::move(key);
    metric.value = value;
    metric.timestamp_ms = timestamp_ms;
    metric.step = step;
    return metric;
  }
  std::vector<events::Event> events_of(std::string type) {
    events::Filter filter;
    filter.types = {std::move(type)};
    return log_.list(filter).value();
  }

  store::TestDatabase database_;
  ManualClock clock_{1'000'000};
  events::Log log_{*database_, clock_};
  std::unique_ptr<store::Blobs> blobs_;
  std::unique_ptr<Store> store_;
};

}  // namespace maru::tracking
