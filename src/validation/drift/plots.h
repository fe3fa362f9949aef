#pragma once
// The two histograms a drift report carries for each column.

#include "validation/drift/column_pair.h"

namespace maru::validation {

// Fills edges or labels, reference_counts and current_counts of `out`.
void fill_plots(ColumnPair& pair, ColumnDrift& out);

}  // namespace maru::validation
