#include "madang/server/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "madang/base/check.h"
#include "madang/server/closest_name.h"
#include "madang/server/settings_toml.h"
#include "madang/wire/protocol.h"

namespace madang::server {

namespace {

constexpr int exit_code_wrong_usage = 2;
constexpr std::size_t help_column = 34;

/// An option on the command line, and its value as a text.
struct Given {
  explicit Given(const Setting* its_setting, std::string its_text = {})
      : setting(its_setting), text(std::move(its_text)) {}
  const Setting* setting;
  std::string text;
};

/// The options of a command. CLI refers to this object, so it cannot be copied.
struct Arguments {
  explicit Arguments(std::vector<Setting> rows) : table(std::move(rows)) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  const std::vector<Setting> table;
  std::vector<Given> given;
  std::deque<Given> flags;  ///< of all booleans; the text of one that is not given is empty. They never move
};

struct ServeArguments : Arguments {
  explicit ServeArguments(Game& its_game) : Arguments(table_of(its_game)), game(its_game) {}

  Game& game;
  const std::vector<std::string> defaults = values_of(table);
  std::optional<std::string> config;
  bool print_config = false;
};

struct ReplayArguments {
  std::vector<std::string> files;
  bool diff = false;
  bool json = false;
  std::string zones;
};

/// Of one of the commands that work on a store.
struct StoreArguments {
  StoreAction action{};
  std::vector<std::string> names;  ///< what stands behind the command
  std::optional<std::string> store;
  std::optional<std::string> config;
  bool json = false;
};

struct ProtocolArguments {
  std::vector<const wire::Format*> formats;
};

// --- The commands and their options ---

std::string heading_of(const Setting& setting) {
  std::string heading(setting.section);
  heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
  return heading;
}

std::string help_of(const Setting& setting) {
  const auto* text = std::get_if<std::string*>(&setting.value);
  if (text && (*text)->empty()) return std::string(setting.help);
  if (text) return fmt::format("{} (default {})", setting.help, **text);
  if (const auto* flag = std::get_if<bool*>(&setting.value))
    return **flag ? fmt::format("{} (default; {}=false: not)", setting.help, option_name(setting))
                  : std::string(setting.help);
  return fmt::format("{} ({}; default {})", setting.help, range_text(setting), value_text(setting));
}

std::string placeholder_of(const Setting& setting) {
  if (kind_of(setting) != SettingKind::text) return "N";
  return std::holds_alternative<MapSize*>(setting.value) ? "WIDTHxHEIGHT" : "TEXT";
}

/// Adds an option for each row of the table. The option of a boolean needs no value: --json is --json=true.
void add_options(CLI::App& command, Arguments& arguments) {
  for (const Setting& setting : arguments.table) {
    const std::string name = option_name(setting);
    CLI::Option* option = nullptr;
    if (kind_of(setting) == SettingKind::boolean) {
      Given& flag = arguments.flags.emplace_back(&setting);
      option = command.add_flag(name, flag.text, help_of(setting));
    } else {
      const auto gather = [&](const std::string& text) { arguments.given.emplace_back(&setting, text); };
      option = command.add_option_function<std::string>(name, gather, help_of(setting))
                   ->type_name(placeholder_of(setting));
    }
    option->group(heading_of(setting));
  }
}

// --- What an author of a game can do wrong ---

bool is_name(std::string_view name) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::ranges::all_of(name, is_allowed);
}

void check_table(const std::vector<Setting>& table) {
  constexpr std::array<std::string_view, 3> reserved = {"config", "print_config", "help"};
  for (auto row = table.begin(); row != table.end(); ++row) {
    MADANG_CHECK(is_name(row->name) && is_name(row->section),
                 "the setting \"{}\" in \"{}\": a name has small letters, digits and _", row->name,
                 row->section);
    MADANG_CHECK(std::ranges::find(reserved, row->name) == reserved.end(),
                 "--{} is an option of every server: give the setting another name", row->name);
    MADANG_CHECK(std::ranges::find(table.begin(), row, row->name, &Setting::name) == row,
                 "two settings have the name \"{}\"", row->name);
    if (kind_of(*row) == SettingKind::text) continue;
    const ValueProblem problem = set_from_argument(*row, value_text(*row));
    MADANG_CHECK(!problem, "the default of the setting \"{}\": {}", row->name, problem.value_or(""));
  }
}

void check_commands(const std::vector<Command>& commands) {
  std::vector<std::string_view> names = {"serve",  "replay",  "audit",   "history",
                                         "backup", "restore", "protocol"};
  for (const Command& command : commands) {
    MADANG_CHECK(is_name(command.name), "the command \"{}\": a name has small letters, digits and _",
                 command.name);
    MADANG_CHECK(std::ranges::find(names, command.name) == names.end(), "two commands have the name \"{}\"",
                 command.name);
    MADANG_CHECK(command.run != nullptr, "the command \"{}\" has nothing to run", command.name);
    names.push_back(command.name);
  }
}

CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App& command = *program.add_subcommand(name, description);
  command.group("Commands");
  command.footer(examples);
  return command;
}

