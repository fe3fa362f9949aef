#include "base/metrics.h"

#include <cassert>
#include <deque>
#include <map>
#include <mutex>
#include <variant>

#include <fmt/format.h>

namespace maru {
namespace {

// A bucket's number is read off the bits of the duration in µs: exponent and the top kStepBits of the
// mantissa. Bucket 0 is everything below 1 µs; the last bucket everything past the range.
constexpr unsigned kStepBits = 4;
constexpr std::size_t kSteps = std::size_t{1} << kStepBits;

std::size_t bucket_of(double seconds, std::size_t buckets) {
  const double microseconds = seconds * 1e6;
  if (!(microseconds >= 1)) return 0;  // also NaN
  constexpr std::uint64_t kOne = std::uint64_t{1023} << kStepBits;
  const std::uint64_t step = (std::bit_cast<std::uint64_t>(microseconds) >> (52 - kStepBits)) - kOne;
  return std::min<std::uint64_t>(1 + step, buckets - 1);
}

double upper_seconds(std::size_t bucket) {
  if (bucket == 0) return 1e-6;
  const std::size_t step = bucket;  // the lower end of the next bucket
  const double scale = std::ldexp(1.0, static_cast<int>(step / kSteps));
  return scale * (1 + static_cast<double>(step % kSteps) / static_cast<double>(kSteps)) * 1e-6;
}

// Where Prometheus cuts a histogram: enough for a latency SLO at any scale from 100 µs to a minute.
constexpr std::array kBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                             0.1,    0.25,    0.5,    1.0,   2.5,    5.0,   10.0, 30.0,  60.0};

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += name;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::to_string(value);
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
  out += name;
  if (!labels.empty()) fmt::format_to(std::back_inserter(out), "{{{}}}", labels);
  fmt::format_to(std::back_inserter(out), " {}\n", value);
}

void append_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
  const std::string comma = labels.empty() ? "" : ",";
  const std::uint64_t count = histogram.count();
  for (const double bound : kBounds) {
    append_sample(out, name + "_bucket", fmt::format("{}{}le=\"{}\"", labels, comma, bound),
                  fmt::to_string(std::min(count, histogram.count_below(bound))));
  }
  append_sample(out, name + "_bucket", fmt::format("{}{}le=\"+Inf\"", labels, comma), fmt::to_string(count));
  append_sample(out, name + "_sum", labels, number_text(histogram.sum_seconds()));
  append_sample(out, name + "_count", labels, fmt::to_string(count));
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::observe_seconds(double seconds) {
  buckets_[bucket_of(seconds, kBuckets)].fetch_add(1, std::memory_order_relaxed);
  if (seconds > 0) sum_ns_.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
  std::uint64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

double Histogram::sum_seconds() const {
  return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9;
}

double Histogram::quantile_seconds(double q) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i].load(std::memory_order_relaxed);
    if (seen >= rank) return upper_seconds(i);
  }
  return upper_seconds(kBuckets - 1);
}

std::uint64_t Histogram::count_below(double seconds) const {
  const std::size_t last = bucket_of(seconds, kBuckets);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= last; ++i) total += buckets_[i].load(std::memory_order_relaxed);
  return total;
}

void Histogram::reset() {
  for (auto& bucket : buckets_) bucket.store(0, std::memory_order_relaxed);
  sum_ns_.store(0, std::memory_order_relaxed);
}

struct MetricsRegistry::State {
  using Read = std::function<double()>;
  using Instrument =
      std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>, Read>;
  struct Family {
    std::string help;
    std::string_view type;
    std::map<std::string, Instrument> by_labels;
  };

  Family& family(std::string_view name, std::string_view help, std::string_view type) {
    auto [found, added] = families.try_emplace(std::string(name));
    if (added) {
      found->second.help = help;
      found->second.type = type;
    }
    assert(found->second.type == type);  // one name, one kind of instrument
    return found->second;
  }

  template <class T>
  T& instrument(std::string_view name, std::string_view help, std::string_view type, const Labels& labels) {
    const std::lock_guard lock(mutex);
    auto [found, added] = family(name, help, type).by_labels.try_emplace(label_text(labels));
    if (added) found->second = std::make_unique<T>();
    return *std::get<std::unique_ptr<T>>(found->second);
  }

  mutable std::mutex mutex;
  std::map<std::string, Family> families;
};

MetricsRegistry::MetricsRegistry() : state_(std::make_unique<State>()) {}
MetricsRegistry::~MetricsRegistry() = default;

Counter& MetricsRegistry::counter(std::string_view name, std::string_view help, Labels labels) {
  return state_->instrument<Counter>(name, help, "counter", labels);
}
Gauge& MetricsRegistry::gauge(std::string_view name, std::string_view help, Labels labels) {
  return state_->instrument<Gauge>(name, help, "gauge", labels);
}
Histogram& MetricsRegistry::histogram(std::string_view name, std::string_view help, Labels labels) {
  return state_->instrument<Histogram>(name, help, "histogram", labels);
}
void MetricsRegistry::gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                                 Labels labels) {
  const std::lock_guard lock(state_->mutex);
  state_->family(name, help, "gauge").by_labels[label_text(labels)] = std::move(read);
}

std::string MetricsRegistry::render() const {
  const std::lock_guard lock(state_->mutex);
  std::string out;
  for (const auto& [name, family] : state_->families) {
    out += "# HELP " + name + " ";
    append_escaped(out, family.help, false);
    fmt::format_to(std::back_inserter(out), "\n# TYPE {} {}\n", name, family.type);
    for (const auto& [labels, instrument] : family.by_labels) {
      if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&instrument)) {
        append_sample(out, name, labels, fmt::to_string((*counter)->value()));
      } else if (const auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&instrument)) {
        append_sample(out, name, labels, number_text((*gauge)->value()));
      } else if (const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&instrument)) {
        append_histogram(out, name, labels, **histogram);
      } else if (const auto* read = std::get_if<State::Read>(&instrument)) {
        append_sample(out, name, labels, number_text((*read)()));
      }
    }
  }
  return out;
}

std::vector<std::string> MetricsRegistry::names() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<std::string> out;
  for (const auto& [name, family] : state_->families) out.push_back(name);
  return out;
}

MetricsRegistry& metrics() {
  static auto* const registry =
      new MetricsRegistry();  // never destroyed: threads may count until the process ends
  return *registry;
}

}  // namespace maru
