#include <array>

#include "net/headers.h"
#include "net/message.h"

namespace maru::net {
namespace {

struct ContentType {
  std::string_view extension, type;
};

constexpr ContentType kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".htm", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".log", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
    {".csv", "text/csv; charset=utf-8"},
    {".xml", "application/xml"},
    {".yaml", "application/yaml"},
    {".yml", "application/yaml"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
    {".ttf", "font/ttf"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
    {".gz", "application/gzip"},
    {".zip", "application/zip"},
    {".parquet", "application/vnd.apache.parquet"},
    {".webmanifest", "application/manifest+json"},
};

}  // namespace

std::string_view content_type_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  for (const auto& [known, type] : kContentTypes) {
    if (equal_ignoring_case(known, extension)) return type;
  }
  return "application/octet-stream";
}

}  // namespace maru::net
