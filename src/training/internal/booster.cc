#include "training/internal/booster.h"

#include <xgboost/c_api.h>

namespace maru::training {
namespace {

// XGBoost reports failure as -1 and keeps the text a thread.
Result<void> check(int status, std::string_view doing) {
  if (status == 0) return {};
  std::string_view message = XGBGetLastError();
  message = message.substr(0, message.find("\nStack trace"));
  return internal("xgboost: {}: {}", doing, message);
}

std::string array_interface(const void* data, std::size_t rows, std::size_t columns) {
  return fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<std::uintptr_t>(data), rows, columns);
}

std::vector<const char*> pointers(std::span<const std::string> names) {
  std::vector<const char*> result;
  for (const auto& name : names) result.push_back(name.c_str());
  return result;
}

}  // namespace

TrainingData::TrainingData(void* handle) : handle_(handle, [](void* owned) { XGDMatrixFree(owned); }) {}

Result<TrainingData> TrainingData::create(std::span<const float> values, std::size_t columns,
                                          std::span<const float> labels) {
  DMatrixHandle handle = nullptr;
  const auto interface = array_interface(values.data(), values.size() / columns, columns);
  MARU_TRY(check(XGDMatrixCreateFromDense(interface.c_str(), R"({"missing":NaN,"nthread":1})", &handle),
                 "take data"));
  TrainingData data(handle);
  if (!labels.empty())
    MARU_TRY(check(XGDMatrixSetFloatInfo(handle, "label", labels.data(), labels.size()), "take labels"));
  return data;
}

Result<void> TrainingData::set_feature_names(std::span<const std::string> names) {
  auto texts = pointers(names);
  return check(XGDMatrixSetStrFeatureInfo(handle(), "feature_name", texts.data(), texts.size()),
               "name features");
}

Booster::Booster(void* handle) : handle_(handle, [](void* owned) { XGBoosterFree(owned); }) {}

Result<Booster> Booster::create(std::vector<TrainingData> cached, const JsonObject& parameters) {
  std::vector<DMatrixHandle> handles;
  for (const auto& data : cached) handles.push_back(data.handle());
  BoosterHandle handle = nullptr;
  MARU_TRY(check(XGBoosterCreate(handles.data(), handles.size(), &handle), "create a booster"));
  Booster booster(handle);
  booster.cached_ = std::move(cached);
  for (const auto& [name, value] : parameters)
    MARU_TRY(
        booster.set(std::string(name), value.is_string() ? std::string(value.as_string()) : to_json(value)));
  return booster;
}

Result<Booster> Booster::load(std::string_view model_bytes) {
  BoosterHandle handle = nullptr;
  MARU_TRY(check(XGBoosterCreate(nullptr, 0, &handle), "create a booster"));
  Booster booster(handle);
  if (const auto loaded =
          check(XGBoosterLoadModelFromBuffer(handle, model_bytes.data(), model_bytes.size()), "load");
      !loaded)
    return Error{Code::invalid_argument, loaded.error().message};
  MARU_TRY(booster.set("nthread", "1"));
  return booster;
}

Result<void> Booster::set(const std::string& name, const std::string& value) {
  return check(XGBoosterSetParam(handle_.get(), name.c_str(), value.c_str()), name);
}

Result<void> Booster::update(int round, const TrainingData& data) {
  return check(XGBoosterUpdateOneIter(handle_.get(), round, data.handle()), "boost");
}

Result<void> Booster::set_feature_names(std::span<const std::string> names) {
  auto texts = pointers(names);
  return check(XGBoosterSetStrFeatureInfo(handle_.get(), "feature_name", texts.data(), texts.size()),
               "name features");
}

Result<std::span<const float>> Booster::predict(const TrainingData& data) {
  constexpr int kNormal = 0;
  constexpr unsigned kAllTrees = 0;
  constexpr int kNotTraining = 0;
  bst_ulong count = 0;
  const float* values = nullptr;
  MARU_TRY(
      check(XGBoosterPredict(handle_.get(), data.handle(), kNormal, kAllTrees, kNotTraining, &count, &values),
            "predict"));
  return std::span(values, count);
}

Result<std::string> Booster::save_json() {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  MARU_TRY(check(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"json"})", &size, &bytes), "save"));
  return std::string(bytes, size);
}

Result<std::vector<Booster::Score>> Booster::feature_scores(std::string_view type) {
  bst_ulong features = 0, dimension = 0;
  const char** names = nullptr;
  const bst_ulong* shape = nullptr;
  const float* values = nullptr;
  const auto config = fmt::format(R"({{"importance_type":"{}"}})", type);
  MARU_TRY(check(
      XGBoosterFeatureScore(handle_.get(), config.c_str(), &features, &names, &dimension, &shape, &values),
      "score features"));
  std::vector<Score> scores;
  for (bst_ulong i = 0; i < features; ++i) scores.push_back({names[i], values[i]});
  return scores;
}

}  // namespace maru::training
