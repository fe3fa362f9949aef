#pragma once
// The offline side of the point-in-time rule as SQL. Pure: text in, text out.

#include <string>

#include "features/internal/model.h"

namespace maru::features {

// The relations that the SQL reads. The spaces keep them apart from any user's plain names.
inline constexpr std::string_view kEntityRows =
    "maru entity rows";  // columns kRow, kAt and the entity's keys
inline constexpr std::string_view kSourceFiles = "maru source files";
inline constexpr std::string_view kRow = "maru row";  // 0, 1, 2 …: the entity row's place
inline constexpr std::string_view kAt = "maru at";
inline constexpr std::string_view kEventTime = "maru event time";

// What is known of a relation's rows; all true is always right, only slower.
struct RelationFacts {
  bool has_ties = true;       // two rows of one entity have the same timestamp
  bool has_overtakes = true;  // a row of one entity became known before or with one of an earlier timestamp
};

// May a row of exactly the entity row's time be seen? `before` keeps an example's own row out of its
// features.
enum class AtTime : std::uint8_t { included, before };

// Where numbers that are not finite become null: in every row of the relation, or only in the rows that a
// join picked, which is cheaper and the same when no row wins by its values.
enum class Cleaning : std::uint8_t { rows, answer };

// SELECT of the relation's columns, in order and typed, from kSourceFiles. `available`: columns that the
// files have; others are null.
std::string relation_sql(const Relation& relation, const std::vector<std::string>& available,
                         Cleaning cleaning);
// The same from a sql view's query.
std::string view_relation_sql(const Relation& relation, std::string_view sql, Cleaning cleaning);
// Which of the two join_sql() wants for this view.
Cleaning cleaning_for(const ViewModel& view, const RelationFacts& facts);

// Answers one row: ties, overtakes (counts) of the relation by these keys.
std::string facts_sql(const Relation& relation, const std::string& relation_sql,
                      const std::vector<std::size_t>& keys);

// Answers every entity row once, in order: the view's features, in order (a column each, named f0, f1 …).
std::string join_sql(const ViewModel& view, const std::vector<std::size_t>& keys,
                     const std::string& relation_sql, const RelationFacts& facts, AtTime at_time);

}  // namespace maru::features
