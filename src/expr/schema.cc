#include "expr/schema.h"

#include "base/ids.h"

namespace maru::expr {
namespace {

std::string dotted(const Name& name) {
  const std::string key = name.key();
  return key.empty() ? name.parts.front() : name.parts.front() + '.' + key;
}

Name with_first(std::string_view first, const Name& name) {
  Name out{{std::string(first)}};
  out.parts.insert(out.parts.end(), name.parts.begin() + 1, name.parts.end());
  return out;
}

}  // namespace

Schema& Schema::add(std::string_view name, Type type) {
  if (name.ends_with(".*")) {
    prefixes_.insert_or_assign(std::string(name.substr(0, name.size() - 2)), type);
  } else {
    names_.insert_or_assign(std::string(name), type);
  }
  return *this;
}

Schema& Schema::alias(std::string_view from, std::string_view to) {
  aliases_.insert_or_assign(std::string(from), std::string(to));
  return *this;
}

Schema& Schema::default_prefix(std::string_view prefix) {
  default_prefix_ = prefix;
  return *this;
}

bool Schema::known(const Name& name, Type& type) const {
  if (const auto exact = names_.find(dotted(name)); exact != names_.end()) {
    type = exact->second;
    return true;
  }
  const auto prefix = prefixes_.find(name.parts.front());
  if (name.parts.size() < 2 || prefix == prefixes_.end()) return false;
  type = prefix->second;
  return true;
}

Result<Schema::Resolved> Schema::resolve(const Name& typed) const {
  Name name = typed;
  if (const auto first = aliases_.find(name.parts.front());
      first != aliases_.end() && name.parts.size() > 1) {
    name = with_first(first->second, name);
  }
  if (name.parts.size() == 1 && !default_prefix_.empty() && !names_.contains(name.parts.front())) {
    name.parts.insert(name.parts.begin(), default_prefix_);
  }
  if (const auto whole = aliases_.find(dotted(name)); whole != aliases_.end()) name = Name::of(whole->second);
  Resolved resolved;
  if (known(name, resolved.type)) {
    resolved.name = std::move(name);
    return resolved;
  }
  if (unknown_ == Unknown::allow) return Resolved{typed, Type::any};
  return unknown_name(typed);
}

Error Schema::unknown_name(const Name& name) const {
  std::vector<std::string> candidates;
  for (const auto& [known_name, type] : names_) {
    candidates.push_back(known_name);
    const auto prefix = default_prefix_ + '.';
    if (!default_prefix_.empty() && known_name.starts_with(prefix))
      candidates.push_back(known_name.substr(prefix.size()));
  }
  for (const auto& [prefix, type] : prefixes_) {
    if (name.parts.size() > 1) candidates.push_back(with_first(prefix, name).text());
  }
  std::string known_prefixes;
  for (const auto& [prefix, type] : prefixes_)
    known_prefixes += (known_prefixes.empty() ? "" : ", ") + prefix + ".…";
  std::string hint = did_you_mean(name.text(), candidates);
  if (hint.empty() && !known_prefixes.empty())
    hint = fmt::format("; known are {} and {} more", known_prefixes, names_.size());
  return invalid("unknown name \"{}\"{}", name.text(), hint);
}

Schema& add_mlflow_aliases(Schema& schema) {
  schema.alias("metric", "metrics")
      .alias("param", "params")
      .alias("parameter", "params")
      .alias("parameters", "params");
  schema.alias("tag", "tags").alias("dataset", "datasets");
  schema.alias("attribute", "attributes").alias("attr", "attributes").alias("run", "attributes");
  return schema.default_prefix("attributes");
}

}  // namespace maru::expr
