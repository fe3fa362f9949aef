#pragma once
// What models, aliases, tags and stages may be called: MLflow's rules in MLflow's words. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "registry/types.h"

namespace maru::registry {

inline constexpr std::size_t kAliasCharacters = 255;
inline constexpr std::size_t kTagKeyCharacters = 250;
inline constexpr std::size_t kTagValueCharacters = 100'000;
inline constexpr std::string_view kPromptTag = "mlflow.prompt.is_prompt";

// All return invalid_argument.
Result<void> check_model_name(std::string_view name);
Result<void> check_alias(std::string_view alias);
// Also refuses "latest" and "v3", which mean versions.
Result<void> check_new_alias(std::string_view alias);
Result<void> check_tag(const Tag& tag);
Result<std::string> canonical_stage(std::string_view stage);  // "production" to "Production"
Result<std::int64_t> parse_version(std::string_view version);

}  // namespace maru::registry
