#include "events/settings.h"

#include <array>

namespace maru::events {
namespace {

constexpr std::array kSettings = {
    Setting{"events.retention", SettingKind::duration, "365d",
            "Events older than this are removed once every consumer has handled them; 0s keeps all, and the "
            "answer to \"why?\" with "
            "them.",
            0},
};

}  // namespace

std::span<const Setting> events_settings() { return kSettings; }

}  // namespace maru::events