constexpr std::string_view default_examples =
    "Examples:\n"
    "  {0} serve           run a server\n"
    "  {0} serve --help    show all settings of the server";

constexpr std::string_view default_serve_examples =
    "Examples:\n"
    "  {0} serve\n"
    "  {0} serve --print-config > {0}.toml         write all settings into a file\n"
    "  {0} serve --config {0}.toml --tick-rate 30  the command line overrides the file";

/// Returns `text`, or if it is empty `otherwise` with the name of the program.
std::string text_or(const std::string& text, std::string_view otherwise, const std::string& program) {
  return text.empty() ? fmt::format(fmt::runtime(otherwise), program) : text;
}

void add_serve(CLI::App& cli, const ProgramInfo& program, ServeArguments& serve) {
  CLI::App& command = add_command(cli, "serve", "Run a server",
                                  text_or(program.serve_examples, default_serve_examples, program.name));
  command.add_option("--config", serve.config, "TOML file with settings")->type_name("FILE");
  command.add_flag("--print-config", serve.print_config,
                   "Print all settings with their current values as TOML, and exit");
  add_options(command, serve);
}

void add_own(CLI::App& cli, const Command& own, Arguments& arguments) {
  add_options(add_command(cli, own.name, own.about, own.examples), arguments);
}

constexpr std::string_view replay_help =
    "A server records with `{0} serve --record FILE`: its settings of the world, all inputs of each tick,\n"
    "and now and then a hash of the state. A replay gives the same inputs to a new world. Then all states "
    "are\n"
    "the same, also on another system, and long before as much time has passed. If a hash differs, the "
    "program\n"
    "is another one, or it has a fault.\n"
    "\n"
    "With --diff, two records are played in step. The first tick with other inputs is named, and the first\n"
    "state that differs: as tick, entity, column, and both values.\n"
    "\n"
    "Exit codes: 0 all is equal; 1 something differs; 2 wrong usage; 3 a record cannot be read, is damaged, "
    "or\n"
    "is of another version of the game. A record without an end (the server was killed) is played to its "
    "last\n"
    "whole tick.\n"
    "\n"
    "Examples:\n"
    "  {0} serve --record today.record                record until Ctrl-C\n"
    "  {0} replay today.record                        play it again\n"
    "  {0} replay --diff today.record other.record    find the first difference";

constexpr std::string_view protocol_examples =
    "Examples:\n"
    "  {0} protocol                               print the documentation of the protocol\n"
    "  {0} protocol --typescript > protocol.ts    make a module for your own client\n"
    "  {0} protocol --wireshark > {0}.lua         then run: wireshark -X lua_script:{0}.lua";

void add_replay(CLI::App& cli, const ProgramInfo& program, ReplayArguments& replay) {
  CLI::App& command = add_command(cli, "replay", "Play a record of a server again, and compare the states",
                                  fmt::format(fmt::runtime(replay_help), program.name));
  command.add_option("FILE", replay.files, "The record; with --diff, two records")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
  command.add_flag("--diff", replay.diff, "Play two records in step, and name the first difference");
  command.add_flag("--json", replay.json, "Print the result as one line with a JSON object");
  command
      .add_option("--zones", replay.zones, "Cut the world into zones, such as 2x2: the states are the same")
      ->type_name("COLUMNSxROWS");
}

/// What the help texts say of a command that works on a store.
struct StoreWords {
  StoreAction action{};
  std::string_view about;
  std::string_view argument;       ///< its name, or empty
  std::string_view argument_help;  ///< a noun phrase
  std::string_view help;
};

constexpr std::string_view store_place =
    "The store is {0}.db, beside the file of --config, or else in the current folder. With --store it is\n"
    "another one: sqlite:FILE, or postgres://user@host/database. A file is locked while a server has it "
    "open:\n"
    "stop that server first. A database of PostgreSQL may be in use.\n"
    "\n";

