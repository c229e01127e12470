#include "madang/server/metrics.h"

#include <fmt/core.h>
#include <algorithm>

#include <iterator>
#include <string>
#include <vector>

#include "madang/base/log.h"
#include "madang/wire/session_packets.h"

namespace madang::server {

namespace {

/// Writes metrics one after the other: for each metric its help, its type and its values.
class MetricsWriter {
 public:
  /// Returns the text. The writer is empty then.
  std::string release() { return std::move(text_); }

  /// Begins a metric. value() then adds its values.
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    append("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }
  template <class Number>
  void value(std::string_view labels, Number number) {
    if (labels.empty()) return append("{} {}\n", name_, number);
    append("{}{{{}}} {}\n", name_, labels, number);
  }

  template <class Number>
  void counter(std::string_view name, Number number, std::string_view help) {
    begin(name, "counter", help);
    value("", number);
  }
  template <class Number>
  void gauge(std::string_view name, Number number, std::string_view help) {
    begin(name, "gauge", help);
    value("", number);
  }
  void histogram(std::string_view name, const net::TimeHistogram::Counts& counts, std::uint64_t sum_us,
                 std::string_view help) {
    begin(name, "histogram", help);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      below += counts[i];
      const std::string bound = i < net::TimeHistogram::bounds_us.size()
                                    ? fmt::format("{}", seconds(net::TimeHistogram::bounds_us[i]))
                                    : "+Inf";
      append("{}_bucket{{le=\"{}\"}} {}\n", name, bound, below);
    }
    append("{0}_sum {1}\n{0}_count {2}\n", name, seconds(sum_us), below);
  }

 private:
  static double seconds(std::uint64_t us) { return static_cast<double>(us) / 1e6; }

