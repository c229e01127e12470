#include "madang/server/store_commands.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "madang/base/cadence.h"
#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/base/text.h"
#include "madang/base/time.h"
#include "madang/keeper/sqlite_backup.h"
#include "madang/server/terminal_drawing.h"

namespace madang::server {

namespace {

using keeper::Audit;
using keeper::StoreFault;
using keeper::StoreResult;
using Json = nlohmann::ordered_json;

constexpr int exit_code_failed = 1;
constexpr Duration progress_interval = 2s;

// --- Subjects ---

/// The holders that have a history which a person may want to read: all but the system.
constexpr auto holder_types =
    std::to_array({keeper::HolderType::character, keeper::HolderType::mailbox, keeper::HolderType::ground,
                   keeper::HolderType::trade, keeper::HolderType::transit});

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Returns the id that keeper::text_of() has written as this text.
std::optional<wire::Id> id_in(std::string_view text) {
  constexpr std::size_t half = 16;
  if (text.size() != 2 * half) {
    const auto number = number_in(text, 10);
    return number ? std::optional(wire::Id{0, *number}) : std::nullopt;
  }
  const auto high = number_in(text.substr(0, half), 16);
  const auto low = number_in(text.substr(half), 16);
  return high && low ? std::optional(wire::Id{*high, *low}) : std::nullopt;
}

// --- Output ---

int fail(const StoreTask& task, std::string_view program, std::string_view why) {
  log_last_words(fmt::format("{} {}: {}\n", program, name_of(task.action), why));
  return exit_code_failed;
}

/// Prints the text, and returns `exit_code`, or the code of an error of standard output.
int print(const StoreTask& task, std::string_view program, std::string_view text, int exit_code) {
  const auto written = write_to(StandardStream::output, text);
  if (written) return exit_code;
  // A reader that has ended, as `head` does, has all that it needs. So there is no line about it.
  if (written.error().code == ErrorCode::not_connected) return exit_code_failed;
  return fail(task, program, fmt::format("standard output: {}", describe(written.error())));
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// "1 world", "2 worlds"
std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// --- Errors ---

/// Returns what the operator may do about an error, to stand behind its text.
std::string advice_on(StoreFault fault, const StoreTask& task, std::string_view program) {
  const bool restores = task.action == StoreAction::restore;
  switch (fault) {
    case StoreFault::in_use: return "; stop the server that uses it, and try again";
    case StoreFault::newer_version: return fmt::format("; use that version of {}", program);
    case StoreFault::damaged:
      return restores ? "; use an earlier backup"
                      : fmt::format("; restore the last good backup, see {} restore --help", program);
    case StoreFault::read_only:
      return restores ? "; copy the backup to a folder that this program may write to"
                      : "; run this command as the user that runs the server";
    case StoreFault::unreachable: return "; is the database running, and is the address right?";
    default: return {};
  }
}

std::string text_of(const keeper::StoreError& error, const StoreTask& task, std::string_view program) {
  return error.text + advice_on(error.fault, task, program);
}

// A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
std::filesystem::path path_of(const std::string& name) {
  return std::filesystem::path(std::u8string(name.begin(), name.end()));
}

/// Returns what is wrong with the files of the task, or an empty text. SQLite itself says less about them.
std::string find_file_problem(const StoreTask& task) {
  std::error_code ignored;
  const auto is_there = [&](const std::string& name) {
    return std::filesystem::exists(path_of(name), ignored);
  };
  const bool restores = task.action == StoreAction::restore;
  const std::string& read = restores ? task.file : task.store.text;
  if (restores || task.store.type == StoreType::sqlite) {
    if (!is_there(read))
      return fmt::format("{}: no such file{}", shown(read),
                         restores ? "" : "; name the store with --store sqlite:FILE");
    if (std::filesystem::is_directory(path_of(read), ignored))
      return fmt::format("{}: is a folder, not a file", shown(read));
  }
  if (task.action == StoreAction::audit || task.action == StoreAction::history) return {};
  const std::string& made = restores ? task.store.text : task.file;
  if (is_there(made))
    return fmt::format(
        "{}: this file is there already; {}", shown(made),
        restores ? "move it away, or name another file with --store sqlite:FILE" : "name a new file");
  const std::filesystem::path folder = path_of(made).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return fmt::format("{}: its folder is not there; make it first", shown(made));
  return {};
}

// --- audit ---

/// Prints how far an audit is, every few seconds and only to a terminal.
class AuditMeter {
 public:
  AuditMeter(std::string_view program, std::uint64_t entries) : program_(program), entries_(entries) {}

  void on_entries(std::uint64_t read) {
    const Time now = steady_now();
    if (!is_terminal_ || !next_line_.is_due(now)) return;
    next_line_.done(now);
    const double percent = 100 * static_cast<double>(read) / static_cast<double>(std::max(entries_, read));
    static_cast<void>(write_to(StandardStream::error,
                               fmt::format("{} audit: {:.0f} %, {} transfers\n", program_, percent, read)));
  }

 private:
  const std::string_view program_;
  const std::uint64_t entries_;
  const bool is_terminal_ = TerminalDrawing(stderr).works();
  Cadence next_line_{progress_interval, steady_now()};
};

/// Needs no store that can be opened: an edited journal is what it looks for.
StoreResult<Audit> audit_of(keeper::Tables& tables, std::string_view program) {
  StoreResult<Audit> audit;
  const auto read = tables.at_one_moment([&]() -> StoreResult<void> {
    auto kinds = tables.kinds();
    if (!kinds) return std::unexpected(std::move(kinds.error()));
    auto worlds = tables.worlds();
    if (!worlds) return std::unexpected(std::move(worlds.error()));
    std::uint64_t entries = 0;
    for (const keeper::WorldRow& world : *worlds) entries += world.entries;
    AuditMeter meter(program, entries);
    audit = keeper::audit(tables, *kinds, [&](std::uint64_t count) {
      meter.on_entries(count);
      return true;
    });
    if (!audit) return std::unexpected(audit.error());
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return audit;
}

std::string text_of(const Audit& audit, const StoreAddress& store) {
  std::string text =
      fmt::format("{}: {}, {}, {}, {}, {}\n", shown_address(store), counted(audit.worlds, "world"),
                  counted(audit.accounts, "account"), counted(audit.characters, "character"),
                  counted(audit.things, "single thing"), counted(audit.transfers, "transfer"));
  for (const Audit::Sum& sum : audit.sums)
    text += fmt::format("{}: {} issued, {} held\n", shown(sum.kind.name), sum.issued, sum.held);
  if (audit.violations == 0) return text + "no violations: nothing is lost, and nothing is there twice\n";
  for (const std::string& violation : audit.described) text += shown(violation) + '\n';
  if (audit.violations > audit.described.size())
    text += fmt::format("and {} others\n", audit.violations - audit.described.size());
  return text + counted(audit.violations, "violation") + '\n';
}

Json json_of(const Audit& audit, const StoreAddress& store) {
  Json kinds = Json::array();
  for (const Audit::Sum& sum : audit.sums)
    kinds.push_back({{"id", sum.kind.id},
                     {"name", sum.kind.name},
                     {"single", sum.kind.is_single},
                     {"issued", sum.issued},
                     {"held", sum.held}});
  return {{"store", shown_address(store)},
          {"worlds", audit.worlds},
          {"accounts", audit.accounts},
          {"characters", audit.characters},
          {"things", audit.things},
          {"transfers", audit.transfers},
          {"kinds", kinds},
          {"violations", audit.violations},
          {"described", audit.described}};
}

int run_audit(const StoreTask& task, std::string_view program) {
  auto tables = open_tables(task.store, IfMissing::fail);
  if (!tables) return fail(task, program, text_of(tables.error(), task, program));
  const auto audit = audit_of(**tables, program);
  if (!audit) return fail(task, program, text_of(audit.error(), task, program));
  const std::string text = task.json ? line_of(json_of(*audit, task.store)) : text_of(*audit, task.store);
  return print(task, program, text, audit->violations == 0 ? 0 : exit_code_failed);
}

// --- history ---

std::string text_of(const keeper::Subject& subject) {
  if (const auto* thing = std::get_if<keeper::ThingId>(&subject))
    return fmt::format("thing {}", keeper::text_of(*thing));
  return keeper::text_of(std::get<keeper::Holder>(subject));
}

/// With all movements of the transfer: what was given for the subject's things is among them.
Json json_of(const keeper::HistoryEntry& entry, const std::vector<keeper::Kind>& kinds) {
  Json movements = Json::array();
  for (const keeper::Movement& movement : entry.transfer.movements) {
    const auto kind = std::ranges::find(kinds, movement.kind, &keeper::Kind::id);
    Json one = {{"from", keeper::text_of(movement.from)},
                {"to", keeper::text_of(movement.to)},
                {"kind", kind == kinds.end() ? fmt::format("{}", movement.kind) : kind->name},
                {"count", movement.count}};
    if (movement.thing) one["thing"] = keeper::text_of(movement.thing);
    movements.push_back(std::move(one));
  }
  return {{"world", entry.world},
          {"entry", entry.number},
          {"tick", entry.transfer.tick},
          {"transfer", keeper::text_of(entry.transfer.id)},
          {"reason", entry.transfer.reason},
          {"movements", std::move(movements)}};
}

/// Everything is read before anything is printed, because a slow reader must not hold up the store. An edited
/// journal has a history, too.
int run_history(const StoreTask& task, std::string_view program) {
  auto tables = open_tables(task.store, IfMissing::fail);
  if (!tables) return fail(task, program, text_of(tables.error(), task, program));
  std::string text;
  const auto read = (*tables)->at_one_moment([&]() -> StoreResult<void> {
    const auto kinds = (*tables)->kinds();
    if (!kinds) return std::unexpected(kinds.error());
    return keeper::history_of(**tables, task.subject, [&](const keeper::HistoryEntry& entry) {
      text += task.json ? line_of(json_of(entry, *kinds)) : entry.told_by(task.subject, *kinds) + '\n';
      return true;
    });
  });
  if (!read) return fail(task, program, text_of(read.error(), task, program));
  tables->reset();
  if (text.empty() && !task.json)
    text = fmt::format("{}: no transfer has moved it, or anything of it\n", text_of(task.subject));
  return print(task, program, text, 0);
}

// --- backup and restore ---

std::string size_of(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path_of(file), error);
  return error ? "" : fmt::format(" ({:.1f} MB)", static_cast<double>(size) / 1e6);
}

/// A file that is not finished must not look like a backup, also when this program is killed.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& file) : name_(file + ".unfinished") { remove(); }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile() { remove(); }

  const std::string& name() const { return name_; }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* end : {"", "-journal"}) std::filesystem::remove(path_of(name_ + end), ignored);
  }

