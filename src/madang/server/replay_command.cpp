#include "madang/server/replay_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>

#include "madang/base/cadence.h"
#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/base/text.h"
#include "madang/base/time.h"
#include "madang/server/record_heading.h"
#include "madang/world/replay.h"

namespace madang::server {

namespace {

using Item = world::RecordFile::Item;
using Json = nlohmann::ordered_json;

constexpr Duration progress_interval = 2s;

double as_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// An open record, with its world.
class Record {
 public:
  /// The error is one line.
  static std::expected<std::unique_ptr<Record>, std::string> open(const std::string& name,
                                                                  const ReplayOptions& options,
                                                                  const ProgramInfo& program,
                                                                  const MakeGame& make_game);

  const std::string& name() const { return name_; }
  const world::RecordHeading& heading() const { return heading_; }
  world::RecordPlay& play() { return *play_; }
  const world::Replay& result() const { return play_->result(); }
  /// Returns how much of the file is read, in percent.
  double percent_read() const {
    return std::min(100.0, 100 * static_cast<double>(file_.bytes_read()) /
                               static_cast<double>(std::max<std::uint64_t>(size_, 1)));
  }
  /// Returns the time that the played ticks took when they were recorded, in seconds.
  double recorded_s() const {
    return static_cast<double>(result().ordinary_ticks) / recorded_.game->settings.tick_rate;
  }
  bool is_damaged() const { return result().ending == Item::damaged; }
  bool is_torn() const { return result().ending == Item::torn; }
  const std::string& problem() const { return file_.problem(); }

  /// Returns a line about the record.
  std::string description() const {
    const world::Grid& map = recorded_.world->grid();
    return fmt::format("{}: recorded by {}; {}, {} x {} tiles, {} ticks a second\n", name_,
                       shown(heading_.program), heading_.game, map.width(), map.height(),
                       recorded_.game->settings.tick_rate);
  }

 private:
  Record(std::string name, std::unique_ptr<std::istream> stream, std::uint64_t size)
      : name_(std::move(name)), stream_(std::move(stream)), size_(size), file_(*stream_) {}

  const std::string name_;
  const std::unique_ptr<std::istream> stream_;
  const std::uint64_t size_;
  world::RecordFile file_;
  world::RecordHeading heading_;
  RecordedWorld recorded_;
  std::optional<world::RecordPlay> play_;
};

std::expected<std::unique_ptr<Record>, std::string> Record::open(const std::string& name,
                                                                 const ReplayOptions& options,
                                                                 const ProgramInfo& program,
                                                                 const MakeGame& make_game) {
  const auto unreadable = [&](std::string_view why) {
    return std::unexpected(fmt::format("{}: {}", name, why));
  };
  // A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
  const std::filesystem::path path(std::u8string(name.begin(), name.end()));
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return unreadable("no such file");
  if (std::filesystem::is_directory(path, ignored)) return unreadable("is a directory, not a file");
  auto stream = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*stream) return unreadable("cannot be read");
  std::unique_ptr<Record> record(
      new Record(name, std::move(stream), std::filesystem::file_size(path, ignored)));
  const auto heading = record->file_.begin();
  if (!heading) return unreadable(heading.error());
  record->heading_ = *heading;
  auto recorded = make_recorded_world(program, make_game, *heading);
  if (!recorded) return unreadable(recorded.error());
  record->recorded_ = std::move(*recorded);
  const world::Cut cut{options.zones.width, options.zones.height};
  if (cut != world::Cut())
    if (const auto problem = record->recorded_.world->cut(cut))
      return unreadable(fmt::format("--zones {}x{}: {}", cut.columns, cut.rows, problem->text));
  record->play_.emplace(record->file_, *record->recorded_.world);
  return record;
}

/// Measures a replay, and prints how far it is every few seconds.
class ReplayMeter {
 public:
  ReplayMeter(const ProgramInfo& program, const Record& record) : program_(program), record_(record) {}

  void on_tick() {
    const Time now = steady_now();
    if (!next_line_.is_due(now)) return;
    next_line_.done(now);
    const std::string line =
        fmt::format("{} replay: {:.0f} %, {} ticks, {:.0f} times as fast as they were recorded\n",
                    program_.name, record_.percent_read(), record_.result().ticks, speed());
    static_cast<void>(write_to(StandardStream::error, line));
  }
  double seconds() const { return as_seconds(steady_now() - started_at_); }
  /// Returns how many times as fast as the recorded server the replay is.
  double speed() const { return record_.recorded_s() / std::max(seconds(), 1e-6); }