constexpr std::array<StoreWords, 4> store_words{{
    {StoreAction::audit, "Prove that a store has lost nothing and doubled nothing", "", "",
     "An audit reads the whole store. It compares what each holder has with what the journals say, the sums\n"
     "of each kind of things, and the hashes of the journals.\n"
     "\n"
     "Exit codes: 0 all is proved; 1 there are violations, or the store cannot be read; 2 wrong usage.\n"
     "\n"
     "Examples:\n"
     "  {0} audit\n"
     "  {0} audit --store sqlite:backup.db --json"},
    {StoreAction::history, "Tell where things in a store came from, and where they went", "SUBJECT",
     "A thing or a character",
     "SUBJECT is the number of a character, or the 32 digits of a thing. Others are written with their "
     "type:\n"
     "thing:ID, mailbox:ID (by the character), ground:ID (by the world), trade:ID or transit:ID. With "
     "--json,\n"
     "each transfer is a line with a JSON object, which has all movements of the transfer.\n"
     "\n"
     "Examples:\n"
     "  {0} history 17                                  what character 17 gave and got\n"
     "  {0} history 0000000000000007000000000000000b    the way of a thing"},
    {StoreAction::backup, "Copy a store into a new file", "FILE", "A new file",
     "The file is there only when the copy is whole. A copy is a store, so `{0} audit` can prove it.\n"
     "For a database of PostgreSQL, use pg_dump.\n"
     "\n"
     "Examples:\n"
     "  {0} backup monday.db\n"
     "  {0} backup monday.db --store sqlite:/var/lib/{0}/{0}.db"},
    {StoreAction::restore, "Make a store from a backup", "BACKUP", "A backup",
     "The backup is audited first. The store must not be there yet: move the lost one away. The new store "
     "goes\n"
     "on far behind all numbers that the lost one may have given, so use this command instead of a plain\n"
     "copy. For a database of PostgreSQL, use pg_restore.\n"
     "\n"
     "Examples:\n"
     "  {0} restore monday.db\n"
     "  {0} restore monday.db --store sqlite:/var/lib/{0}/{0}.db"},
}};

const StoreWords& words_of(StoreAction action) {
  return *std::ranges::find(store_words, action, &StoreWords::action);
}

void add_store(CLI::App& cli, const ProgramInfo& program, StoreArguments& store) {
  const StoreWords& words = words_of(store.action);
  CLI::App& command =
      add_command(cli, std::string(name_of(store.action)), std::string(words.about),
                  fmt::format(fmt::runtime(fmt::format("{}{}", store_place, words.help)), program.name));
  if (!words.argument.empty())
    command.add_option(std::string(words.argument), store.names, std::string(words.argument_help))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("");
  command.add_option("--store", store.store, "The store")->type_name("ADDRESS");
  command.add_option("--config", store.config, "The server's file with settings; the store is beside it")
      ->type_name("FILE");
  if (store.action == StoreAction::audit || store.action == StoreAction::history)
    command.add_flag("--json", store.json, "Print the result as JSON, one object on a line");
}

void add_protocol(CLI::App& cli, const ProgramInfo& program, ProtocolArguments& protocol) {
  CLI::App& command = add_command(cli, "protocol", "Print the protocol between clients and the server",
                                  fmt::format(fmt::runtime(protocol_examples), program.name));
  const wire::Format* first = &wire::formats().front();
  for (const wire::Format& format : wire::formats())
    command.add_flag_callback(
        fmt::format("--{}", format.name), [&] { protocol.formats.push_back(&format); },
        fmt::format("Print {}{}", format.doc, &format == first ? " (the default)" : ""));
}

void describe_program(CLI::App& cli, const ProgramInfo& program) {
  cli.description(program.about);
  cli.footer(text_or(program.examples, default_examples, program.name));
  cli.set_version_flag("--version", fmt::format("{} {}", program.name, program.version),
                       "Print the version, and exit");
  cli.set_help_flag("-h,--help", "Print this help, and exit");
  cli.get_formatter()->column_width(help_column);
  cli.get_formatter()->label("SUBCOMMAND", "COMMAND");
  // The last value of an option counts, so that a user can override the options of a script.
  cli.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  cli.allow_windows_style_options(false);
  cli.allow_extras();  // find_unexpected() reports unexpected arguments
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) names.push_back(option->get_name());
  return names;
}

