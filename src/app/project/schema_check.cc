#include "app/project/schema_check.h"

#include "base/ids.h"

namespace maru::app {
namespace {

class Checker {
 public:
  explicit Checker(const JsonObject& root) : root_(root) {}

  void check(const JsonReader& value, const JsonObject& given_schema) {
    const JsonObject& schema = resolve(given_schema);
    if (const auto* type = schema.if_contains("type"); type != nullptr && !has_type(value.value(), *type)) {
      problems_.push_back(value.expected(type_words(*type)));
      return;
    }
    if (const auto* allowed = schema.if_contains("enum")) check_enum(value, allowed->as_array());
    if (value.value().is_object()) check_object(value, schema);
    if (const auto* items = schema.if_contains("items"); items != nullptr && value.value().is_array()) {
      for (const auto& item : value.items().value()) check(item, items->as_object());
    }
  }

  std::vector<Error> problems() && { return std::move(problems_); }

 private:
  const JsonObject& resolve(const JsonObject& schema) const {
    const auto* reference = schema.if_contains("$ref");
    if (reference == nullptr) return schema;
    const std::string_view name =
        std::string_view(reference->as_string()).substr(std::string_view("#/$defs/").size());
    return root_.at("$defs").as_object().at(name).as_object();
  }

  static bool is_of(const Json& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64();
    if (type == "number") return value.is_number();
    return type == "boolean" && value.is_bool();
  }

  static bool has_type(const Json& value, const Json& types) {
    if (const auto* one = types.if_string()) return is_of(value, *one);
    const auto& all = types.as_array();
    return std::any_of(all.begin(), all.end(),
                       [&](const Json& type) { return is_of(value, type.as_string()); });
  }

  static std::string type_words(const Json& types) {
    const auto word = [](std::string_view type) -> std::string {
      if (type == "object") return "a mapping";
      if (type == "array") return "a list";
      if (type == "string") return "a text";
      if (type == "integer") return "a whole number";
      if (type == "number") return "a number";
      return "true or false";
    };
    if (const auto* one = types.if_string()) return word(*one);
    std::vector<std::string> words;
    for (const auto& type : types.as_array()) words.push_back(word(type.as_string()));
    return fmt::format("{}", fmt::join(words, " or "));
  }

  void check_enum(const JsonReader& value, const JsonArray& allowed) {
    if (std::find(allowed.begin(), allowed.end(), value.value()) != allowed.end()) return;
    std::vector<std::string> names;
    for (const auto& item : allowed) names.emplace_back(item.as_string());
    const auto* text = value.value().if_string();
    const std::string hint = text == nullptr ? "" : did_you_mean(*text, names);
    problems_.push_back(value.expected(fmt::format("one of {}", fmt::join(names, ", "))));
    problems_.back().message += hint;
  }

  void check_object(const JsonReader& value, const JsonObject& schema) {
    const auto* properties = schema.if_contains("properties");
    const auto* additional = schema.if_contains("additionalProperties");
    std::vector<std::string> known;
    if (properties != nullptr) {
      for (const auto& [name, unused] : properties->as_object()) known.emplace_back(name);
    }
    for (const auto& [name, field] : value.fields().value()) {
      if (const auto* property =
              properties == nullptr ? nullptr : properties->as_object().if_contains(name)) {
        if (!field.value().is_null()) check(field, property->as_object());
      } else if (additional != nullptr && additional->is_object()) {
        check(field, additional->as_object());
      } else if (additional != nullptr && additional->is_bool() && !additional->as_bool()) {
        problems_.push_back(field.wrong(
            fmt::format("unknown key{}; known here: {}", did_you_mean(name, known), fmt::join(known, ", "))));
      }
    }
    if (const auto* required = schema.if_contains("required")) {
      for (const auto& name : required->as_array()) {
        if (!value.find(name.as_string())) problems_.push_back(value.field(name.as_string()).error());
      }
    }
  }

  const JsonObject& root_;
  std::vector<Error> problems_;
};

}  // namespace

std::vector<Error> check_against_schema(const JsonReader& value, const JsonObject& schema) {
  Checker checker(schema);
  checker.check(value, schema);
  return std::move(checker).problems();
}

}  // namespace maru::app
