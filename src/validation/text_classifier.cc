#include "validation/internal/text_classifier.h"

#include <random>

#include "validation/internal/distributions.h"

namespace maru::validation {
namespace {

// The commonest English words: they tell no topic.
constexpr std::string_view kStopWords[] = {
    "about", "after", "all",     "also",  "am",     "an",    "and",   "any",   "are",  "as",
    "at",    "be",    "because", "been",  "before", "being", "but",   "by",    "can",  "could",
    "did",   "do",    "does",    "for",   "from",   "had",   "has",   "have",  "he",   "her",
    "him",   "his",   "how",     "if",    "in",     "into",  "is",    "it",    "its",  "just",
    "me",    "more",  "most",    "my",    "no",     "not",   "of",    "on",    "or",   "other",
    "our",   "out",   "over",    "she",   "so",     "some",  "such",  "than",  "that", "the",
    "their", "them",  "then",    "there", "these",  "they",  "this",  "those", "to",   "too",
    "under", "up",    "us",      "very",  "was",    "we",    "were",  "what",  "when", "where",
    "which", "while", "who",     "why",   "will",   "with",  "would", "you",   "your"};
constexpr double kCommonWord = 0.5;  // in more than this share of the texts a word says nothing either
constexpr int kEpochs = 20;
constexpr double kRegularisation = 1e-4;

struct Document {
  std::vector<std::pair<std::uint32_t, double>> words;  // index and weight, unit length
  double reference = 0, current = 0;                    // rows with this text
};

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Words of two characters or more, in lower case (ASCII).
template <class Visit>
void for_each_word(std::string_view text, Visit&& visit) {
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_letter(text[i])) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
      continue;
    }
    if (word.size() >= 2 && !std::binary_search(std::begin(kStopWords), std::end(kStopWords), word))
      visit(word);
    word.clear();
  }
}

class Vocabulary {
 public:
  std::uint32_t index_of(const std::string& word) {
    const auto [found, added] =
        indices_.try_emplace(word, static_cast<std::uint32_t>(documents_with_.size()));
    if (added) documents_with_.push_back(0);
    return found->second;
  }
  void count(std::uint32_t word) { ++documents_with_[word]; }
  // Smoothed inverse document frequency; 0 for a word in too many documents.
  double weight(std::uint32_t word, double documents) const {
    const double with = documents_with_[word];
    return with > kCommonWord * documents ? 0 : std::log((1 + documents) / (1 + with)) + 1;
  }
  std::size_t size() const { return documents_with_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> indices_;
  std::vector<double> documents_with_;
};

std::vector<Document> documents_of(std::span<const Category> texts, std::size_t& words) {
  Vocabulary vocabulary;
  std::vector<Document> documents;
  const std::size_t stride = (texts.size() + kTextLimit - 1) / kTextLimit;
  for (std::size_t i = 0; i < texts.size(); i += std::max<std::size_t>(1, stride)) {
    std::map<std::uint32_t, double> counts;
    for_each_word(texts[i].label, [&](const std::string& word) { counts[vocabulary.index_of(word)] += 1; });
    for (const auto& [word, count] : counts) vocabulary.count(word);
    documents.push_back({{counts.begin(), counts.end()},
                         static_cast<double>(texts[i].reference),
                         static_cast<double>(texts[i].current)});
  }
  const double total = static_cast<double>(documents.size());
  for (auto& document : documents) {
    double length = 0;
    for (auto& [word, value] : document.words) {
      value = (1 + std::log(value)) * vocabulary.weight(word, total);
      length += value * value;
    }
    for (auto& [word, value] : document.words) value /= length > 0 ? std::sqrt(length) : 1;
  }
  words = vocabulary.size();
  return documents;
}

// Logistic regression by stochastic gradient descent with a falling step.
class LinearModel {
 public:
  explicit LinearModel(std::size_t words) : weights_(words, 0) {}

  double score(const Document& document) const {
    double sum = bias_;
    for (const auto& [word, value] : document.words) sum += weights_[word] * value;
    return sum;
  }
  void train(const std::vector<Document>& documents, std::vector<std::size_t> order,
             std::mt19937_64& random) {
    double step_number = 0;
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
      std::shuffle(order.begin(), order.end(), random);
      for (const std::size_t i : order) {
        const double step = 2 / (1 + 2 * kRegularisation * ++step_number);
        learn(documents[i], step);
      }
    }
  }

 private:
  void learn(const Document& document, double step) {
    const double rows = document.reference + document.current;
    const double wanted = document.current / rows;
    const double error = wanted - 1 / (1 + std::exp(-score(document)));
    bias_ += step * error * 0.1;
    for (const auto& [word, value] : document.words) {
      weights_[word] += step * (error * value - kRegularisation * weights_[word]);
    }
  }

  std::vector<double> weights_;
  double bias_ = 0;
};

// From scores of the held-out texts: the chance that a current row scores above a reference row, and its
// p-value.
DomainClassifier ranked(std::vector<std::pair<double, const Document*>> scores) {
  DomainClassifier out;
  std::sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  double u = 0, tie_term = 0;
  for (std::size_t from = 0; from < scores.size();) {
    double reference = 0, current = 0;
    std::size_t to = from;
    for (; to < scores.size() && scores[to].first == scores[from].first; ++to) {
      reference += scores[to].second->reference;
      current += scores[to].second->current;
    }
    u += current * (out.reference_held + reference / 2);
    const double ties = reference + current;
    tie_term += ties * ties * ties - ties;
    out.reference_held += reference;
    out.current_held += current;
    from = to;
  }
  const double pairs = out.reference_held * out.current_held, total = out.reference_held + out.current_held;
  if (pairs == 0) return out;
  out.roc_auc = u / pairs;
  const double variance = pairs / 12 * (total + 1 - tie_term / (total * (total - 1)));
  if (variance > 0) out.p_value = normal_sf((u - pairs / 2 - 0.5) / std::sqrt(variance));
  return out;
}

}  // namespace

DomainClassifier domain_classifier(std::span<const Category> texts, std::uint64_t seed) {
  std::size_t words = 0;
  const std::vector<Document> documents = documents_of(texts, words);
  std::vector<std::size_t> order(documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(seed + 42);
  std::shuffle(order.begin(), order.end(), random);
  const auto half = static_cast<std::ptrdiff_t>(order.size() / 2);
  LinearModel model(words);
  model.train(documents, {order.begin(), order.begin() + half}, random);
  std::vector<std::pair<double, const Document*>> scores;
  for (auto i = order.begin() + half; i != order.end(); ++i)
    scores.emplace_back(model.score(documents[*i]), &documents[*i]);
  return ranked(std::move(scores));
}

}  // namespace maru::validation
