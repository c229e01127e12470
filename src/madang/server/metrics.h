// The server's metrics in Prometheus' text format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/). docs/operations.md explains each metric.
// Any thread.
#pragma once

#include <string>
#include <string_view>

#include "madang/server/observed.h"
#include "madang/server/system.h"

namespace madang::server {

inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Returns the current values of all metrics.
std::string metrics_text(const Observed& observed, const ProcessFacts& process);

}  // namespace madang::server