std::vector<std::string> command_names(const CLI::App& cli) {
  std::vector<std::string> names;
  for (const CLI::App* command : cli.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

/// Returns the CLI library's error as one line.
std::string tidy(const CLI::ParseError& error) {
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return fmt::format("{}: a value is missing", text.substr(0, text.find(':')));
  return text.substr(0, text.find('\n'));
}

/// Returns the help text of the command on the command line, or of the program.
std::string help_text(const CLI::App& cli) {
  std::string text = cli.help();
  // The CLI library writes two empty lines between some paragraphs, and no empty line after the first line.
  for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
  text.insert(text.find('\n'), "\n");
  return text;
}

/// Reads one command line.
class Reader {
 public:
  Reader(const ProgramInfo& program, Game& game) : program_(program), cli_("", program.name), serve_(game) {
    check_table(serve_.table);
    check_commands(program_.commands);
    describe_program(cli_, program_);
    add_serve(cli_, program_, serve_);
    for (const Command& command : program_.commands) {
      check_table(command.options);
      add_own(cli_, command, own_.emplace_back(command.options));
    }
    add_replay(cli_, program_, replay_);
    for (StoreArguments& store : stores_) add_store(cli_, program_, store);
    add_protocol(cli_, program_, protocol_);
  }

  Task read(const std::vector<std::string>& arguments) {
    if (const auto answer = parse(arguments)) return *answer;
    gather_flags(serve_);
    for (Arguments& own : own_) gather_flags(own);
    if (cli_.got_subcommand("replay")) return finish_replay();
    if (cli_.got_subcommand("protocol")) return finish_protocol();
    for (const StoreArguments& store : stores_)
      if (cli_.got_subcommand(std::string(name_of(store.action)))) return finish_store(store);
    if (cli_.got_subcommand("serve")) return finish_serve();
    for (std::size_t i = 0; i < own_.size(); ++i)
      if (cli_.got_subcommand(program_.commands[i].name)) return finish_own(program_.commands[i], own_[i]);
    MADANG_CHECK(false, "a command that nobody handles");
  }

 private:
  // --- Errors

  Answer wrong_usage(std::string_view command, std::string_view problem) const {
    const std::string_view joint = problem.ends_with('?') ? "" : ";";
    const std::string_view space = command.empty() ? "" : " ";
    return {fmt::format("{0}: {1}{2} see {0}{3}{4} --help\n", program_.name, problem, joint, space, command),
            exit_code_wrong_usage};
  }

  /// Returns the error about the first argument that `command` does not know, or none.
  std::optional<Answer> find_unexpected(const CLI::App& command) const {
    const std::vector<std::string> unexpected = command.remaining();
    if (unexpected.empty()) return std::nullopt;
    const std::string& argument = unexpected.front();
    const bool is_program = &command == &cli_;
    const std::string name = is_program ? "" : command.get_name();
    if (argument.starts_with('-')) {
      const std::string option = argument.substr(0, argument.find('='));
      return wrong_usage(
          name, fmt::format("{}: no such option{}", option, did_you_mean(option, option_names(command))));
    }
    if (is_program)
      return wrong_usage(name, fmt::format("{}: no such command{}", shown_argument(argument),
                                           did_you_mean(argument, command_names(cli_))));
    return wrong_usage(name, fmt::format("{}: not expected here", shown_argument(argument)));
  }

  /// Parses the arguments. Returns a text to print, or none if a command is to run.
  std::optional<Answer> parse(const std::vector<std::string>& arguments) {
    const auto command = [&]() -> const CLI::App& {
      const std::vector<CLI::App*> parsed = cli_.get_subcommands();
      return parsed.empty() ? cli_ : *parsed.front();
    };
    try {
      cli_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
      return Answer{help_text(cli_)};
    } catch (const CLI::CallForVersion& version) {
      return Answer{fmt::format("{}\n", version.what())};
    } catch (const CLI::ParseError& error) {
      return wrong_usage(&command() == &cli_ ? "" : command().get_name(), tidy(error));
    }
    if (const auto answer = find_unexpected(cli_)) return answer;
    if (&command() == &cli_) return Answer{help_text(cli_), exit_code_wrong_usage};
    return find_unexpected(command());
  }

  // --- Results

  static void gather_flags(Arguments& arguments) {
    for (const Given& flag : arguments.flags)
      if (!flag.text.empty()) arguments.given.push_back(flag);
  }

  /// Sets the values of the options on the command line. Returns a line for each value that is not valid.
  std::string set_given(const std::vector<Given>& given, std::string_view command) const {
    std::string problems;
    for (const Given& one : given)
      if (const ValueProblem problem = set_from_argument(*one.setting, one.text))
        problems += wrong_usage(command, fmt::format("{}: {}", option_name(*one.setting), *problem)).text;
    return problems;
  }

  Task finish_own(const Command& command, const Arguments& arguments) const {
    const std::string problems = set_given(arguments.given, command.name);
    if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
    return &command;
  }

  /// Returns the problem as a line that begins with the place where the setting was set last.
  std::string say_where(const SettingsProblem& problem, const ConfigRead& file) const {
    const Setting* setting = find_setting(serve_.table, problem.setting);
    const bool given = std::ranges::find(serve_.given, setting, &Given::setting) != serve_.given.end();
    const auto place = file.places.find(problem.setting);
    if (!given && place != file.places.end())
      return fmt::format("{}: {}: {}\n", place->second, problem.setting, problem.text);
    const std::string name = setting ? option_name(*setting) : std::string(problem.setting);
    return wrong_usage("serve", fmt::format("{}: {}", name, problem.text)).text;
  }

  /// Sets the settings: the command line overrides the file, which overrides the defaults.
  Task finish_serve() {
    ConfigRead file;
    if (serve_.config) file = read_config_file(*serve_.config, serve_.table);
    std::string problems;
    for (const std::string& problem : file.problems) problems += problem + '\n';
    problems += set_given(serve_.given, "serve");
    if (problems.empty())
      if (const auto problem = find_problem(serve_.game)) problems = say_where(*problem, file);
    if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
    if (serve_.print_config) return Answer{config_text(serve_.table, program_.name)};
    if (const auto problem = read_operator_token(serve_.game.settings))
      return Answer{say_where(*problem, file), exit_code_wrong_usage};
    for (const Given& given : serve_.given)
      file.places[std::string(given.setting->name)] = option_name(*given.setting);
    return Serve{shown_settings(serve_.table, serve_.defaults, file.places)};
  }

  Task finish_replay() const {
    const std::size_t wanted = replay_.diff ? 2 : 1;
    if (replay_.files.size() < wanted)
      return wrong_usage(
          "replay", replay_.diff ? "two records are needed: --diff A B" : "the name of a record is missing");
    if (replay_.files.size() > wanted)
      return wrong_usage("replay", fmt::format("{}: not expected here{}", replay_.files[wanted],
                                               replay_.diff ? "" : "; to compare two records, use --diff"));
    ReplayOptions options{.files = replay_.files, .diff = replay_.diff, .json = replay_.json};
    const Setting zones{"options", "zones", &options.zones, "", 1, 256};
    if (!replay_.zones.empty())
      if (const auto problem = set_from_argument(zones, replay_.zones))
        return wrong_usage("replay", "--zones: " + *problem);
    return options;
  }

  Task finish_store(const StoreArguments& arguments) const {
    const std::string_view command = name_of(arguments.action);
    const StoreWords& words = words_of(arguments.action);
    StoreTask task{.action = arguments.action, .json = arguments.json};
    if (!words.argument.empty() && arguments.names.empty())
      return wrong_usage(command, fmt::format("{} is missing", words.argument));
    if (arguments.names.size() > 1)
      return wrong_usage(command, fmt::format("{}: not expected here", shown_argument(arguments.names[1])));
    if (task.action == StoreAction::history) {
      auto subject = parse_subject(arguments.names[0]);
      if (!subject) return wrong_usage(command, subject.error());
      task.subject = *subject;
    } else if (!arguments.names.empty()) {
      task.file = arguments.names[0];
    }
    auto store = arguments.store ? parse_store_address(*arguments.store)
                                 : default_store(program_.name, arguments.config.value_or(""));
    if (!store) return wrong_usage(command, "--store: " + store.error());
    task.store = std::move(*store);
    if (const std::string problem = find_problem(task); !problem.empty())
      return wrong_usage(command, problem);
    return task;
  }

  Task finish_protocol() const {
    const std::vector<const wire::Format*>& formats = protocol_.formats;
    if (formats.size() > 1)
      return wrong_usage("protocol",
                         fmt::format("choose one of --{} and --{}", formats[0]->name, formats[1]->name));
    const wire::Format& format = formats.empty() ? wire::formats().front() : *formats.front();
    return Answer{format.generate(serve_.game.info().protocol)};
  }

  const ProgramInfo& program_;
  CLI::App cli_;
  ServeArguments serve_;
  std::deque<Arguments> own_;  // of each command of the program's own; they never move
  ReplayArguments replay_;
  std::array<StoreArguments, 4> stores_{{{.action = StoreAction::audit},
                                         {.action = StoreAction::history},
                                         {.action = StoreAction::backup},
                                         {.action = StoreAction::restore}}};
  ProtocolArguments protocol_;
};

}  // namespace

Task read_command_line(const ProgramInfo& program, Game& game, const std::vector<std::string>& arguments) {
  return Reader(program, game).read(arguments);
}

}  // namespace madang::server
