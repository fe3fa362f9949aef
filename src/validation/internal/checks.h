#pragma once
// The checks behind check(), by what they look at. Each fills passed, observed, counts, sample and message of
// a result whose expectation is set; an Error says that it cannot be checked at all.

#include "validation/expectations.h"

namespace maru::validation {

Result<void> check_values(const Table& table,
                          CheckResult& out);  // between, comparison, in_set, not_in_set of values or lengths
Result<void> check_measure(const Table& table, CheckResult& out);  // … of one number for the column
Result<void> check_unique(const Table& table, CheckResult& out);
Result<void> check_not_null(const Table& table, CheckResult& out);
Result<void> check_row_count(const Table& table, CheckResult& out);
Result<void> check_row_rate(const Table& table, CheckResult& out);
Result<void> check_fresh(const Table& table, TimeMs now_ms, CheckResult& out);

bool holds(Comparison comparison, double left, double right);

// Counts a failing row and keeps the first few.
void note_failure(CheckResult& out, std::size_t row, std::string value);
// Whether enough of the rows looked at passed; fills passed, observed and message from the counts.
void conclude_rows(CheckResult& out, std::string_view observed);

}  // namespace maru::validation
