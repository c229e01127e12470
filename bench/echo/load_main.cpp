// The load of the echo benchmark. It prints one JSON object: the cost of a message for the server, or with
// --idle the memory of an idle connection in the server.
#include <CLI/CLI.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "connections.h"
#include "load.h"
#include "server.h"
#include "server_usage.h"

using namespace madang;

namespace {

Duration of_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

double own_cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

nlohmann::json measure(const echo::LoadOptions& options) {
  const echo::ServerUsage server(options.server_pid);
  echo::Load load(options);
  load.start();
  load.warm_up(of_seconds(options.warm_up));

  const Time start = steady_now();
  const echo::CpuTime server_start = server.cpu();
  const double own_start = own_cpu_us();
  const std::uint64_t messages_start = load.messages();
  load.run_for(of_seconds(options.seconds));
  const echo::CpuTime used = server.cpu() - server_start;
  const double own_us = own_cpu_us() - own_start;
  const double seconds = std::chrono::duration<double>(steady_now() - start).count();
  const auto messages = static_cast<double>(load.messages() - messages_start);

  const double server_us = static_cast<double>(used.nanoseconds) * 1e-3;
  const double user_us = server_us * used.user_share();
  return {{"messages", load.messages() - messages_start},
          {"seconds", seconds},
          {"messages_per_second", messages / seconds},
          {"server_us", server_us / messages},
          {"server_user_us", user_us / messages},
          {"server_kernel_us", (server_us - user_us) / messages},
          {"load_us", own_us / messages},
          {"server_busy", server_us * 1e-6 / seconds},
          {"load_busy", own_us * 1e-6 / seconds},
          {"p50_us", load.delays().quantile(0.5)},
          {"p99_us", load.delays().quantile(0.99)},
          {"p999_us", load.delays().quantile(0.999)},
          {"delays_timed", load.delays().count()},
          {"server_memory_bytes", server.anonymous_bytes()}};
}

/// Waits until the server's memory no longer changes.
std::uint64_t settled_memory(const echo::ServerUsage& server) {
  std::uint64_t before = 0;
  std::uint64_t now = server.anonymous_bytes();
  for (int tries = 0; tries < 50 && now != before; ++tries) {
    std::this_thread::sleep_for(500ms);
    before = std::exchange(now, server.anonymous_bytes());
  }
  return now;
}

nlohmann::json measure_idle(const echo::LoadOptions& options) {
  constexpr std::uint32_t first = 10;  // the first connections pay for everything that a server makes once
  const echo::ServerUsage server(options.server_pid);
  const std::vector<int> few = echo::connect_to(options.port, first, server);
  const std::uint64_t before = settled_memory(server);
  const std::vector<int> others = echo::connect_to(options.port, options.connections - first, server);
  const std::uint64_t after = settled_memory(server);
  const double more = static_cast<double>(after) - static_cast<double>(before);
  return {{"connections", options.connections},
          {"memory_before_bytes", before},
          {"memory_after_bytes", after},
          {"bytes_per_connection", std::round(more / (options.connections - first))}};
}

}  // namespace

int main(int argc, char** argv) {
  echo::LoadOptions options;
  CLI::App app("The load of the echo benchmark");
  app.add_option("--port", options.port, "Port of the server on this machine")->required();
  app.add_option("--server-pid", options.server_pid,
                 "Process id of the server whose CPU time and memory are measured")
      ->required();
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 19'000))->capture_default_str();
  app.add_option("--bytes", options.bytes, "Size of a message: one frame with its header")
      ->check(CLI::Range(12, 65'535))
      ->capture_default_str();
  app.add_option("--in-flight", options.in_flight, "Messages in flight on each connection")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--warm-up", options.warm_up, "Seconds of the warm-up before the measurement")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Seconds of the measurement")->capture_default_str();
  app.add_flag("--idle", options.idle,
               "Send nothing; measure the server's memory before and after connecting");
  CLI11_PARSE(app, argc, argv);

  echo::raise_descriptor_limit();
  const nlohmann::json result = options.idle ? measure_idle(options) : measure(options);
  std::printf("%s\n", result.dump().c_str());
}
