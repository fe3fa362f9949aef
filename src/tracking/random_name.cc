#include "tracking/random_name.h"

#include "base/ids.h"

namespace maru::tracking {
namespace {

constexpr std::array<std::string_view, 48> kQualities = {
    "able",   "bold",  "brave", "brisk",   "calm",   "clear",  "crisp", "deft",  "eager", "early",
    "even",   "fair",  "fleet", "fond",    "frank",  "fresh",  "glad",  "good",  "grand", "great",
    "happy",  "hardy", "keen",  "kind",    "light",  "lively", "loyal", "lucid", "merry", "mild",
    "modest", "neat",  "noble", "patient", "placid", "polite", "proud", "quick", "quiet", "ready",
    "serene", "sharp", "smart", "steady",  "sunny",  "swift",  "warm",  "wise"};
constexpr std::array<std::string_view, 48> kAnimals = {
    "badger", "bear",  "beaver", "bison",  "carp",   "cod",   "crane",  "crow",   "deer",   "dove",
    "duck",   "eagle", "elk",    "falcon", "finch",  "fox",   "goose",  "hare",   "hawk",   "heron",
    "horse",  "ibis",  "jay",    "kite",   "lark",   "lynx",  "magpie", "marten", "moose",  "newt",
    "otter",  "owl",   "perch",  "pike",   "plover", "quail", "raven",  "robin",  "salmon", "seal",
    "shrike", "stork", "swan",   "thrush", "tiger",  "trout", "whale",  "wren"};

}  // namespace

std::string random_name() {
  // The id is random already: its digits pick the words.
  const auto id = new_id();
  auto pick = [&](std::size_t at, std::size_t digits) {
    std::size_t value = 0;
    std::from_chars(id.data() + at, id.data() + at + digits, value, 16);
    return value;
  };
  return fmt::format("{}-{}-{}", kQualities[pick(0, 6) % kQualities.size()],
                     kAnimals[pick(6, 6) % kAnimals.size()], pick(20, 6) % 1000);
}

}  // namespace maru::tracking
