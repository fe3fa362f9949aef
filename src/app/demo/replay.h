#pragma once
// Later months as live traffic: each hour asks the online store for features and the endpoints for a
// prediction over HTTP, and an hour later reports what really happened.

#include <span>
#include <string>
#include <vector>

#include "app/demo/bikes_data.h"
#include "app/demo/story.h"
#include "net/client.h"

namespace maru::app {

struct ReplayNames {
  std::string service = "demand_v1";
  std::string endpoint = "demand";
  std::string frozen = "demand_frozen";
  std::string city = "washington";
};

// What one month's traffic came to.
struct MonthTraffic {
  ErrorSum frozen, champion;
  std::uint64_t requests = 0, failures = 0;
  std::string first_failure;
};

// One thread at a time.
class Replay {
 public:
  Replay(std::string base_url, ReplayNames names);
  // Plays the hours in order, then reports the last truth and moves the clock to `end_ms`. unavailable: the
  // server is gone.
  Result<MonthTraffic> play(std::span<const BikesHour> hours, TimeMs end_ms,
                            const std::function<void(double)>& progress);
  // The same predictions again, unlogged, until `stop`: traffic while a model is swapped. Returns requests
  // and failures.
  std::pair<std::uint64_t, std::uint64_t> keep_asking(const std::atomic<bool>& stop);
  // Of every prediction so far.
  double quantile_ms(double q);

 private:
  struct Call {
    std::string path;
    std::string body;
  };
  using Answer = Result<net::ClientResponse>;
  std::vector<Answer> send(std::vector<Call> calls);
  Answer post(const Call& call);
  Call clock(TimeMs now_ms) const;
  Call push(const char* source, const JsonObject& row) const;
  Call truth(const std::string& request_id, double value) const;
  // Pushes and truths may not fail: they are what we know.
  Result<void> require(const std::vector<Answer>& answers) const;
  void add_prediction(const Answer& answer, double truth, ErrorSum& errors, MonthTraffic& traffic) const;

  std::string base_url_;
  ReplayNames names_;
  net::HttpClient client_;
  std::vector<double> latencies_ms_;
  std::string last_inputs_;  // of the newest prediction, for keep_asking
};

}  // namespace maru::app