  const std::string name_;
};

/// A store whose journals were changed is refused, because its copy could not be restored.
int run_backup(const StoreTask& task, std::string_view program) {
  auto store = open_store(task.store, {}, IfMissing::fail);
  if (!store) return fail(task, program, text_of(store.error(), task, program));
  const UnfinishedFile copy(task.file);
  const auto done = store->back_up(copy.name());
  if (!done) return fail(task, program, text_of(done.error(), task, program));
  std::error_code error;
  std::filesystem::rename(path_of(copy.name()), path_of(task.file), error);
  if (error) return fail(task, program, fmt::format("{}: {}", shown(task.file), error.message()));
  return print(
      task, program,
      fmt::format("{} is copied to {}{}\n", shown_address(task.store), shown(task.file), size_of(task.file)),
      0);
}

int run_restore(const StoreTask& task, std::string_view program) {
  const auto done = keeper::restore_sqlite(task.file, task.store.text);
  if (!done) return fail(task, program, text_of(done.error(), task, program));
  return print(task, program,
               fmt::format("{} is made from {}, which has no violations\n", shown_address(task.store),
                           shown(task.file)),
               0);
}

}  // namespace

std::string_view name_of(StoreAction action) {
  switch (action) {
    case StoreAction::audit: return "audit";
    case StoreAction::history: return "history";
    case StoreAction::backup: return "backup";
    case StoreAction::restore: return "restore";
  }
  return {};
}

