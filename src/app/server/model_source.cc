#include "app/server/model_source.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/yaml.h"

namespace maru::app {
namespace {

constexpr std::uint64_t kModelFileLimitBytes = 4 << 20;

Result<JsonObject> read_mlmodel(const std::filesystem::path& folder) {
  const auto file = folder / "MLmodel";
  if (!std::filesystem::exists(file)) return JsonObject{};
  MARU_ASSIGN(const std::string text, read_file(file, kModelFileLimitBytes));
  MARU_ASSIGN(YamlDocument document, parse_yaml(text).at("MLmodel"));
  if (!document.value.is_object()) return invalid("MLmodel: expected a mapping");
  return std::move(document.value.as_object());
}

}  // namespace

Result<std::int64_t> RegistryModelSource::resolve(std::string_view model, std::string_view reference) {
  MARU_ASSIGN(const auto version, registry_.resolve(model, reference));
  return version.version;
}

Result<serving::ModelFiles> RegistryModelSource::files(std::string_view model, std::int64_t version) {
  MARU_ASSIGN(const auto found, registry_.get_version(model, version));
  const std::lock_guard lock(check_out_);
  // Named by a digest: a model's name may hold characters that no path should.
  const auto folder = folder_ / sha256_hex(model).substr(0, 16) / std::to_string(version);
  if (!std::filesystem::exists(folder / ".complete")) {
    MARU_TRY(remove_tree(folder));
    MARU_TRY(make_folders(folder));
    MARU_TRY(registry_.check_out(model, version, folder));
    MARU_TRY(write_file_atomically(folder / ".complete", ""));
  }
  serving::ModelFiles files{.model = std::string(model),
                            .version = version,
                            .folder = folder,
                            .mlmodel = {},
                            .run_id = found.run_id};
  MARU_ASSIGN(files.mlmodel, read_mlmodel(folder));
  return files;
}

}  // namespace maru::app
