#pragma once
// ONNX Runtime's C API, loaded when the first ONNX model is: owners that release, statuses that become
// Results. The library is opened with dlopen and asked for one API version, so that one binary runs with any
// release that has it.

#include <filesystem>
#include <memory>
#include <string>

#include <onnxruntime_c_api.h>

#include "base/result.h"
#include "serving/tensor.h"

namespace maru::serving::onnx {

// Thread-safe. Lives until the process ends once opened: ONNX Runtime does not unload cleanly.
class Library {
 public:
  // `path` empty: ../lib/maru beside the binary, then the loader's search path. unavailable when it is not
  // there or does not have kApiVersion. The first path that succeeded wins.
  static Result<const Library*> open(const std::filesystem::path& path);
  static constexpr std::uint32_t kApiVersion = 24;

  const OrtApi& api() const { return *api_; }
  OrtEnv* environment() const { return environment_; }
  OrtAllocator* allocator() const { return allocator_; }
  const OrtMemoryInfo* memory() const { return memory_; }
  // Frees the status. `otherwise`: the code of what is not the caller's mistake.
  Result<void> check(OrtStatus* status, std::string_view doing, Code otherwise = Code::internal) const;

 private:
  friend Result<std::unique_ptr<Library>> load(const std::filesystem::path& path);
  const OrtApi* api_ = nullptr;
  OrtEnv* environment_ = nullptr;
  OrtAllocator* allocator_ = nullptr;
  OrtMemoryInfo* memory_ = nullptr;
};

// unique_ptr over one of the API's Release functions.
template <class T>
struct Release {
  void (*release)(T*) = nullptr;
  void operator()(T* owned) const { release(owned); }
};
template <class T>
using Owned = std::unique_ptr<T, Release<T>>;

inline Owned<OrtValue> own(const Library& library, OrtValue* value) {
  return {value, {library.api().ReleaseValue}};
}

Result<DataType> data_type_of(ONNXTensorElementDataType type);
ONNXTensorElementDataType element_type_of(DataType type);

}  // namespace maru::serving::onnx