  template <class... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  std::string text_;
  std::string_view name_;
};

void write_sessions(MetricsWriter& out, const Server::Totals& totals, const Observed& observed) {
  out.gauge("madang_sessions", totals.sessions_open, "Sessions that are open.");
  out.gauge("madang_sessions_limit", observed.limits.sessions_max, "Maximum number of open sessions.");
  out.counter("madang_sessions_opened_total", totals.sessions_opened, "Sessions that have been opened.");
  out.begin("madang_sessions_closed_total", "counter",
            "Sessions that have ended and connections that were refused, by reason.");
  for (std::size_t i = 1; i < totals.close_reasons.count(); ++i)
    out.value(fmt::format("reason=\"{}\"", totals.close_reasons[static_cast<CloseReason>(i)].name),
              totals.closed[i]);
}

void write_traffic(MetricsWriter& out, const Server::Totals& totals) {
  out.counter("madang_packets_received_total", totals.frames_in, "Packets from clients.");
  out.counter("madang_received_bytes_total", totals.bytes_in, "Bytes from clients.");
  out.counter("madang_sent_bytes_total", totals.bytes_out, "Bytes to clients.");
  out.counter("madang_sends_total", totals.sends, "Sends; one send has all data that waits for one client.");
  out.counter("madang_stalls_total", totals.stalls,
              "Packets that had to wait because the queue to the zone thread was full.");
  out.counter("madang_http_connections_refused_total", totals.http_refused,
              "HTTP connections that were refused because http_connections_max was reached.");
  out.counter("madang_cells_made_stale_total", totals.cells_made_stale,
              "Cells that a session did not receive for a while, because its data rate was used up.");
  out.counter("madang_shouts_suppressed_total", totals.shouts_suppressed,
              "Shouts that a session did not receive because it lagged or its worker was late.");
  out.begin("madang_words_refused_total", "counter",
            "Texts that players said or shouted and that were refused, by reason.");
  for (std::size_t i = 0; i < totals.words_refused.size(); ++i)
    out.value(fmt::format("reason=\"{}\"", wire::enumeration<wire::NotSaidReason>.values[i].name),
              totals.words_refused[i]);
  out.begin("madang_http_responses_total", "counter",
            "Responses on the HTTP ports, by the first digit of their status.");
  for (std::size_t i = 0; i < totals.http_responses.size(); ++i)
    out.value(fmt::format("status=\"{}xx\"", i + 1), totals.http_responses[i]);
  out.histogram("madang_move_answer_seconds", totals.answers, totals.answers_us,
                "Time from the arrival of a player's move until its answer is sent.");
}

double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

void write_threads(MetricsWriter& out, const Observed& observed) {
  out.begin("madang_thread_cpu_seconds_total", "counter", "Processor time of the server's threads.");
  for (std::size_t i = 0; i < observed.runner_clocks.size(); ++i)
    out.value(fmt::format("thread=\"zone {}\"", i), in_seconds(observed.runner_clocks[i].processor_time()));
  if (observed.crew)
    for (std::size_t i = 0; i < observed.crew->clocks().size(); ++i)
      out.value(fmt::format("thread=\"crew {}\"", i + 1),
                in_seconds(observed.crew->clocks()[i].processor_time()));
  const auto& workers = observed.server.workers();
  for (std::size_t i = 0; i < observed.server.clocks().size(); ++i)
    out.value(fmt::format("thread=\"worker {}\"", i),
              in_seconds(observed.server.clocks()[i].processor_time()));
  out.begin("madang_worker_sessions", "gauge", "Open sessions, by worker.");
  for (std::size_t i = 0; i < workers.size(); ++i)
    out.value(fmt::format("worker=\"{}\"", i), workers[i]->counters().sessions_open.get());
  out.begin("madang_send_queue_bytes", "gauge", "Bytes that wait for the clients of a worker.");
  for (std::size_t i = 0; i < workers.size(); ++i)
    out.value(fmt::format("worker=\"{}\"", i), workers[i]->counters().queued_bytes.get());
}

/// A main world that is not cut has no value.
void write_zones(MetricsWriter& out, const ThreadCrew* crew) {
  out.begin("madang_zone_busy_seconds_total", "counter",
            "Time that threads have worked for a zone of the main world, by zone.");
  if (!crew) return;
  for (std::size_t zone = 0; zone < crew->zones(); ++zone)
    out.value(fmt::format("zone=\"{}\"", zone), in_seconds(crew->busy(zone)));
}

void write_record(MetricsWriter& out, const Recording* recording) {
  out.counter("madang_record_ticks_total", recording ? recording->ticks() : 0, "Ticks that were recorded.");
  out.counter("madang_record_bytes_total", recording ? recording->bytes() : 0,
              "Bytes that were written to the record.");
  out.gauge("madang_record_stopped", recording && recording->has_stopped() ? 1 : 0,
            "1 if the recording has stopped, because the disk is full or too slow.");
}

void write_log(MetricsWriter& out) {
  out.counter("madang_log_lines_dropped_total", log_lines_dropped(),
              "Lines of the log that were lost because standard error did not accept them in time.");
}

void write_sanctions(MetricsWriter& out, const net::Sanctions& sanctions) {
  const Time now = steady_now();
  out.begin("madang_sanctions", "gauge", "Mutes and bans in force, by kind.");
  out.value("kind=\"mute\"", sanctions.count(net::Sanction::Kind::mute, now));
  out.value("kind=\"ban\"", sanctions.count(net::Sanction::Kind::ban, now));
}

/// These metrics have the names that Prometheus' own libraries use.
void write_process(MetricsWriter& out, const ProcessFacts& process) {
  if (process.resident_bytes)
    out.gauge("process_resident_memory_bytes", *process.resident_bytes, "Resident memory of the process.");
  if (process.started_at_s)
    out.gauge("process_start_time_seconds", *process.started_at_s, "Start of the process, since 1970.");
  if (process.open_fds)
    out.gauge("process_open_fds", *process.open_fds, "Open file descriptors of the process.");
}

void write_runners(MetricsWriter& out, net::WorldRunners& all) {
  const net::WorldRunners::Totals runners = all.totals();
  out.gauge("madang_players", runners.players, "Players in all worlds.");
  out.gauge("madang_worlds", runners.worlds, "Worlds that run.");
  out.counter("madang_worlds_made_total", runners.worlds_made, "Worlds that were made for a login.");
  out.counter("madang_worlds_ended_total", runners.worlds_ended, "Worlds that have ended in order.");
  out.counter("madang_worlds_broken_total", runners.worlds_broken,
              "Worlds that were closed because of a fault in their rules.");
  if (all.has_main()) {
    const world::WorldConfig& config = all.main().info().config;
    out.gauge("madang_players_limit", std::min(config.players_max, config.entities_max),
              "Maximum number of players in the main world.");
  }
  out.gauge("madang_command_queue_length", runners.requests_waiting,
            "Commands that waited for the zone threads when their last ticks began.");
  out.gauge("madang_command_queue_limit", all[0].requests().capacity(),
            "Maximum number of commands that wait for one zone thread.");
  out.counter("madang_ticks_total", runners.ticks, "Ticks of all zone threads.");
  out.counter("madang_ticks_late_total", runners.ticks_late,
              "Ticks that began at least one whole tick too late.");
  out.counter("madang_ticks_skipped_total", runners.ticks_skipped,
              "Ticks that were left out because the server was too slow.");
  out.counter("madang_ticks_merged_total", runners.ticks_merged,
              "Ticks that a late worker merged with others.");
  out.histogram("madang_tick_seconds", runners.tick_time, runners.tick_time_us,
                "Time from when a tick was due until every worker had sent it.");
  out.gauge("madang_tick_rate", runners.ticks_per_second,
            "Current target of the slowest zone thread, in ticks a second.");
  out.gauge("madang_overload_step", runners.overload_step,
            "Highest step of overload control; 0: no overload.");
  out.begin("madang_overload_changes_total", "counter",
            "Changes of the step of overload control, by direction.");
  out.value("direction=\"up\"", runners.overload_steps_up);
  out.value("direction=\"down\"", runners.overload_steps_down);
  out.counter("madang_zone_messages_total", runners.zone_messages,
              "Messages between the zones of worlds that are cut; each zone makes one in a tick.");
  out.counter("madang_zone_message_bytes_total", runners.zone_message_bytes, "Bytes of these messages.");
  out.counter("madang_zone_crossings_total", runners.zone_crossings,
              "Entities that stepped from a zone into another one.");
  out.gauge("madang_throttled_cells", runners.throttled_cells,
            "Cells whose steps are suppressed for at least one session.");
}

/// A game that calls itself "arena" has metrics such as arena_kills_total.
void write_game(MetricsWriter& out, const net::WorldRunners& runners) {
  const world::GameInfo& game = runners.game();
  const std::vector<std::uint64_t> sums = runners.metrics();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const world::MetricInfo& info = game.metrics[i];
    const std::string help = fmt::format("{}.", info.doc);
    if (info.is_counter) {
      out.counter(fmt::format("{}_{}_total", game.name, info.name), sums[i], help);
    } else {
      out.gauge(fmt::format("{}_{}", game.name, info.name), sums[i], help);
    }
  }
}

}  // namespace

std::string metrics_text(const Observed& observed, const ProcessFacts& process) {
  MetricsWriter out;
  out.begin("madang_build_info", "gauge", "Version of the program, and completion port of each worker.");
  const auto& workers = observed.server.workers();
  for (std::size_t i = 0; i < workers.size(); ++i)
    out.value(fmt::format("version=\"{}\",worker=\"{}\",io=\"{}\"", MADANG_VERSION, i,
                          io::name_of(workers[i]->port().backend())),
              1);
  const Server::Totals totals = observed.server.totals();
  write_sessions(out, totals, observed);
  write_traffic(out, totals);
  write_threads(out, observed);
  write_runners(out, observed.runners);
  write_zones(out, observed.crew);
  write_game(out, observed.runners);
  write_record(out, observed.recording);
  write_log(out);
  write_sanctions(out, observed.sanctions);
  write_process(out, process);
  return out.release();
}

}  // namespace madang::server
