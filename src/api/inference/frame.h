#pragma once
// A data frame on its way from JSON or CSV to tensors.

#include <string>
#include <vector>

#include "api/inference/json_document.h"
#include "serving/model.h"

namespace maru::api::inference {

// One value; views of the body or its document.
struct Cell {
  enum class Kind : std::uint8_t { missing, number, text };
  Kind kind = Kind::missing;
  double number = 0;
  std::string_view text = {};
};

// Cells row by row: rows × columns.size() of them.
struct Frame {
  std::vector<std::string> columns;
  std::size_t rows = 0;
  std::vector<Cell> cells;

  const Cell& cell(std::size_t row, std::size_t column) const { return cells[row * columns.size() + column]; }
};

// {"columns": […], "data": [[…]]} / [{…}, …]. `where` is the path for errors.
Result<Frame> frame_from_split(const dom::element& value, std::string_view where);
Result<Frame> frame_from_records(const dom::element& value, std::string_view where);
// RFC 4180 with a header row; empty fields are missing. `cleaned` holds the fields that were quoted.
Result<Frame> frame_from_csv(std::string_view text, std::deque<std::string>& cleaned);

// The frame as the model takes it: by column, or stacked into its one matrix.
Result<std::vector<serving::Tensor>> tensors_from_frame(const Frame& frame,
                                                        const serving::ModelMetadata& metadata,
                                                        std::string_view where);

}  // namespace maru::api::inference
