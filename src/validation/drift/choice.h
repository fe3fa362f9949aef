#pragma once
// Which type a column has and which method each mode looks at it with, when nobody said. Pure functions.

#include "validation/drift/column_pair.h"

namespace maru::validation {

// Type when not declared. Whole numbers with few distinct values and booleans are categories; text is
// categorical unless most values are distinct. evidently: judged on the current side, and a column of whole
// numbers with missing values is numerical, because pandas reads it as floats. standard: whole numbers are
// judged on both sides together, text on the larger one.
DriftType infer_type(ColumnPair& pair, const Column& current, DriftMode mode);

// Evidently's default stat test: by type, rows of the cleaned reference and distinct pooled values.
DriftMethod evidently_choice(ColumnPair& pair);
// Ours: anderson_darling for numbers, chisquare_homogeneity for categories, text_classifier for free text,
// missing_rate when a side has no value.
DriftMethod standard_choice(const ColumnPair& pair);

}  // namespace maru::validation
