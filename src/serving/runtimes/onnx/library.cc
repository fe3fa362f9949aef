#include "serving/runtimes/onnx/library.h"

#include <dlfcn.h>

namespace maru::serving::onnx {
namespace {

constexpr const char* kFileName = "libonnxruntime.so.1";

struct TypePair {
  ONNXTensorElementDataType onnx;
  DataType ours;
};
constexpr std::array<TypePair, 13> kTypes{{{ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, DataType::boolean},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, DataType::int8},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16, DataType::int16},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, DataType::int32},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, DataType::int64},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, DataType::uint8},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16, DataType::uint16},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32, DataType::uint32},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, DataType::uint64},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, DataType::fp16},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, DataType::fp32},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, DataType::fp64},
                                           {ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, DataType::bytes}}};

std::vector<std::string> places(const std::filesystem::path& path) {
  if (!path.empty()) return {path.string()};
  std::error_code problem;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", problem);
  std::vector<std::string> paths;
  if (!problem) paths.push_back((binary.parent_path().parent_path() / "lib" / "maru" / kFileName).string());
  paths.emplace_back(kFileName);
  return paths;
}

}  // namespace

Result<std::unique_ptr<Library>> load(const std::filesystem::path& path) {
  void* handle = nullptr;
  std::string problem;
  for (const auto& place : places(path)) {
    handle = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) break;
    problem = dlerror();
  }
  if (handle == nullptr)
    return make_error(Code::unavailable, "ONNX Runtime could not be loaded: {}", problem);
  using GetBase = const OrtApiBase* (*)();
  const auto get_base = reinterpret_cast<GetBase>(dlsym(handle, "OrtGetApiBase"));
  const OrtApi* api = get_base == nullptr ? nullptr : get_base()->GetApi(Library::kApiVersion);
  if (api == nullptr) {
    const std::string version = get_base == nullptr ? "unknown" : get_base()->GetVersionString();
    dlclose(handle);
    return make_error(Code::unavailable, "ONNX Runtime {} does not have API version {}", version,
                      Library::kApiVersion);
  }
  auto library = std::make_unique<Library>();
  library->api_ = api;
  MARU_TRY(library->check(api->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "maru", &library->environment_), "start"));
  MARU_TRY(library->check(api->GetAllocatorWithDefaultOptions(&library->allocator_), "start"));
  MARU_TRY(library->check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &library->memory_),
                          "start"));
  return library;
}

Result<const Library*> Library::open(const std::filesystem::path& path) {
  static std::mutex mutex;
  static std::unique_ptr<Library> opened;  // one a process: it owns process-wide thread pools and logging
  const std::scoped_lock lock(mutex);
  if (opened == nullptr)
    MARU_TRY(load(path).transform([](auto library) {
      opened = std::move(library);
      return 0;
    }));
  return opened.get();
}

Result<void> Library::check(OrtStatus* status, std::string_view doing, Code otherwise) const {
  if (status == nullptr) return {};
  const Code code = api_->GetErrorCode(status) == ORT_INVALID_ARGUMENT ? Code::invalid_argument : otherwise;
  auto error = make_error(code, "onnxruntime: {}: {}", doing, api_->GetErrorMessage(status));
  api_->ReleaseStatus(status);
  return error;
}

Result<DataType> data_type_of(ONNXTensorElementDataType type) {
  for (const auto& pair : kTypes)
    if (pair.onnx == type) return pair.ours;
  return invalid("ONNX element type {} is not supported", static_cast<int>(type));
}

ONNXTensorElementDataType element_type_of(DataType type) {
  for (const auto& pair : kTypes)
    if (pair.ours == type) return pair.onnx;
  return ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
}

}  // namespace maru::serving::onnx
