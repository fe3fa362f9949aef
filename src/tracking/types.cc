#include "tracking/types.h"

namespace maru::tracking {

std::string_view name_of(Lifecycle stage) { return stage == Lifecycle::active ? "active" : "deleted"; }

namespace {
constexpr std::array<std::string_view, 5> kRunStatusNames = {"RUNNING", "SCHEDULED", "FINISHED", "FAILED",
                                                             "KILLED"};
constexpr std::array<std::string_view, 4> kModelStatusNames = {"LOGGED_MODEL_STATUS_UNSPECIFIED",
                                                               "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY",
                                                               "LOGGED_MODEL_UPLOAD_FAILED"};
}  // namespace

std::string_view name_of(RunStatus status) { return kRunStatusNames[static_cast<std::size_t>(status)]; }

Result<RunStatus> run_status(std::string_view name) {
  for (std::size_t i = 0; i < kRunStatusNames.size(); ++i) {
    if (kRunStatusNames[i] == name) return static_cast<RunStatus>(i);
  }
  return invalid("status: expected RUNNING, SCHEDULED, FINISHED, FAILED or KILLED, got \"{}\"", name);
}

bool is_terminal(RunStatus status) { return status != RunStatus::running && status != RunStatus::scheduled; }

std::string_view name_of(ModelStatus status) { return kModelStatusNames[static_cast<std::size_t>(status)]; }

Result<ModelStatus> model_status(std::string_view name) {
  for (std::size_t i = 0; i < kModelStatusNames.size(); ++i) {
    if (kModelStatusNames[i] == name) return static_cast<ModelStatus>(i);
  }
  return invalid(
      "status: expected LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED, got \"{}\"",
      name);
}

}  // namespace maru::tracking
