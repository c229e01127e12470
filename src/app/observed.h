// Observed: the parts of a running server that somebody looks at: the sampler, the metrics, the operator's
// page. Plain references; all of them outlive it. Everything that is read through it may be read on any
// thread.
#pragma once

#include <vector>

#include "app/server.h"
#include "app/settings.h"
#include "app/system.h"
#include "net/gateway.h"
#include "net/zone_runner.h"

namespace madang::app {

struct Observed {
  const ServeSettings& settings;
  Server& server;
  net::ZoneRunner& zone;
  std::vector<net::Gateway*> gateways;  ///< by worker
  ThreadClock zone_clock;
};

}  // namespace madang::app
