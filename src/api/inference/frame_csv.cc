#include <charconv>
#include <deque>

#include "api/inference/frame.h"

namespace maru::api::inference {
namespace {

// Reads fields one after the other; knows which line it is on.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::deque<std::string>& cleaned) : rest_(text), cleaned_(cleaned) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t line() const { return line_; }

  // The next record's fields; `quoted` ones are text whatever they look like.
  struct Field {
    std::string_view text;
    bool quoted = false;
  };
  Result<std::vector<Field>> record() {
    std::vector<Field> fields;
    while (true) {
      MARU_ASSIGN(const Field field, next_field());
      fields.push_back(field);
      if (rest_.empty()) return fields;
      const char ended_by = rest_.front();
      rest_.remove_prefix(1);
      if (ended_by == ',') continue;
      if (ended_by == '\r' && rest_.starts_with('\n')) rest_.remove_prefix(1);
      ++line_;
      return fields;
    }
  }

 private:
  Result<Field> next_field() {
    if (!rest_.starts_with('"')) {
      const std::string_view field = rest_.substr(0, rest_.find_first_of(",\r\n"));
      rest_.remove_prefix(field.size());
      return Field{field, false};
    }
    std::string& text = cleaned_.emplace_back();
    rest_.remove_prefix(1);
    while (true) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) return invalid("csv: line {}: a quoted field has no end", line_);
      text += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) break;
      text += '"';
      rest_.remove_prefix(1);
    }
    if (!rest_.empty() && std::string_view(",\r\n").find(rest_.front()) == std::string_view::npos) {
      return invalid("csv: line {}: bytes follow a quoted field", line_);
    }
    line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
    return Field{text, true};
  }

  std::string_view rest_;
  std::deque<std::string>& cleaned_;
  std::size_t line_ = 1;
};

Cell cell_of(const CsvReader::Field& field) {
  if (field.quoted) return {Cell::Kind::text, 0, field.text};
  if (field.text.empty()) return {};
  if (field.text == "true" || field.text == "True") return {Cell::Kind::number, 1, {}};
  if (field.text == "false" || field.text == "False") return {Cell::Kind::number, 0, {}};
  double number = 0;
  const char* end = field.text.data() + field.text.size();
  const auto [stopped, problem] = std::from_chars(field.text.data(), end, number);
  if (problem == std::errc() && stopped == end) return {Cell::Kind::number, number, {}};
  return {Cell::Kind::text, 0, field.text};
}

}  // namespace

Result<Frame> frame_from_csv(std::string_view text, std::deque<std::string>& cleaned) {
  CsvReader reader(text, cleaned);
  if (reader.at_end()) return invalid("csv: expected a header row");
  Frame frame;
  MARU_ASSIGN(const std::vector<CsvReader::Field> header, reader.record());
  for (const CsvReader::Field& name : header) frame.columns.emplace_back(name.text);
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    MARU_ASSIGN(const std::vector<CsvReader::Field> fields, reader.record());
    const bool is_blank = fields.size() == 1 && fields.front().text.empty() && frame.columns.size() > 1;
    if (is_blank) continue;
    if (fields.size() != frame.columns.size()) {
      return invalid("csv: line {}: expected {} fields, got {}", line, frame.columns.size(), fields.size());
    }
    for (const CsvReader::Field& field : fields) frame.cells.push_back(cell_of(field));
    ++frame.rows;
  }
  return frame;
}

}  // namespace maru::api::inference
