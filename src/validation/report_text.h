#pragma once
// Reports as tables for a terminal: what `maru profile`, `maru validate` and `maru drift` print. Pure
// functions.

#include <span>
#include <string>

#include "validation/drift.h"
#include "validation/expectations.h"
#include "validation/profile.h"
#include "validation/schema.h"

namespace maru::validation {

struct TextStyle {
  bool color = false;       // ANSI colours, for terminals
  std::size_t width = 100;  // characters a line
};

std::string text_of(const Profile& profile, const TextStyle& style = {});
std::string text_of(const DriftReport& report, const TextStyle& style = {});
std::string text_of(std::span<const CheckResult> results, const TextStyle& style = {});
std::string text_of(const std::vector<SchemaChange>& changes, const TextStyle& style = {});

}  // namespace maru::validation
