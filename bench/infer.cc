// One prediction of the bikes model (12 features, boosted trees) over V2 REST, against the bound: the bare
// in-process call plus a bare HTTP exchange of the same bytes on the same server. Prints the median of each
// and the ratio.
#include <cstdio>

#include "api/inference/routes.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "net/server.h"
#include "serving/endpoints.h"
#include "training/model_folder.h"
#include "training/search.h"

#include "connection.h"

namespace {

using namespace maru;
using bench::Connection;

constexpr int kTurns = 10;  // the contenders take turns: the machine is shared
constexpr int kCallsATurn = 1'000;
const std::vector<std::string> kFeatures{"last_hour", "yesterday",  "mean_24h",    "mean_7d",
                                         "temp",      "hum",        "windspeed",   "weathersit",
                                         "holiday",   "workingday", "hour_of_day", "weekday"};

template <class T>
T required(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_infer: %s\n", result.error().message.c_str());
  std::exit(1);
}
void required(Result<void> result) {
  if (!result) required(Result<int>(result.error()));
}

// 3,000 hours of made-up rides; what matters here is the size of the trees.
Table rides() {
  std::mt19937_64 random(1);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  Table table;
  std::vector<double> label(3'000);
  for (const auto& feature : kFeatures) {
    std::vector<double> values(label.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = unit();
      label[i] += 100 * values[i] * (feature == "last_hour" ? 3 : 1) + (values[i] > 0.7 ? 20 : 0);
    }
    table.add(Column::of_doubles(feature, std::move(values)));
  }
  table.add(Column::of_doubles("cnt", std::move(label)));
  return table;
}

training::SearchResult trained() {
  training::SearchSpec spec;
  spec.label = "cnt";
  spec.features = kFeatures;
  spec.split = training::Split::kfold;
  spec.candidates = 1;
  spec.max_trees = 200;
  spec.early_stopping_rounds = 0;
  return required(training::search(rides(), spec));
}

class FolderSource final : public serving::ModelSource {
 public:
  explicit FolderSource(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<std::int64_t> resolve(std::string_view, std::string_view) override { return 1; }
  Result<serving::ModelFiles> files(std::string_view model, std::int64_t version) override {
    const JsonObject flavor{{"data", "model.json"}, {"model_class", "xgboost.core.Booster"}};
    return serving::ModelFiles{
        std::string(model), version, folder_, {{"flavors", {{"xgboost", flavor}}}}, "run"};
  }

 private:
  std::filesystem::path folder_;
};

struct Contender {
  std::string name;
  std::function<void()> call;
  std::vector<double> micros = {};

  void turn() {
    for (int i = 0; i < kCallsATurn; ++i) {
      const auto begin = system_clock().steady_ns();
      call();
      micros.push_back(static_cast<double>(system_clock().steady_ns() - begin) * 1e-3);
    }
  }
  double quantile(double q) {
    std::ranges::sort(micros);
    return micros[static_cast<std::size_t>(q * static_cast<double>(micros.size() - 1))];
  }
};

std::vector<serving::Tensor> input_rows(int rows) {
  std::vector<serving::Tensor> inputs;
  for (const auto& feature : kFeatures) {
    const std::vector<double> column(static_cast<std::size_t>(rows), 0.4375);
    inputs.push_back(serving::Tensor::of<double>(feature, {rows, 1}, std::span<const double>(column)));
  }
  return inputs;
}

std::string v2_body(int rows) {
  JsonArray inputs;
  for (const auto& feature : kFeatures)
    inputs.push_back(JsonObject{{"name", feature},
                                {"shape", JsonArray{rows, 1}},
                                {"datatype", "FP64"},
                                {"data", JsonArray(static_cast<std::size_t>(rows), 0.4375)}});
  return to_json(JsonObject{{"inputs", std::move(inputs)}});
}

void run(serving::Endpoints& endpoints, const serving::Model& model, std::uint16_t port, std::string& echoed,
         int rows) {
  const auto body = v2_body(rows);
  Connection infer(port, "/v2/models/demand/infer", body);
  Connection echo(port, "/echo", body);
  echoed = std::string(infer.exchange());  // the echo answers with as many bytes
  const auto inputs = input_rows(rows);
  std::vector<Contender> contenders;
  contenders.push_back({"model, in process", [&] { required(model.predict(inputs)); }});
  contenders.push_back({"endpoint, in process", [&] {
                          serving::PredictRequest request;
                          request.inputs = inputs;
                          required(endpoints.predict("demand", std::move(request)));
                        }});
  contenders.push_back({"bare HTTP exchange", [&] { echo.exchange(); }});
  contenders.push_back({"V2 REST infer", [&] { infer.exchange(); }});
  for (int turn = 0; turn < kTurns; ++turn)
    for (auto& contender : contenders) contender.turn();
  std::printf("%d row%s, %zu request bytes\n", rows, rows == 1 ? "" : "s", body.size());
  for (auto& contender : contenders)
    std::printf("  %-22s p50 %8.2f us   p99 %8.2f us\n", contender.name.c_str(), contender.quantile(0.5),
                contender.quantile(0.99));
  const double bound = contenders[0].quantile(0.5) + contenders[2].quantile(0.5);
  std::printf("  V2 infer / (model + bare HTTP)   %.2f\n", contenders[3].quantile(0.5) / bound);
}

}  // namespace

int main() {
  configure_logging(LogLevel::warn, LogFormat::automatic);
  const auto folder = required(TemporaryFolder::create("bench-infer"));
  const auto result = trained();
  required(training::write_model_folder(folder.path(), result, {}));
  FolderSource source(folder.path());
  const auto files = required(source.files("demand", 1));
  const auto runtimes = serving::all_runtimes({});
  const auto model = required(runtimes.front()->load(files, {}));
  const auto endpoints = required(
      serving::Endpoints::open({nullptr, nullptr, &system_clock(), &source, serving::all_runtimes({})}));
  serving::EndpointSpec spec;
  spec.name = "demand";
  spec.model = "demand";
  required(endpoints->apply(spec, "bench"));

  std::string echoed;
  net::Router router;
  api::inference::add_inference_routes(router, *endpoints);
  router.add(net::Method::post, "/echo",
             [&](net::Request&) -> Result<net::Response> { return net::Response::json(echoed); },
             {.run = net::Run::inline_on_io});
  const auto server =
      required(net::HttpServer::start({.access_log = net::AccessLog::off}, std::move(router)));
  std::printf("%d trees over %zu features\n", result.leaderboard.front().trees, kFeatures.size());
  for (const int rows : {1, 32}) run(*endpoints, *model, server->port(), echoed, rows);
  return 0;
}
