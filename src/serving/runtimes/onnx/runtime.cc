#include "serving/runtimes/onnx/runtime.h"

#include "base/file.h"
#include "base/ids.h"
#include "serving/internal/columns.h"
#include "serving/runtimes/onnx/session.h"

namespace maru::serving {
namespace {

using onnx::Feed;
using onnx::Session;

constexpr std::string_view kFlavor = "onnx";
constexpr std::uint64_t kFileLimitBytes = 2ULL << 30;  // protobuf's own

// How a request becomes the model's inputs.
enum class Binding : std::uint8_t {
  matrix,   // the columns of the signature, side by side in the model's one input [n, k]
  columns,  // one input a column, [n] or [n, 1]
  tensors,  // as they are
};

bool is_column(const TensorSpec& input) {
  return input.shape.size() == 1 || (input.shape.size() == 2 && input.shape[1] == 1);
}

class OnnxModel final : public Model {
 public:
  OnnxModel(Session session, std::optional<std::vector<ColumnSpec>> signature)
      : session_(std::move(session)),
        binding_(binding_of(session_.inputs(), signature)),
        columns_(columns_of(session_.inputs(), binding_, std::move(signature))) {
    metadata_.flavor = kFlavor;
    metadata_.platform = "onnxruntime_onnx";
    metadata_.form = binding_ == Binding::tensors ? InputForm::tensors : InputForm::columns;
    metadata_.inputs = binding_ == Binding::tensors ? session_.inputs() : column_inputs(columns_.specs());
    metadata_.outputs = session_.outputs();
  }

  const ModelMetadata& metadata() const override { return metadata_; }

  Result<std::vector<Tensor>> predict(std::span<const Tensor> inputs) const override {
    std::vector<Feed> feeds;
    feeds.reserve(session_.inputs().size());
    switch (binding_) {
      case Binding::matrix:
        MARU_TRY(feed_matrix(inputs, feeds));
        break;
      case Binding::columns:
        MARU_TRY(feed_columns(inputs, feeds));
        break;
      case Binding::tensors:
        MARU_TRY(feed_tensors(inputs, feeds));
        break;
    }
    return session_.run(feeds);
  }

 private:
  static Binding binding_of(const std::vector<TensorSpec>& inputs,
                            const std::optional<std::vector<ColumnSpec>>& signature) {
    if (inputs.size() == 1 && signature && inputs[0].shape.size() == 2 && is_number(inputs[0].type)) {
      const auto width = inputs[0].shape[1];
      const bool numeric =
          std::ranges::all_of(*signature, [](const ColumnSpec& column) { return is_number(column.type); });
      if (numeric && (width == -1 || width == static_cast<std::int64_t>(signature->size())))
        return Binding::matrix;
    }
    if (inputs.size() > 1 && std::ranges::all_of(inputs, is_column)) return Binding::columns;
    return Binding::tensors;
  }

  static Columns columns_of(const std::vector<TensorSpec>& inputs, Binding binding,
                            std::optional<std::vector<ColumnSpec>> signature) {
    if (binding == Binding::matrix) return Columns(std::move(*signature));
    std::vector<ColumnSpec> columns;
    if (binding == Binding::columns)
      for (const auto& input : inputs) columns.push_back({input.name, input.type, true});
    return Columns(std::move(columns));
  }

  template <class T>
  Result<void> feed_gathered(const MatchedColumns& matched, std::vector<Feed>& feeds) const {
    thread_local std::vector<T> numbers;
    columns_.gather(matched, numbers);
    const auto& input = session_.inputs()[0];
    const Shape shape{static_cast<std::int64_t>(matched.rows),
                      static_cast<std::int64_t>(columns_.specs().size())};
    const std::string_view bytes(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T));
    MARU_ASSIGN(const auto tensor, Tensor::borrowing(input.name, data_type_of<T>(), shape, bytes));
    MARU_ASSIGN(auto feed, Feed::of(session_.library(), tensor, input.type, shape));
    feeds.push_back(std::move(feed));
    return {};
  }

  Result<void> feed_matrix(std::span<const Tensor> inputs, std::vector<Feed>& feeds) const {
    MARU_ASSIGN(const auto matched, columns_.match(inputs));
    if (session_.inputs()[0].type == DataType::fp32) return feed_gathered<float>(matched, feeds);
    return feed_gathered<double>(matched, feeds);
  }

