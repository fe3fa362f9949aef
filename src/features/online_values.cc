#include "features/internal/online_values.h"

#include <cmath>

namespace maru::features {
namespace {

// Where a view's columns stand in rows of one schema; found again only when a row of another schema comes.
class SlotFinder {
 public:
  SlotFinder(store::KeyValueReader& reader, const SchemaBook& schemas, const ViewModel& view)
      : reader_(reader), schemas_(schemas), view_(view) {}

  Result<RowView> open(std::string_view bytes) {
    MARU_ASSIGN(const std::uint64_t id, RowView::schema_id(bytes));
    if (schema_ == nullptr || id != id_) MARU_TRY(use(id));
    return RowView::of(bytes, schema_->size());
  }
  const store::LakeSchema& schema() const { return *schema_; }
  // Of feature i; nothing when these rows lack the column.
  std::optional<std::size_t> slot(std::size_t feature) const { return slots_[feature]; }
  ColumnType type(std::size_t feature) const { return (*schema_)[*slots_[feature]].second; }

 private:
  Result<void> use(std::uint64_t id) {
    MARU_ASSIGN(schema_, schemas_.find(reader_, id));
    id_ = id;
    slots_.clear();
    for (const std::size_t column : view_.columns) {
      const auto& name = view_.relation->columns[column].first;
      const auto found = std::find_if(schema_->begin(), schema_->end(),
                                      [&](const auto& each) { return each.first == name; });
      slots_.push_back(found == schema_->end() ? std::nullopt
                                               : std::optional<std::size_t>(found - schema_->begin()));
    }
    return {};
  }

  store::KeyValueReader& reader_;
  const SchemaBook& schemas_;
  const ViewModel& view_;
  std::shared_ptr<const store::LakeSchema> schema_;
  std::uint64_t id_ = 0;
  std::vector<std::optional<std::size_t>> slots_;
};

bool has_value(const RowView& row, const SlotFinder& slots, std::size_t feature) {
  const auto slot = slots.slot(feature);
  return slot && !row.is_null(*slot);
}

expr::Scalar value_of(const RowView& row, const SlotFinder& slots, std::size_t feature) {
  if (!has_value(row, slots, feature)) return {};
  const std::size_t slot = *slots.slot(feature);
  switch (slots.type(feature)) {
    case ColumnType::text:
      return std::string(row.text(slot));
    case ColumnType::boolean:
      return row.integer(slot) != 0;
    default:
      return row.number(slot, slots.type(feature));
  }
}

bool same_times(RowTimes a, RowTimes b) {
  return a.timestamp_ms == b.timestamp_ms && a.created_ms == b.created_ms;
}

// Whether `bytes`, of equal times as `best`, wins over it. Rows of different schemas: the newer schema's,
// arbitrarily but always the same, by its bytes.
Result<bool> wins_tie(SlotFinder& slots, std::string_view bytes, std::string_view best) {
  MARU_ASSIGN(const std::uint64_t id, RowView::schema_id(bytes));
  MARU_ASSIGN(const std::uint64_t best_id, RowView::schema_id(best));
  if (id != best_id) return id > best_id;
  MARU_ASSIGN(const RowView row, slots.open(bytes));
  MARU_ASSIGN(const RowView other, RowView::of(best, slots.schema().size()));
  return compare_rows(row, other, slots.schema()) > 0;
}

// The winning row of those with the newest times; nothing when there is none.
struct Latest {
  std::string bytes;
  RowTimes times;
};
Result<std::optional<Latest>> latest_row(RowCursor& cursor, SlotFinder& slots) {
  std::optional<Latest> best;
  while (true) {
    MARU_ASSIGN(const bool found, cursor.next());
    if (!found || (best && !same_times(cursor.times(), best->times))) return best;
    bool wins = !best;
    if (best) {
      MARU_ASSIGN(wins, wins_tie(slots, cursor.row(), best->bytes));
    }
    if (wins) best = Latest{std::string(cursor.row()), cursor.times()};
  }
}

Result<std::vector<OnlineValue>> read_latest(RowCursor& cursor, SlotFinder& slots, const ViewModel& view,
                                             TimeMs at_ms) {
  std::vector<OnlineValue> out(view.features.size());
  MARU_ASSIGN(const auto latest, latest_row(cursor, slots));
  if (!latest) return out;
  const bool too_old = view.view.ttl_ms != 0 && at_ms - latest->times.timestamp_ms > view.view.ttl_ms;
  MARU_ASSIGN(const RowView row, slots.open(latest->bytes));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].event_ms = latest->times.timestamp_ms;
    if (too_old) {
      out[i].status = ValueStatus::outside_ttl;
      continue;
    }
    out[i].value = value_of(row, slots, i);
    out[i].status = expr::is_null(out[i].value) ? ValueStatus::null_value : ValueStatus::present;
  }
  return out;
}