std::expected<keeper::Subject, std::string> parse_subject(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool has_type = colon != std::string_view::npos;
  const auto id = id_in(has_type ? text.substr(colon + 1) : text);
  if (id && *id) {
    const bool is_short = id->high == 0;
    const std::string_view type =
        has_type ? text.substr(0, colon) : (is_short ? std::string_view("character") : "thing");
    if (type == "thing") return *id;
    for (const keeper::HolderType one : holder_types)
      if (type == wire::enumeration<keeper::HolderType>.values[std::to_underlying(one)].name)
        return keeper::Holder{one, *id};
  }
  return std::unexpected(fmt::format(
      "\"{}\" is no thing and no character: write 17 for character 17, the 32 digits of a thing, or "
      "thing:ID, mailbox:ID, ground:ID, trade:ID or transit:ID",
      shown(text)));
}

std::string find_problem(const StoreTask& task) {
  if (task.file.starts_with("sqlite:") || task.file.contains("://"))
    return "the file is a plain name, without sqlite: or another beginning";
  if (task.store.type == StoreType::memory)
    return "--store: a store in memory is empty; name a file or a database";
  if (task.store.type != StoreType::postgres) return {};
  if (task.action == StoreAction::backup)
    return "--store: PostgreSQL has a tool of its own to copy a database: use pg_dump";
  if (task.action == StoreAction::restore)
    return "--store: PostgreSQL has a tool of its own to make a database from a copy: use pg_restore";
  return {};
}

int run_store_command(const StoreTask& task, std::string_view program) {
  if (const std::string problem = find_file_problem(task); !problem.empty())
    return fail(task, program, problem);
  switch (task.action) {
    case StoreAction::audit: return run_audit(task, program);
    case StoreAction::history: return run_history(task, program);
    case StoreAction::backup: return run_backup(task, program);
    case StoreAction::restore: return run_restore(task, program);
  }
  return exit_code_failed;
}

}  // namespace madang::server
