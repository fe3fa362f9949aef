#pragma once
// A model source and a runtime that tests steer, for this room's tests and those of the protocols above it.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "serving/model.h"

namespace maru::serving::testing {

// Versions and aliases of any model, in memory. Thread-safe.
class FakeSource final : public ModelSource {
 public:
  void set_alias(std::string model, std::string alias, std::int64_t version) {
    const std::scoped_lock lock(mutex_);
    aliases_[{std::move(model), std::move(alias)}] = version;
  }
  // The MLmodel that files() gives for every model, and the folder.
  void set_files(JsonObject mlmodel, std::filesystem::path folder = {}) {
    const std::scoped_lock lock(mutex_);
    mlmodel_ = std::move(mlmodel);
    folder_ = std::move(folder);
  }

  Result<std::int64_t> resolve(std::string_view model, std::string_view reference) override {
    const std::scoped_lock lock(mutex_);
    const auto found = aliases_.find({std::string(model), std::string(reference)});
    if (found != aliases_.end()) return found->second;
    std::int64_t version = 0;
    const auto [end, problem] =
        std::from_chars(reference.data(), reference.data() + reference.size(), version);
    if (problem == std::errc() && end == reference.data() + reference.size()) return version;
    return not_found("model {} has no alias {}", model, reference);
  }
  Result<ModelFiles> files(std::string_view model, std::int64_t version) override {
    const std::scoped_lock lock(mutex_);
    return ModelFiles{std::string(model), version, folder_, mlmodel_, fmt::format("run-{}", version)};
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::int64_t> aliases_;
  JsonObject mlmodel_{{"flavors", {{"fake", JsonObject{}}}}};
  std::filesystem::path folder_;
};

// Columns a and b in, y = a + 10·b + 1000·version out. Counts itself, so that tests see what is loaded.
class FakeModel final : public Model {
 public:
  FakeModel(std::int64_t version, std::atomic<int>& alive, std::function<void()> during_predict)
      : version_(version), alive_(alive), during_predict_(std::move(during_predict)) {
    ++alive_;
    metadata_ = {"fake",
                 "fake",
                 InputForm::columns,
                 {{"a", DataType::fp64, {-1, 1}}, {"b", DataType::fp64, {-1, 1}}},
                 {{"y", DataType::fp64, {-1}}}};
  }
  ~FakeModel() override { --alive_; }

  const ModelMetadata& metadata() const override { return metadata_; }
  Result<std::vector<Tensor>> predict(std::span<const Tensor> inputs) const override {
    if (during_predict_) during_predict_();
    const auto a = std::ranges::find(inputs, "a", &Tensor::name);
    const auto b = std::ranges::find(inputs, "b", &Tensor::name);
    if (a == inputs.end() || b == inputs.end())
      return invalid("input \"{}\" is missing", a == inputs.end() ? "a" : "b");
    std::vector<double> y;
    for (std::size_t row = 0; row < a->elements(); ++row)
      y.push_back(a->number(row) + 10 * b->number(row) + 1000 * static_cast<double>(version_));
    return std::vector{
        Tensor::of<double>("y", {static_cast<std::int64_t>(y.size())}, std::span<const double>(y))};
  }

 private:
  std::int64_t version_;
  std::atomic<int>& alive_;
  std::function<void()> during_predict_;
  ModelMetadata metadata_;
};

// What a FakeRuntime shares with the test that made it; outlives the runtime and its models.
struct FakeRuntimeControl {
  std::atomic<int> models_alive{0};
  std::atomic<int> loads{0};
  std::atomic<std::int64_t> refuses_version{0};  // load() of this version fails
  std::function<void()> during_load;
  std::function<void()> during_predict;  // set before the first load
};

class FakeRuntime final : public Runtime {
 public:
  explicit FakeRuntime(FakeRuntimeControl& control) : control_(control) {}
  std::string_view name() const override { return "fake"; }
  bool can_load(const ModelFiles& files) const override {
    const auto* flavors = files.mlmodel.if_contains("flavors");
    return flavors != nullptr && flavors->is_object() && flavors->as_object().contains("fake");
  }
  Result<std::unique_ptr<Model>> load(const ModelFiles& files, const LoadOptions&) const override {
    ++control_.loads;
    if (control_.during_load) control_.during_load();
    if (files.version == control_.refuses_version) return invalid("a broken model");
    return std::unique_ptr<Model>(
        new FakeModel(files.version, control_.models_alive, control_.during_predict));
  }

 private:
  FakeRuntimeControl& control_;
};

}  // namespace maru::serving::testing
