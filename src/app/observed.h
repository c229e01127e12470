// Observed: the parts of a running server that somebody looks at: the sampler, the metrics, the operator's
// page; and what the operator may decide. Plain references; all of them outlive it. All of it may be used on
// any thread, as its own header says.
#pragma once

#include <vector>

#include "app/restart_plan.h"
#include "app/server.h"
#include "app/settings.h"
#include "app/system.h"
#include "net/gateway.h"
#include "net/sanctions.h"
#include "net/zone_runner.h"

namespace madang::app {

struct Observed {
  const ServeSettings& settings;
  Server& server;
  net::ZoneRunner& zone;
  std::vector<net::Gateway*> gateways;  ///< by worker
  ThreadClock zone_clock;
  net::Sanctions& sanctions;
  RestartPlan& restart;
};

}  // namespace madang::app