// Sums with Neumaier's compensation, as DuckDB's fsum does with Kahan's: both give the nearest double in
// practice.
class Accumulator {
 public:
  void add(double value) {
    ++count_;
    const double sum = sum_ + value;
    compensation_ += std::fabs(sum_) >= std::fabs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
    sum_ = sum;
    const double delta = value - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (value - mean_);
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }
  void count_only() { ++count_; }

  std::int64_t count() const { return count_; }
  double sum() const { return sum_ + compensation_; }
  double min() const { return min_; }
  double max() const { return max_; }
  double std() const { return std::sqrt(squares_ / static_cast<double>(count_ - 1)); }

 private:
  std::int64_t count_ = 0;
  double sum_ = 0, compensation_ = 0, mean_ = 0, squares_ = 0;
  double min_ = std::numeric_limits<double>::infinity(), max_ = -std::numeric_limits<double>::infinity();
};

struct Window {
  const WindowAggregate* aggregate;
  TimeMs after_ms, until_ms;  // (after, until]
  Accumulator numbers;
  expr::Scalar last;
  std::string last_row;  // that `last` came from
  RowTimes last_times;
  TimeMs newest_ms = 0;
};

Result<void> take_last(Window& window, RowTimes times, const RowView& row, SlotFinder& slots,
                       std::size_t feature, std::string_view bytes) {
  if (!window.last_row.empty()) {
    if (!same_times(times, window.last_times)) return {};
    MARU_ASSIGN(const bool wins, wins_tie(slots, bytes, window.last_row));
    if (!wins) return {};
  }
  window.last = value_of(row, slots, feature);
  window.last_row = bytes;
  window.last_times = times;
  return {};
}

Result<void> take_row(std::vector<Window>& windows, RowTimes times, SlotFinder& slots,
                      std::string_view bytes) {
  MARU_ASSIGN(const RowView row, slots.open(bytes));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Window& window = windows[i];
    if (times.timestamp_ms <= window.after_ms || times.timestamp_ms > window.until_ms ||
        !has_value(row, slots, i))
      continue;
    if (window.newest_ms == 0) window.newest_ms = times.timestamp_ms;
    if (window.aggregate->function == Aggregate::last)
      MARU_TRY(take_last(window, times, row, slots, i, bytes));
    else if (window.aggregate->function == Aggregate::count)
      window.numbers.count_only();
    else
      window.numbers.add(row.number(*slots.slot(i), slots.type(i)));
  }
  return {};
}

expr::Scalar result_of(const Window& window) {
  const Accumulator& numbers = window.numbers;
  switch (window.aggregate->function) {
    case Aggregate::last:
      return window.last;
    case Aggregate::count:
      return static_cast<double>(numbers.count());
    default:
      break;
  }
  if (numbers.count() == 0) return {};
  switch (window.aggregate->function) {
    case Aggregate::mean:
      return numbers.sum() / static_cast<double>(numbers.count());
    case Aggregate::sum:
      return numbers.sum();
    case Aggregate::min:
      return numbers.min();
    case Aggregate::max:
      return numbers.max();
    default:
      return numbers.count() < 2 ? expr::Scalar() : expr::Scalar(numbers.std());
  }
}

Result<std::vector<OnlineValue>> read_windows(RowCursor& cursor, SlotFinder& slots, const ViewModel& view,
                                              TimeMs at_ms) {
  std::vector<Window> windows;
  TimeMs oldest_ms = at_ms;
  for (const auto& [name, aggregate] : view.view.aggregates) {
    windows.push_back({&aggregate,
                       at_ms - aggregate.offset_ms - aggregate.window_ms,
                       at_ms - aggregate.offset_ms,
                       {},
                       {},
                       {},
                       {},
                       0});
    oldest_ms = std::min(oldest_ms, windows.back().after_ms);
  }
  if (view.view.ttl_ms != 0) oldest_ms = std::max(oldest_ms, at_ms - view.view.ttl_ms - 1);
  while (true) {
    MARU_ASSIGN(const bool found, cursor.next());
    if (!found || cursor.times().timestamp_ms <= oldest_ms) break;
    MARU_TRY(take_row(windows, cursor.times(), slots, cursor.row()));
  }
  std::vector<OnlineValue> out;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    OnlineValue value{result_of(windows[i]), ValueStatus::present, windows[i].newest_ms};
    if (view.features[i].second == ColumnType::boolean)
      if (const auto* number = std::get_if<double>(&value.value)) value.value = *number != 0;
    if (expr::is_null(value.value)) value.status = ValueStatus::not_found;
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace

Result<std::vector<OnlineValue>> read_view(store::KeyValueReader& reader, const SchemaBook& schemas,
                                           const ViewModel& view, const RowSet& set, const EntityKey& entity,
                                           TimeMs at_ms) {
  MARU_ASSIGN(RowCursor cursor, RowCursor::open(reader, entity.prefix(set.id), at_ms));
  SlotFinder slots(reader, schemas, view);
  return view.view.kind == ViewKind::aggregate ? read_windows(cursor, slots, view, at_ms)
                                               : read_latest(cursor, slots, view, at_ms);
}

}  // namespace maru::features
