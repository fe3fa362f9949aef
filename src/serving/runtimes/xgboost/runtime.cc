#include "serving/runtimes/xgboost/runtime.h"

#include "base/file.h"
#include "serving/internal/columns.h"
#include "serving/runtimes/xgboost/flat_trees.h"
#include "serving/runtimes/xgboost/ubjson.h"

namespace maru::serving {
namespace {

constexpr std::string_view kFlavor = "xgboost";
constexpr std::string_view kClassifier = "xgboost.sklearn.XGBClassifier";
constexpr std::uint64_t kFileLimitBytes = 2ULL << 30;

// Boosters predict what the objective says; the scikit-learn classifier predicts labels and has probabilities
// beside.
enum class Prediction : std::uint8_t { objective, label };

class XgboostModel final : public Model {
 public:
  XgboostModel(FlatTrees trees, Columns columns, Prediction prediction)
      : trees_(std::move(trees)), columns_(std::move(columns)), prediction_(prediction) {
    metadata_.flavor = kFlavor;
    metadata_.platform = "xgboost_json";
    metadata_.form = InputForm::columns;
    metadata_.inputs = column_inputs(columns_.specs());
    if (prediction_ == Prediction::label) {
      metadata_.outputs = {{"predictions", DataType::int64, {-1}},
                           {"probabilities", DataType::fp32, {-1, static_cast<std::int64_t>(label_count())}}};
    } else {
      metadata_.outputs = {{"predictions", DataType::fp32, {-1}}};
      if (trees_.outputs() > 1)
        metadata_.outputs[0].shape.push_back(static_cast<std::int64_t>(trees_.outputs()));
    }
  }

  const ModelMetadata& metadata() const override { return metadata_; }

  Result<std::vector<Tensor>> predict(std::span<const Tensor> inputs) const override {
    MARU_ASSIGN(const auto matched, columns_.match(inputs));
    thread_local std::vector<float> rows;  // kept between calls: one row must not cost an allocation
    columns_.gather(matched, rows);
    const auto count = static_cast<std::int64_t>(matched.rows);
    float* predicted = nullptr;
    const auto width = static_cast<std::int64_t>(trees_.outputs());
    const Shape shape = width > 1 ? Shape{count, width} : Shape{count};
    Tensor output = Tensor::to_fill<float>("predictions", shape, matched.rows * trees_.outputs(), predicted);
    trees_.predict(rows, {predicted, matched.rows * trees_.outputs()});
    std::vector<Tensor> outputs;
    if (prediction_ == Prediction::label)
      return labelled({predicted, matched.rows * trees_.outputs()}, count);
    outputs.push_back(std::move(output));
    return outputs;
  }

 private:
  std::size_t label_count() const { return std::max<std::size_t>(trees_.outputs(), 2); }

  // Binary: p is the probability of 1. Multi-class: one probability a class.
  std::vector<Tensor> labelled(std::span<const float> predicted, std::int64_t count) const {
    const std::size_t classes = label_count();
    std::int64_t* labels = nullptr;
    float* probabilities = nullptr;
    const auto rows = static_cast<std::size_t>(count);
    std::vector<Tensor> outputs;
    auto label_tensor = Tensor::to_fill<std::int64_t>("predictions", {count}, rows, labels);
    auto probability_tensor = Tensor::to_fill<float>(
        "probabilities", {count, static_cast<std::int64_t>(classes)}, rows * classes, probabilities);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::span<float> of_row(probabilities + row * classes, classes);
      if (trees_.outputs() == 1) {
        of_row[0] = 1 - predicted[row];
        of_row[1] = predicted[row];
        labels[row] = predicted[row] > 0.5F ? 1 : 0;
      } else {
        std::ranges::copy(predicted.subspan(row * classes, classes), of_row.begin());
        labels[row] = std::ranges::max_element(of_row) - of_row.begin();
      }
    }
    outputs.push_back(std::move(label_tensor));
    outputs.push_back(std::move(probability_tensor));
    return outputs;
  }

  FlatTrees trees_;
  Columns columns_;
  Prediction prediction_;
  ModelMetadata metadata_;
};

// The flavor's `key`, or "".
std::string flavor_text(const JsonObject& mlmodel, std::string_view key) {
  const Json whole(mlmodel);
  const auto flavors = JsonReader(whole, "MLmodel").find("flavors");
  const auto flavor = flavors ? flavors->find(kFlavor) : std::nullopt;
  return flavor ? flavor->text_or(key, "").value_or("") : "";
}

Result<Json> parse_model(std::string_view bytes) {
  if (bytes.size() < 2 || bytes[0] != '{')
    return invalid(
        "not an XGBoost JSON or UBJSON model (the old binary format has to be saved again as one of them)");
  const bool is_text = bytes[1] == '"' || std::isspace(static_cast<unsigned char>(bytes[1])) != 0;
  return is_text ? parse_json(bytes) : parse_ubjson(bytes);
}

// The model's own feature names in its order, with the signature's types; else the signature's columns; else
// f0, f1, ….
std::vector<ColumnSpec> columns_of(const FlatTrees& trees, std::vector<ColumnSpec> signature) {
  if (trees.feature_names().empty()) {
    if (signature.size() == trees.features()) return signature;
    signature.clear();
    for (std::size_t i = 0; i < trees.features(); ++i)
      signature.push_back({fmt::format("f{}", i), DataType::fp32, true});
    return signature;
  }
  std::vector<ColumnSpec> columns;
  for (const auto& name : trees.feature_names()) {
    const auto found = std::ranges::find(signature, name, &ColumnSpec::name);
    columns.push_back(found == signature.end() ? ColumnSpec{name, DataType::fp32, true} : *found);
  }
  return columns;
}

class XgboostRuntime final : public Runtime {
 public:
  std::string_view name() const override { return kFlavor; }
  bool can_load(const ModelFiles& files) const override {
    return !flavor_text(files.mlmodel, "data").empty();
  }
  Result<std::unique_ptr<Model>> load(const ModelFiles& files, const LoadOptions&) const override {
    const auto data = flavor_text(files.mlmodel, "data");
    MARU_ASSIGN(const auto path, safe_join(files.folder, data));
    MARU_ASSIGN(const auto bytes, read_file(path, kFileLimitBytes));
    auto model = load_xgboost_model(bytes, files.mlmodel);
    if (!model) return model.error().at(data);
    return model;
  }
};

}  // namespace

Result<std::unique_ptr<Model>> load_xgboost_model(std::string_view bytes, const JsonObject& mlmodel) {
  const auto model_class = flavor_text(mlmodel, "model_class");
  MARU_ASSIGN(const auto json, parse_model(bytes));
  MARU_ASSIGN(auto trees, FlatTrees::from_json(json, model_class.starts_with("xgboost.sklearn.")));
  MARU_ASSIGN(auto signature, signature_columns(mlmodel));
  auto columns = columns_of(trees, signature.value_or(std::vector<ColumnSpec>{}));
  const bool probabilities =
      trees.transform() == MarginTransform::sigmoid || trees.transform() == MarginTransform::softmax;
  const auto prediction =
      model_class == kClassifier && probabilities ? Prediction::label : Prediction::objective;
  return std::unique_ptr<Model>(new XgboostModel(std::move(trees), Columns(std::move(columns)), prediction));
}

std::unique_ptr<Runtime> make_xgboost_runtime() { return std::make_unique<XgboostRuntime>(); }

}  // namespace maru::serving