  Result<void> feed_columns(std::span<const Tensor> inputs, std::vector<Feed>& feeds) const {
    MARU_ASSIGN(const auto matched, columns_.match(inputs));
    const auto rows = static_cast<std::int64_t>(matched.rows);
    const auto width = columns_.specs().size();
    for (std::size_t i = 0; i < width; ++i) {
      const auto& wanted = session_.inputs()[i];
      const Shape shape = wanted.shape.size() == 1 ? Shape{rows} : Shape{rows, 1};
      if (matched.matrix == nullptr) {
        MARU_ASSIGN(auto feed, Feed::of(session_.library(), *matched.by_column[i], wanted.type, shape));
        feeds.push_back(std::move(feed));
        continue;
      }
      std::vector<double> column;
      for (std::size_t row = 0; row < matched.rows; ++row)
        column.push_back(matched.matrix->number(row * width + i));
      // Converted here, so that the feed owns its memory.
      const auto tensor = Tensor::of<double>(wanted.name, shape, std::span<const double>(column));
      MARU_ASSIGN(auto feed, Feed::copy_of(session_.library(), tensor, wanted.type, shape));
      feeds.push_back(std::move(feed));
    }
    return {};
  }

  Result<void> feed_tensors(std::span<const Tensor> inputs, std::vector<Feed>& feeds) const {
    MARU_TRY(check_names(inputs));
    for (const auto& wanted : session_.inputs()) {
      const auto found = std::ranges::find(inputs, wanted.name, &Tensor::name);
      if (found == inputs.end())
        return invalid("input \"{}\" is missing: expected {} {}", wanted.name, name_of(wanted.type),
                       shown(wanted.shape));
      MARU_TRY(check_shape(*found, wanted));
      MARU_ASSIGN(auto feed, Feed::of(session_.library(), *found, wanted.type, found->shape()));
      feeds.push_back(std::move(feed));
    }
    return {};
  }

  Result<void> check_names(std::span<const Tensor> inputs) const {
    std::vector<std::string> names;
    for (const auto& input : session_.inputs()) names.push_back(input.name);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto& name = inputs[i].name();
      if (std::ranges::find(names, name) == names.end())
        return invalid("input \"{}\" is unknown{}: this model takes {}", name, did_you_mean(name, names),
                       fmt::join(names, ", "));
      if (std::ranges::find(inputs.first(i), name, &Tensor::name) != inputs.first(i).end())
        return invalid("input \"{}\" is given twice", name);
    }
    return {};
  }

  static std::string shown(const std::vector<std::int64_t>& shape) {
    return fmt::format("[{}]", fmt::join(shape, ","));
  }

  static Result<void> check_shape(const Tensor& input, const TensorSpec& wanted) {
    const auto& shape = input.shape();
    bool fits = shape.rank() == wanted.shape.size();
    for (std::size_t i = 0; fits && i < shape.rank(); ++i)
      fits = wanted.shape[i] == -1 || wanted.shape[i] == shape[i];
    if (fits) return {};
    return invalid("input \"{}\": expected shape {} (-1 = any), got {}", wanted.name, shown(wanted.shape),
                   shape.shown());
  }

  Session session_;
  Binding binding_;
  Columns columns_;
  ModelMetadata metadata_;
};

std::string data_file(const JsonObject& mlmodel) {
  const Json whole(mlmodel);
  const auto flavors = JsonReader(whole, "MLmodel").find("flavors");
  const auto flavor = flavors ? flavors->find(kFlavor) : std::nullopt;
  return flavor ? flavor->text_or("data", "").value_or("") : "";
}

class OnnxRuntime final : public Runtime {
 public:
  explicit OnnxRuntime(std::filesystem::path library) : library_(std::move(library)) {}
  std::string_view name() const override { return kFlavor; }
  bool can_load(const ModelFiles& files) const override { return !data_file(files.mlmodel).empty(); }
  Result<std::unique_ptr<Model>> load(const ModelFiles& files, const LoadOptions& options) const override {
    const auto data = data_file(files.mlmodel);
    MARU_ASSIGN(const auto path, safe_join(files.folder, data));
    MARU_ASSIGN(const auto bytes, read_file(path, kFileLimitBytes));
    auto model = load_onnx_model(bytes, files.mlmodel, library_, options);
    if (!model) return model.error().at(data);
    return model;
  }

 private:
  std::filesystem::path library_;
};

}  // namespace

Result<std::unique_ptr<Model>> load_onnx_model(std::string_view bytes, const JsonObject& mlmodel,
                                               const std::filesystem::path& library,
                                               const LoadOptions& options) {
  MARU_ASSIGN(const auto* opened, onnx::Library::open(library));
  MARU_ASSIGN(auto session, Session::load(*opened, bytes, options));
  MARU_ASSIGN(auto signature, signature_columns(mlmodel));
  return std::unique_ptr<Model>(new OnnxModel(std::move(session), std::move(signature)));
}

std::unique_ptr<Runtime> make_onnx_runtime(std::filesystem::path library) {
  return std::make_unique<OnnxRuntime>(std::move(library));
}

}  // namespace maru::serving