 private:
  const ProgramInfo& program_;
  const Record& record_;
  const Time started_at_ = steady_now();
  Cadence next_line_{progress_interval, started_at_};
};

// --- Results ---

/// Names of files may be no valid UTF-8.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

int fail_replay(const ProgramInfo& program, const std::string& why) {
  log_last_words(fmt::format("{} replay: {}\n", program.name, why));
  return exit_code_unreadable;
}

/// Prints the result, and returns `exit_code`, or the code of an error of standard output.
int print_result(const ProgramInfo& program, const std::string& text, int exit_code) {
  const auto written = write_to(StandardStream::output, text);
  if (written) return exit_code;
  if (written.error().code == ErrorCode::not_connected) return exit_code_unreadable;
  return fail_replay(program, fmt::format("standard output: {}", describe(written.error())));
}

/// Returns lines about how the record ended, and about a state that is not the recorded one.
std::string problems_of(const Record& record) {
  const world::Replay& result = record.result();
  std::string text;
  if (record.is_torn())
    text += fmt::format("{} has no end: {}. It was played to its last whole tick\n", record.name(),
                        record.problem());
  if (record.is_damaged())
    text += fmt::format("{} is damaged: {}. It was played up to there\n", record.name(), record.problem());
  if (!result.differs_at) return text;
  const std::string last = result.equal_at == 0
                               ? "no hash before it was compared"
                               : fmt::format("the last equal hash is that of tick {}", result.equal_at);
  return text + fmt::format("{}: the state after tick {} is not the recorded one: {} ({})\n", record.name(),
                            *result.differs_at, shown(result.why), last);
}

std::string_view name_of(const Record& record) {
  if (record.is_torn()) return "torn";
  if (record.is_damaged()) return "damaged";
  return record.result().ending ? "whole" : "not played to its end";
}

Json json_of(const Record& record) {
  const world::Replay& result = record.result();
  Json json = {{"file", record.name()},         {"program", shown(record.heading().program)},
               {"game", record.heading().game}, {"ticks", result.ticks},
               {"inputs", result.inputs},       {"recorded_seconds", record.recorded_s()},
               {"hashes", result.hashes},       {"equal_at", result.equal_at},
               {"record", name_of(record)}};
  if (!record.problem().empty()) json["problem"] = record.problem();
  if (result.differs_at) {
    json["differs_at"] = *result.differs_at;
    json["why"] = shown(result.why);
  }
  return json;
}

int exit_code_of(bool differs, bool is_damaged) {
  if (differs) return exit_code_differs;
  return is_damaged ? exit_code_unreadable : 0;
}

std::string_view result_of(int exit_code) {
  if (exit_code == exit_code_differs) return "different";
  return exit_code == 0 ? "equal" : "damaged";
}

// --- One record ---

int run_one(const ReplayOptions& options, const ProgramInfo& program, const MakeGame& make_game) {
  const auto opened = Record::open(options.files[0], options, program, make_game);
  if (!opened) return fail_replay(program, opened.error());
  Record& record = **opened;
  ReplayMeter progress(program, record);
  const world::Replay result = world::replay(record.play(), [&](const auto&) { progress.on_tick(); });
  const double seconds = progress.seconds();
  const double speed = progress.speed();
  const int exit_code = exit_code_of(result.differs_at.has_value(), record.is_damaged());
  if (options.json) {
    Json json = {{"result", result_of(exit_code)}, {"seconds", seconds}, {"speed", speed}};
    json.update(json_of(record));
    return print_result(program, line_of(json), exit_code);
  }
  std::string text = record.description();
  text += fmt::format(
      "{} ticks with {} inputs, which took {:.1f} s, were played in {:.2f} s: {:.1f} times as fast\n",
      result.ticks, result.inputs, record.recorded_s(), seconds, speed);
  text += problems_of(record);
  if (exit_code == 0 && result.hashes == 0)
    text += "nothing was compared: the record is so short that it has no hash\n";
  else if (!result.differs_at)
    text += fmt::format("equal: all {} hashes are those of the record\n", result.hashes);
  return print_result(program, text, exit_code);
}

// --- Two records ---

/// Returns a line if the settings of the two worlds differ, because then it makes no sense to play them.
std::string find_other_settings(const Record& one, const Record& other) {
  std::istringstream settings(one.heading().settings);
  std::istringstream other_settings(other.heading().settings);
  for (;;) {
    std::string line;
    std::string other_line;
    const bool has_line = !!std::getline(settings, line);
    const bool has_other_line = !!std::getline(other_settings, other_line);
    if (!has_line && !has_other_line) return {};
    if (line != other_line)
      return fmt::format("the settings of the worlds differ: \"{}\" and \"{}\"", shown(line),
                         shown(other_line));
  }
}

/// "entity 820df072aba9ee60951fc39a64370a8e of character 7"
std::string text_of(const world::Difference& difference) {
  if (difference.entity.is_world()) return "the world";
  if (difference.entity.is_cell()) return fmt::format("cell {}", difference.entity.cell().value);
  const std::string of =
      !difference.character ? "" : fmt::format(" of character {}", difference.character.value);
  return fmt::format("entity {}{}", world::text_of(difference.entity), of);
}

std::string text_of(const world::RecordDifference& difference, const Record& one, const Record& other) {
  std::string text;
  const auto values = [&](const std::string& a, const std::string& b) {
    return fmt::format("  {}: {}\n  {}: {}\n", one.name(), a, other.name(), b);
  };
  if (difference.inputs)
    text += fmt::format("the first inputs that differ are those of tick {}\n{}", difference.inputs->tick,
                        values(difference.inputs->one, difference.inputs->other));
  if (difference.state)
    text += fmt::format("the first state that differs is that after tick {}: {}, column {}\n{}",
                        difference.state->tick, text_of(*difference.state), difference.state->column,
                        values(difference.state->one, difference.state->other));
  if (difference.inputs && !difference.state)
    text += "no state differs in the ticks that both records have\n";
  return text;
}

Json json_of(const world::RecordDifference& difference) {
  Json json = {{"ticks_equal", difference.ticks_equal}};
  if (difference.inputs)
    json["inputs"] = {{"tick", difference.inputs->tick},
                      {"one", difference.inputs->one},
                      {"other", difference.inputs->other}};
  if (difference.state)
    json["state"] = {{"tick", difference.state->tick},
                     {"entity", world::text_of(difference.state->entity)},
                     {"character", difference.state->character.value},
                     {"column", difference.state->column},
                     {"one", difference.state->one},
                     {"other", difference.state->other}};
  return json;
}

int run_two(const ReplayOptions& options, const ProgramInfo& program, const MakeGame& make_game) {
  const auto opened_one = Record::open(options.files[0], options, program, make_game);
  if (!opened_one) return fail_replay(program, opened_one.error());
  const auto opened_other = Record::open(options.files[1], options, program, make_game);
  if (!opened_other) return fail_replay(program, opened_other.error());
  Record& one = **opened_one;
  Record& other = **opened_other;
  if (const std::string why = find_other_settings(one, other); !why.empty()) {
    const Json json = {{"result", "different"}, {"settings", why}};
    return print_result(program, options.json ? line_of(json) : why + "; nothing was played\n",
                        exit_code_differs);
  }
  ReplayMeter progress(program, one);
  const world::RecordDifference difference =
      world::compare(one.play(), other.play(), [&](const auto&) { progress.on_tick(); });
  const bool differs = !difference.is_equal() || one.result().differs_at || other.result().differs_at;
  const int exit_code = exit_code_of(differs, one.is_damaged() || other.is_damaged());
  if (options.json) {
    Json json = {{"result", result_of(exit_code)}, {"seconds", progress.seconds()}};
    json.update(json_of(difference));
    json["records"] = {json_of(one), json_of(other)};
    return print_result(program, line_of(json), exit_code);
  }
  std::string text = one.description() + other.description();
  text += fmt::format("the first {} ticks are equal\n", difference.ticks_equal);
  text += text_of(difference, one, other) + problems_of(one) + problems_of(other);
  if (!differs) text += "equal: all ticks have the same inputs, and lead to the same states\n";
  return print_result(program, text, exit_code);
}

}  // namespace

int run_replay(const ReplayOptions& options, const ProgramInfo& program, const MakeGame& make_game) {
  return options.diff ? run_two(options, program, make_game) : run_one(options, program, make_game);
}

}  // namespace madang::server
