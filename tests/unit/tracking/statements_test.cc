#include "tracking/statements.h"

#include "store/test_database.h"

namespace maru::tracking {
namespace {

TEST(TrackingStatements, EveryStatementPrepares) { store::expect_statements_prepare(statements()); }

}  // namespace
}  // namespace maru::tracking
