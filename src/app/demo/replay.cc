#include "app/demo/replay.h"

#include <latch>

#include "base/time.h"

namespace maru::app {
namespace {

// [{"name": f, "shape": [1], "datatype": "FP64", "data": [v]}, …] of an online read's first row; null when
// there is none.
Result<JsonArray> inputs_of(const JsonReader& features) {
  MARU_ASSIGN(const auto names_reader, features.field("features"));
  MARU_ASSIGN(const auto names, names_reader.texts());
  MARU_ASSIGN(const auto rows_reader, features.field("rows"));
  MARU_ASSIGN(const auto rows, rows_reader.items());
  if (rows.size() != 1) return invalid("expected one row of features, got {}", rows.size());
  MARU_ASSIGN(const auto values_reader, rows.front().field("values"));
  MARU_ASSIGN(const auto values, values_reader.items());
  JsonArray inputs;
  for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) {
    const Json& value = values[i].value();
    Json number = value;
    if (value.is_null()) number = "NaN";
    if (value.is_bool()) number = value.as_bool() ? 1.0 : 0.0;
    inputs.push_back(JsonObject{
        {"name", names[i]}, {"shape", {1}}, {"datatype", "FP64"}, {"data", JsonArray{std::move(number)}}});
  }
  return inputs;
}

Result<double> prediction_of(const net::ClientResponse& response) {
  MARU_ASSIGN(const Json body, response.json());
  MARU_ASSIGN(const auto outputs, JsonReader(body).field("outputs"));
  MARU_ASSIGN(const auto items, outputs.items());
  if (items.empty()) return invalid("outputs: is empty");
  MARU_ASSIGN(const auto data, items.front().field("data"));
  MARU_ASSIGN(const auto values, data.items());
  if (values.empty()) return invalid("outputs[0].data: is empty");
  return values.front().number();
}

bool failed(const Result<net::ClientResponse>& answer) { return !answer || !answer->ok(); }

std::string shown(const Result<net::ClientResponse>& answer) {
  return answer ? fmt::format("{}: {}", answer->status, answer->body.substr(0, 300)) : answer.error().message;
}

}  // namespace

Replay::Replay(std::string base_url, ReplayNames names)
    : base_url_(std::move(base_url)), names_(std::move(names)) {}

Replay::Answer Replay::post(const Call& call) {
  net::ClientRequest request;
  request.method = net::Method::post;
  request.url = base_url_ + call.path;
  request.body = call.body;
  request.headers.set("content-type", "application/json");
  return client_.send(std::move(request));
}

// All at once, each on a connection of its own: what does not depend on one another need not wait for one
// another.
std::vector<Replay::Answer> Replay::send(std::vector<Call> calls) {
  std::vector<Answer> answers(calls.size(), Answer(internal("no answer")));
  std::latch done(static_cast<std::ptrdiff_t>(calls.size()));
  for (std::size_t i = 0; i < calls.size(); ++i) {
    net::ClientRequest request;
    request.method = net::Method::post;
    request.url = base_url_ + calls[i].path;
    request.body = std::move(calls[i].body);
    request.headers.set("content-type", "application/json");
    client_.send_async(std::move(request), [&answers, &done, i](Answer answer) {
      answers[i] = std::move(answer);
      done.count_down();
    });
  }
  done.wait();
  return answers;
}

Replay::Call Replay::clock(TimeMs now_ms) const {
  return {"/api/v1/clock", fmt::format(R"({{"at_least":"{}"}})", format_time(now_ms))};
}

Replay::Call Replay::push(const char* source, const JsonObject& row) const {
  return {"/api/v1/features/push", to_json(JsonObject{{"source", source}, {"rows", JsonArray{Json(row)}}})};
}

Replay::Call Replay::truth(const std::string& request_id, double value) const {
  return {fmt::format("/api/v1/endpoints/{}/truth", names_.endpoint),
          to_json(JsonObject{
              {"truths", JsonArray{Json(JsonObject{{"request_id", request_id}, {"value", value}})}}})};
}

