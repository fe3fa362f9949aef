#include "base/error.h"

#include <array>

namespace maru {
namespace {

constexpr std::array<CodeMapping, 16> kCodes{{
    {Code::invalid_argument, "invalid_argument", 400, 3, "INVALID_PARAMETER_VALUE"},
    {Code::not_found, "not_found", 404, 5, "RESOURCE_DOES_NOT_EXIST"},
    {Code::already_exists, "already_exists", 400, 6, "RESOURCE_ALREADY_EXISTS"},
    {Code::permission_denied, "permission_denied", 403, 7, "PERMISSION_DENIED"},
    {Code::unauthenticated, "unauthenticated", 401, 16, "UNAUTHENTICATED"},
    {Code::failed_precondition, "failed_precondition", 400, 9, "INVALID_STATE"},
    {Code::aborted, "aborted", 409, 10, "ABORTED"},
    {Code::out_of_range, "out_of_range", 400, 11, "INVALID_PARAMETER_VALUE"},
    {Code::payload_too_large, "payload_too_large", 413, 8, "INVALID_PARAMETER_VALUE"},
    {Code::resource_exhausted, "resource_exhausted", 429, 8, "RESOURCE_EXHAUSTED"},
    {Code::cancelled, "cancelled", 499, 1, "CANCELLED"},
    {Code::deadline_exceeded, "deadline_exceeded", 504, 4, "DEADLINE_EXCEEDED"},
    {Code::unavailable, "unavailable", 503, 14, "TEMPORARILY_UNAVAILABLE"},
    {Code::unimplemented, "unimplemented", 501, 12, "NOT_IMPLEMENTED"},
    {Code::data_loss, "data_loss", 500, 15, "DATA_LOSS"},
    {Code::internal, "internal", 500, 13, "INTERNAL_ERROR"},
}};

}  // namespace

std::span<const CodeMapping> error_codes() { return kCodes; }

const CodeMapping& mapping_of(Code code) { return kCodes.at(static_cast<std::size_t>(code)); }

}  // namespace maru
