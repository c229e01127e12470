// Observed: the parts of a running server that the samples, the metrics and the operator's page use.
//
// Plain references to objects that outlive this one. Each part may be used on any thread, as its own header
// says.
#pragma once

#include <vector>

#include "madang/base/limits.h"
#include "madang/net/gateway.h"
#include "madang/net/sanctions.h"
#include "madang/net/world_runners.h"
#include "madang/server/recording.h"
#include "madang/server/restart_plan.h"
#include "madang/server/server.h"
#include "madang/server/shown_setting.h"
#include "madang/server/system.h"
#include "madang/server/thread_crew.h"

namespace madang::server {

struct Observed {
  const Limits& limits;
  const std::vector<ShownSetting>& settings;
  Server& server;
  net::WorldRunners& runners;
  std::vector<net::Gateway*> gateways;     ///< by number of the worker
  std::vector<ThreadClock> runner_clocks;  ///< by number of the runner
  net::Sanctions& sanctions;
  RestartPlan& restart;
  const Recording* recording = nullptr;  ///< null: nothing is recorded
  const ThreadCrew* crew = nullptr;      ///< of the main world; null: that is not cut
};

}  // namespace madang::server