Result<void> Replay::require(const std::vector<Answer>& answers) const {
  for (const auto& answer : answers) {
    if (failed(answer)) return make_error(Code::unavailable, "the replay cannot go on: {}", shown(answer));
  }
  return {};
}

void Replay::add_prediction(const Answer& answer, double truth, ErrorSum& errors,
                            MonthTraffic& traffic) const {
  ++traffic.requests;
  if (!failed(answer)) {
    if (const auto predicted = prediction_of(*answer)) {
      errors.add(truth, *predicted);
      return;
    }
  }
  ++traffic.failures;
  if (traffic.first_failure.empty()) traffic.first_failure = shown(answer);
}

Result<MonthTraffic> Replay::play(std::span<const BikesHour> hours, TimeMs end_ms,
                                  const std::function<void(double)>& progress) {
  MonthTraffic traffic;
  const std::string online_body = to_json(JsonObject{
      {"service", names_.service}, {"entities", JsonArray{Json(JsonObject{{"city", names_.city}})}}});
  const BikesHour* before = nullptr;  // its ride count becomes known with the next hour
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const BikesHour& hour = hours[i];
    const std::string id = "h" + std::to_string(hour.hour_ms / kHourMs);
    // A ride count is known an hour after its hour began, also when the data has a gap.
    MARU_TRY(require({post(clock(hour.hour_ms))}));
    std::vector<Call> known{push("weather", hour.weather)};
    if (before != nullptr) {
      known.push_back(push("rides", before->rides));
      known.push_back(truth("h" + std::to_string(before->hour_ms / kHourMs), before->count));
    }
    MARU_TRY(require(send(std::move(known))));

    const Answer online = post({"/api/v1/features/online", online_body});
    MARU_TRY(require({online}));
    MARU_ASSIGN(const Json features, online->json());
    MARU_ASSIGN(const JsonArray inputs, inputs_of(JsonReader(features)));
    last_inputs_ = to_json(Json(inputs));
    const std::string body = fmt::format(R"({{"id":"{}","inputs":{}}})", id, last_inputs_);
    const std::int64_t asked_ns = system_clock().steady_ns();
    const Answer champion = post({fmt::format("/v2/models/{}/infer", names_.endpoint), body});
    latencies_ms_.push_back(static_cast<double>(system_clock().steady_ns() - asked_ns) / 1e6);
    const Answer frozen = post({fmt::format("/v2/models/{}/infer", names_.frozen), body});
    add_prediction(champion, hour.count, traffic.champion, traffic);
    add_prediction(frozen, hour.count, traffic.frozen, traffic);
    before = &hour;
    if (i % 24 == 0) progress(static_cast<double>(i) / static_cast<double>(hours.size()));
  }
  MARU_TRY(require({post(clock(end_ms))}));
  if (before != nullptr) {
    MARU_TRY(require(send({push("rides", before->rides),
                           truth("h" + std::to_string(before->hour_ms / kHourMs), before->count)})));
  }
  return traffic;
}

std::pair<std::uint64_t, std::uint64_t> Replay::keep_asking(const std::atomic<bool>& stop) {
  std::uint64_t requests = 0, failures = 0;
  // "log": false keeps these out of the prediction log: they are not new traffic.
  const std::string body = fmt::format(R"({{"parameters":{{"log":false}},"inputs":{}}})", last_inputs_);
  net::HttpClient client;
  while (!stop) {
    net::ClientRequest request;
    request.method = net::Method::post;
    request.url = fmt::format("{}/v2/models/{}/infer", base_url_, names_.endpoint);
    request.body = body;
    request.headers.set("content-type", "application/json");
    ++requests;
    if (failed(client.send(std::move(request)))) ++failures;
    system_clock().sleep_ms(2);
  }
  return {requests, failures};
}

double Replay::quantile_ms(double q) {
  if (latencies_ms_.empty()) return 0;
  std::sort(latencies_ms_.begin(), latencies_ms_.end());
  return latencies_ms_[static_cast<std::size_t>(q * static_cast<double>(latencies_ms_.size() - 1))];
}

}  // namespace maru::app
