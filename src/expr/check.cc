#include <algorithm>

#include "expr/node.h"

namespace maru::expr {
namespace {

bool is_numeric(Type type) {
  return type == Type::number || type == Type::boolean || type == Type::null || type == Type::any;
}
bool is_textual(Type type) { return type == Type::text || type == Type::null || type == Type::any; }

std::string_view with_article(Type type) {
  switch (type) {
    case Type::number:
      return "a number";
    case Type::boolean:
      return "a boolean";
    case Type::text:
      return "text";
    default:
      return "null";
  }
}

// Resolves each name where it stands (for the column), then types from the leaves up.
class Binder {
 public:
  Binder(const Schema& schema, const std::vector<Name>& typed)
      : schema_(schema), typed_(typed), types_(typed.size(), Type::any), slots_(typed.size(), kUnbound) {}

  Result<Type> bind(Node& node) {
    if (node.op == Operator::name) return bind_name(node);
    if (node.op == Operator::literal) return type_of(node.literal);
    std::vector<Type> types;
    for (auto& child : node.children) {
      MARU_ASSIGN(const Type type, bind(child));
      types.push_back(type);
    }
    return result_of(node, types);
  }

  std::vector<Name> take_names() { return std::move(bound_); }

 private:
  static constexpr std::size_t kUnbound = static_cast<std::size_t>(-1);

  Result<Type> bind_name(Node& node) {
    const std::size_t typed_slot = node.slot;
    if (slots_[typed_slot] == kUnbound) {
      auto resolved = schema_.resolve(typed_[typed_slot]);
      if (!resolved) return wrong_at(node.column, resolved.error().message);
      const auto known = std::ranges::find(bound_, resolved->name);
      slots_[typed_slot] = static_cast<std::size_t>(known - bound_.begin());
      types_[typed_slot] = resolved->type;
      if (known == bound_.end()) bound_.push_back(std::move(resolved->name));
    }
    node.slot = slots_[typed_slot];
    return types_[typed_slot];
  }

  Result<Type> result_of(const Node& node, const std::vector<Type>& types) const {
    switch (node.op) {
      case Operator::call:
        return result_of_call(node, types);
      case Operator::is_null:
        return Type::boolean;
      case Operator::not_:
      case Operator::and_:
      case Operator::or_:
        MARU_TRY(all_are(node, types, is_numeric, "needs conditions"));
        return Type::boolean;
      case Operator::like:
      case Operator::ilike:
        MARU_TRY(all_are(node, types, is_textual, "compares text"));
        return Type::boolean;
      default:
        break;
    }
    if (is_arithmetic(node.op)) {
      MARU_TRY(all_are(node, types, is_numeric, "needs numbers"));
      return Type::number;
    }
    for (std::size_t i = 1; i < types.size(); ++i)
      MARU_TRY(comparable(node.children[0], types[0], node.children[i], types[i]));
    return Type::boolean;
  }

  Result<void> all_are(const Node& node, const std::vector<Type>& types, bool (*fits)(Type),
                       std::string_view need) const {
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (fits(types[i])) continue;
      return wrong_at(node.children[i].column,
                      fmt::format("\"{}\" {}, but {} is {}", symbol_of(node.op), need, told(node.children[i]),
                                  with_article(types[i])));
    }
    return {};
  }

  Result<void> comparable(const Node& left, Type left_type, const Node& right, Type right_type) const {
    if ((is_numeric(left_type) && is_numeric(right_type)) ||
        (is_textual(left_type) && is_textual(right_type)))
      return {};
    std::string hint;
    if (left_type == Type::text && right.op == Operator::literal)
      hint = fmt::format("; write '{}'", right.source);
    return wrong_at(right.column, fmt::format("{} is {}, but {} is {}{}", told(left), with_article(left_type),
                                              told(right), with_article(right_type), hint));
  }

  Result<Type> result_of_call(const Node& node, const std::vector<Type>& types) const {
    const Function& function = *node.function;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const bool fits = function.argument == Type::any ||
                        (function.argument == Type::text ? is_textual(types[i]) : is_numeric(types[i]));
      if (fits) continue;
      return wrong_at(node.children[i].column, fmt::format("{}(…) takes {}, but {} is {}", function.name,
                                                           with_article(function.argument),
                                                           told(node.children[i]), with_article(types[i])));
    }
    if (function.result != Type::any) return function.result;
    // coalesce, if: what all possible results agree on.
    const std::size_t first = types.size() == 3 && function.name == "if" ? 1 : 0;
    const bool agree = std::all_of(types.begin() + static_cast<std::ptrdiff_t>(first), types.end(),
                                   [&](Type type) { return type == types.back(); });
    return agree ? types.back() : Type::any;
  }

  // How a message names a part of the expression.
  std::string told(const Node& node) const {
    if (node.op == Operator::name) return bound_[node.slot].text();
    if (node.op == Operator::literal) return node.source;
    return node.op == Operator::call ? fmt::format("{}(…)", node.function->name)
                                     : fmt::format("what \"{}\" gives", symbol_of(node.op));
  }

  const Schema& schema_;
  const std::vector<Name>& typed_;
  std::vector<Type> types_;
  std::vector<std::size_t> slots_;
  std::vector<Name> bound_;
};

}  // namespace

Result<Expression> Expression::bind(const Schema& schema) const {
  Parsed bound{parsed_->text, parsed_->root, {}};
  Binder binder(schema, parsed_->names);
  MARU_TRY(binder.bind(bound.root));
  bound.names = binder.take_names();
  return Expression(std::make_shared<const Parsed>(std::move(bound)));
}

Result<void> Expression::check(const Schema& schema) const {
  MARU_TRY(type(schema));
  return {};
}

Result<Type> Expression::type(const Schema& schema) const {
  Node root = parsed_->root;
  Binder binder(schema, parsed_->names);
  return binder.bind(root);
}

}  // namespace maru::expr
