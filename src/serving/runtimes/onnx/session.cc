#include "serving/runtimes/onnx/session.h"

namespace maru::serving::onnx {

Result<Session> Session::load(const Library& library, std::string_view bytes, const LoadOptions& options) {
  const auto& api = library.api();
  OrtSessionOptions* raw_options = nullptr;
  MARU_TRY(library.check(api.CreateSessionOptions(&raw_options), "make options"));
  const Owned<OrtSessionOptions> settings(raw_options, {api.ReleaseSessionOptions});
  MARU_TRY(library.check(api.SetIntraOpNumThreads(raw_options, options.threads), "make options"));
  MARU_TRY(library.check(api.SetInterOpNumThreads(raw_options, 1), "make options"));
  // Idle threads of a session must not burn the cores that other endpoints serve from.
  MARU_TRY(library.check(api.AddSessionConfigEntry(raw_options, "session.intra_op.allow_spinning", "0"),
                         "make options"));
  Session session(library);
  OrtSession* raw = nullptr;
  MARU_TRY(library.check(
      api.CreateSessionFromArray(library.environment(), bytes.data(), bytes.size(), raw_options, &raw),
      "load", Code::invalid_argument));
  session.session_ = {raw, {api.ReleaseSession}};
  MARU_ASSIGN(session.inputs_, session.specs(Side::input));
  MARU_ASSIGN(session.outputs_, session.specs(Side::output));
  if (session.inputs_.empty() || session.outputs_.empty())
    return invalid("the model has no inputs or no outputs");
  for (const auto& input : session.inputs_) session.input_names_.push_back(input.name.c_str());
  for (const auto& output : session.outputs_) session.output_names_.push_back(output.name.c_str());
  return session;
}

Result<std::vector<TensorSpec>> Session::specs(Side side) const {
  const auto& api = library_->api();
  std::size_t count = 0;
  MARU_TRY(library_->check(side == Side::input ? api.SessionGetInputCount(session_.get(), &count)
                                               : api.SessionGetOutputCount(session_.get(), &count),
                           "read the model"));
  std::vector<TensorSpec> result;
  for (std::size_t i = 0; i < count; ++i) {
    MARU_ASSIGN(auto one, spec(side, i));
    result.push_back(std::move(one));
  }
  return result;
}

Result<TensorSpec> Session::spec(Side side, std::size_t index) const {
  const auto& api = library_->api();
  const bool input = side == Side::input;
  TensorSpec result;
  char* name = nullptr;
  MARU_TRY(
      library_->check(input ? api.SessionGetInputName(session_.get(), index, library_->allocator(), &name)
                            : api.SessionGetOutputName(session_.get(), index, library_->allocator(), &name),
                      "read the model"));
  result.name = name;
  MARU_TRY(library_->check(api.AllocatorFree(library_->allocator(), name), "read the model"));
  OrtTypeInfo* raw = nullptr;
  MARU_TRY(library_->check(input ? api.SessionGetInputTypeInfo(session_.get(), index, &raw)
                                 : api.SessionGetOutputTypeInfo(session_.get(), index, &raw),
                           "read the model"));
  const Owned<OrtTypeInfo> type(raw, {api.ReleaseTypeInfo});
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;  // owned by `type`
  MARU_TRY(library_->check(api.CastTypeInfoToTensorInfo(type.get(), &tensor), "read the model"));
  if (tensor == nullptr) {
    if (input) return invalid("input \"{}\" is no tensor: it cannot be served", result.name);
    result.shape = {-1, -1};  // ZipMap's maps come as a tensor
    return result;
  }
  ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  MARU_TRY(library_->check(api.GetTensorElementType(tensor, &element), "read the model"));
  MARU_ASSIGN(result.type, data_type_of(element));
  std::size_t rank = 0;
  MARU_TRY(library_->check(api.GetDimensionsCount(tensor, &rank), "read the model"));
  result.shape.resize(rank);
  MARU_TRY(library_->check(api.GetDimensions(tensor, result.shape.data(), rank), "read the model"));
  for (auto& size : result.shape) size = std::max<std::int64_t>(size, -1);
  return result;
}

Result<std::vector<Tensor>> Session::run(std::span<const Feed> feeds) const {
  std::vector<const OrtValue*> values;
  for (const auto& feed : feeds) values.push_back(feed.value());
  std::vector<OrtValue*> raw(outputs_.size(), nullptr);
  MARU_TRY(library_->check(library_->api().Run(session_.get(), nullptr, input_names_.data(), values.data(),
                                               values.size(), output_names_.data(), raw.size(), raw.data()),
                           "run"));
  std::vector<Owned<OrtValue>> results;
  for (auto* value : raw) results.push_back(own(*library_, value));
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < results.size(); ++i) {
    MARU_ASSIGN(auto output, take_output(*library_, *results[i], outputs_[i].name));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace maru::serving::onnx
