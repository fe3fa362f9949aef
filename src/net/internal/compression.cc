#include "net/internal/compression.h"

#include <zlib.h>

#include <algorithm>

namespace maru::net {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;

// zlib's stream with its state; feeds a piece at a time.
class Inflater {
 public:
  Inflater(Coding coding, std::uint64_t limit_bytes) : coding_(coding), left_bytes_(limit_bytes) {
    begin(true);
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ended() const { return ended_; }

  // Appends what `bytes` inflate to.
  Result<void> feed(std::string_view bytes, std::string& out) {
    if (bytes.empty()) return {};
    if (first_) retry_without_zlib_header(bytes);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      if (ended_) return invalid("body: bytes follow the end of the compressed data");
      MARU_TRY(step(out));
    }
    return {};
  }

 private:
  // "deflate" means zlib's format (RFC 9110), but some clients send the raw form: its first byte gives it
  // away.
  void retry_without_zlib_header(std::string_view bytes) {
    first_ = false;
    constexpr int kZlibMethodDeflate = 8;
    if (coding_ != Coding::deflate || (bytes.front() & 0x0f) == kZlibMethodDeflate) return;
    inflateEnd(&stream_);
    begin(false);
  }
  void begin(bool zlib_header) {
    stream_ = {};
    constexpr int kGzip = 16 + MAX_WBITS;
    inflateInit2(&stream_, coding_ == Coding::gzip ? kGzip : (zlib_header ? MAX_WBITS : -MAX_WBITS));
  }
  Result<void> step(std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + kPieceBytes);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = kPieceBytes;
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    const std::size_t made = kPieceBytes - stream_.avail_out;
    out.resize(before + made);
    if (made > left_bytes_) {
      return make_error(Code::payload_too_large, "body: inflates to more than the limit of the route");
    }
    left_bytes_ -= made;
    if (status == Z_STREAM_END) {
      ended_ = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return invalid("body: not valid {} data ({})", coding_ == Coding::gzip ? "gzip" : "deflate",
                     stream_.msg != nullptr ? stream_.msg : "broken");
    }
    return {};
  }

  const Coding coding_;
  std::uint64_t left_bytes_;
  z_stream stream_{};
  bool first_ = true;
  bool ended_ = false;
};

Error cut_short() { return invalid("body: the compressed data ends too early"); }

class InflatingStream final : public BodyStream {
 public:
  InflatingStream(BodyStream& source, Coding coding, std::uint64_t limit_bytes)
      : source_(source), inflater_(coding, limit_bytes) {}

  Result<std::optional<std::string>> next() override {
    std::string out;
    while (out.empty()) {
      MARU_ASSIGN(const std::optional<std::string> piece, source_.next());
      if (!piece && !inflater_.ended()) return cut_short();
      if (!piece) return std::nullopt;
      MARU_TRY(inflater_.feed(*piece, out));
    }
    return std::optional<std::string>(std::move(out));
  }

 private:
  BodyStream& source_;
  Inflater inflater_;
};

}  // namespace

Result<Coding> coding_of(std::string_view content_encoding) {
  if (content_encoding.empty() || equal_ignoring_case(content_encoding, "identity")) return Coding::identity;
  if (equal_ignoring_case(content_encoding, "gzip") || equal_ignoring_case(content_encoding, "x-gzip")) {
    return Coding::gzip;
  }
  if (equal_ignoring_case(content_encoding, "deflate")) return Coding::deflate;
  return invalid("content-encoding: expected gzip, deflate or identity, got \"{}\"", content_encoding);
}

Result<std::string> inflate(std::string_view compressed, Coding coding, std::uint64_t limit_bytes) {
  Inflater inflater(coding, limit_bytes);
  std::string out;
  MARU_TRY(inflater.feed(compressed, out));
  if (!inflater.ended()) return cut_short();
  return out;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemoryLevel = 8;
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::unique_ptr<BodyStream> inflating(BodyStream& source, Coding coding, std::uint64_t limit_bytes) {
  return std::make_unique<InflatingStream>(source, coding, limit_bytes);
}

bool accepts_gzip(std::string_view accept_encoding) {
  const std::size_t at = accept_encoding.find("gzip");
  if (at == std::string_view::npos) return false;
  std::string_view parameters = accept_encoding.substr(at + 4);
  parameters = parameters.substr(0, parameters.find(','));
  const std::size_t quality = parameters.find("q=");
  if (quality == std::string_view::npos) return true;
  return parameters.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
}

}  // namespace maru::net
