#include "datasets/types.h"

#include <charconv>

#include "base/ids.h"

namespace maru::datasets {

std::string DatasetRef::text() const { return fmt::format("{}/{}", name, version); }

Result<DatasetRef> DatasetRef::parse(std::string_view text) {
  const auto split = text.find_last_of("/@");
  std::int64_t version = 0;
  if (split != text.npos) {
    const std::string_view digits = text.substr(split + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) version = 0;
  }
  if (version < 1 || !is_plain_name(text.substr(0, split)))
    return invalid("\"{}\": expected a data set's version such as rides/2", text);
  return DatasetRef{std::string(text.substr(0, split)), version};
}

const ColumnSchema* DatasetVersion::find(std::string_view column) const {
  const auto found =
      std::find_if(schema.begin(), schema.end(), [&](const auto& each) { return each.name == column; });
  return found == schema.end() ? nullptr : &*found;
}

CheckCounts count_checks(const JsonArray& checks) {
  CheckCounts counts;
  for (const Json& check : checks) {
    if (!check.is_object()) continue;
    const JsonObject& object = check.get_object();
    const Json* passed = object.if_contains("passed");
    const Json* severity = object.if_contains("severity");
    if (passed != nullptr && passed->is_bool() && passed->get_bool())
      ++counts.passed;
    else if (severity != nullptr && severity->is_string() && severity->get_string() == "warn")
      ++counts.warned;
    else
      ++counts.failed;
  }
  return counts;
}

JsonObject json_of(const Dataset& dataset) {
  return {{"name", dataset.name},
          {"project", dataset.project},
          {"description", dataset.description},
          {"timestamp", dataset.timestamp_column},
          {"expectations", dataset.expectations},
          {"latest_version", dataset.latest_version},
          {"rows", dataset.rows},
          {"columns", dataset.columns},
          {"updated_ms", dataset.updated_ms}};
}

JsonObject json_of(const DatasetVersion& version, Detail detail) {
  const CheckCounts counts = count_checks(version.checks);
  JsonArray parents;
  for (const auto& parent : version.parents) parents.emplace_back(parent.text());
  JsonObject out{{"name", version.name},
                 {"version", version.version},
                 {"rows", version.rows},
                 {"content_hash", version.content_hash},
                 {"created_ms", version.created_ms},
                 {"created_by", version.created_by},
                 {"source", version.source},
                 {"parents", std::move(parents)}};
  if (detail == Detail::summary) {
    out["checks"] = {{"passed", counts.passed}, {"failed", counts.failed}, {"warned", counts.warned}};
    return out;
  }
  JsonArray schema;
  for (const auto& column : version.schema)
    schema.push_back(
        JsonObject{{"name", column.name}, {"type", name_of(column.type)}, {"nullable", column.nullable}});
  out["schema"] = std::move(schema);
  out["profile"] = version.profile;
  out["checks"] = version.checks;
  return out;
}

}  // namespace maru::datasets
