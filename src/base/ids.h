#pragma once
// Identifiers, and "did you mean" for names that people type.

#include <span>
#include <string>
#include <string_view>

namespace maru {

// 32 lower-case hex digits of a random UUID, as MLflow's run ids are. Thread-safe.
std::string new_id();

// The candidate nearest to `name` by edit distance, or "" when none is near enough to be a likely slip.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);
// " (did you mean \"x\"?)" or "".
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

// Letters, digits, '.', '_', '-', not beginning with '.' or '-', 1 to 128 characters: what project objects
// may be called.
bool is_plain_name(std::string_view name);

}  // namespace maru
