#include "app/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <string_view>

#include "app/client_settings.h"
#include "board/board_config.h"
#include "madang/server/closest_name.h"
#include "madang/server/settings_toml.h"
#include "madang/wire/protocol.h"

namespace madang::app {

namespace {

constexpr int exit_code_wrong_usage = 2;
constexpr std::size_t help_column = 34;

/// An option on the command line, and its value as a text.
struct Given {
  const server::Setting* setting;
  std::string text;
};

/// The arguments of a command. The rows of the table point into this object, so it cannot be copied.
template <class Options>
struct Arguments {
  Arguments() = default;
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  Options options;
  const std::vector<server::Setting> table = table_of(options);
  std::vector<Given> given;
};

struct ServeArguments : Arguments<ServeSettings> {
  std::optional<std::string> config;
  bool print_config = false;
};

struct ReplayArguments {
  std::vector<std::string> files;
  bool diff = false;
  bool json = false;
};

struct ProtocolArguments {
  std::vector<const wire::Format*> formats;
};

// --- The commands and their options ---

std::string heading_of(const server::Setting& setting) {
  std::string heading(setting.section);
  heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
  return heading;
}

std::string help_of(const server::Setting& setting) {
  const auto* text = std::get_if<std::string*>(&setting.value);
  if (text && (*text)->empty()) return std::string(setting.help);
  if (text) return fmt::format("{} (default {})", setting.help, **text);
  return fmt::format("{} ({}; default {})", setting.help, server::range_text(setting),
                     server::value_text(setting));
}

std::string placeholder_of(const server::Setting& setting) {
  if (server::is_number(setting)) return "N";
  return std::holds_alternative<server::MapSize*>(setting.value) ? "WIDTHxHEIGHT" : "TEXT";
}

/// Adds an option for each row of the table. Options on the command line are appended to `given`.
void add_options(CLI::App& command, const std::vector<server::Setting>& table, std::vector<Given>& given) {
  for (const server::Setting& setting : table) {
    const auto gather = [&setting, &given](const std::string& text) { given.push_back({&setting, text}); };
    command.add_option_function<std::string>(server::option_name(setting), gather, help_of(setting))
        ->type_name(placeholder_of(setting))
        ->group(heading_of(setting));
  }
}

CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App& command = *program.add_subcommand(name, description);
  command.group("Commands");
  command.footer(examples);
  return command;
}

void add_serve(CLI::App& program, ServeArguments& serve) {
  CLI::App& command =
      add_command(program, "serve", "Run a server",
                  "Examples:\n"
                  "  madang serve --demo-bots 200\n"
                  "  madang serve --record today.record                for `madang replay`, see its help\n"
                  "  madang serve --listen 0.0.0.0:7777 --workers 4    also for players on other machines\n"
                  "  madang serve --print-config > madang.toml         write all settings into a file\n"
                  "  madang serve --config madang.toml --tick-rate 30  the command line overrides the file");
  command.add_option("--config", serve.config, "TOML file with settings")->type_name("FILE");
  command.add_flag("--print-config", serve.print_config,
                   "Print all settings with their current values as TOML, and exit");
  add_options(command, serve.table, serve.given);
}

void add_bots(CLI::App& program, Arguments<BotsOptions>& bots) {
  CLI::App& command =
      add_command(program, "bots", "Connect bots to a server, and measure the server",
                  "Examples:\n"
                  "  madang bots --players 1000 --for 20         measure for 20 s, and print a summary\n"
                  "  madang bots --players 1000 --for 20 --json  print the result as a JSON object\n"
                  "  madang bots --players 10000 --until-delay 100\n"
                  "                                              find how many players the server can hold\n"
                  "                                              with a p99 delay of at most 100 ms");
  command.add_flag("--json", bots.options.json, "Print the result as one line with a JSON object");
  add_options(command, bots.table, bots.given);
}

void add_play(CLI::App& program, Arguments<PlayOptions>& play) {
  CLI::App& command = add_command(program, "play", "Play on a server, in this terminal",
                                  "Examples:\n"
                                  "  madang play\n"
                                  "  madang play --connect example.org:7777 --name 마당 --looks queen");
  add_options(command, play.table, play.given);
}

void add_replay(CLI::App& program, ReplayArguments& replay) {
  CLI::App& command =
      add_command(program, "replay", "Play a record of a server again, and compare the states",
                  "A server records with `madang serve --record FILE`: its settings of the world, all inputs "
                  "of each tick,\n"
                  "and now and then a hash of the state. A replay gives the same inputs to a new world. Then "
                  "all states are\n"
                  "the same, also on another system, and long before as much time has passed. If a hash "
                  "differs, the program\n"
                  "is another one, or it has a fault.\n"
                  "\n"
                  "With --diff, two records are played in step. The first tick with other inputs is named, "
                  "and the first\n"
                  "state that differs: as tick, entity, column, and both values.\n"
                  "\n"
                  "Exit codes: 0 all is equal; 1 something differs; 2 wrong usage; 3 a record cannot be "
                  "read, is damaged, or\n"
                  "is of another version of the game. A record without an end (the server was killed) is "
                  "played to its last\n"
                  "whole tick.\n"
                  "\n"
                  "Examples:\n"
                  "  madang serve --record today.record --demo-bots 200   record until Ctrl-C\n"
                  "  madang replay today.record                           play it again\n"
                  "  madang replay --diff today.record yesterday.record   find the first difference");
  command.add_option("FILE", replay.files, "The record; with --diff, two records")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
  command.add_flag("--diff", replay.diff, "Play two records in step, and name the first difference");
  command.add_flag("--json", replay.json, "Print the result as one line with a JSON object");
}

void add_protocol(CLI::App& program, ProtocolArguments& protocol) {
  CLI::App& command = add_command(
      program, "protocol", "Print the protocol between clients and the server",
      "Examples:\n"
      "  madang protocol                                  print the documentation of the protocol\n"
      "  madang protocol --typescript > protocol.ts       make a module for your own client\n"
      "  madang protocol --wireshark > madang.lua         then run: wireshark -X lua_script:madang.lua");
  const wire::Format* first = &wire::formats().front();
  for (const wire::Format& format : wire::formats())
    command.add_flag_callback(
        fmt::format("--{}", format.name), [&] { protocol.formats.push_back(&format); },
        fmt::format("Print {}{}", format.doc, &format == first ? " (the default)" : ""));
}

void describe_program(CLI::App& program) {
  program.description("Madang, an MMOG server engine on completion ports.");
  program.footer(
      "Examples:\n"
      "  madang serve --demo-bots 200         run a server on 127.0.0.1:7777 with 200 bots\n"
      "  madang play                          play on that server, in another terminal\n"
      "  madang bots --players 1000 --for 20  connect 1,000 bots for 20 s, and measure the server\n"
      "  madang replay FILE                   play again what `madang serve --record FILE` has recorded\n"
      "  madang serve --help                  show all settings of the server");
  program.set_version_flag("--version", "madang " MADANG_VERSION, "Print the version, and exit");
  program.set_help_flag("-h,--help", "Print this help, and exit");
  program.get_formatter()->column_width(help_column);
  program.get_formatter()->label("SUBCOMMAND", "COMMAND");
  // The last value of an option counts, so that a user can override the options of a script.
  program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  program.allow_windows_style_options(false);
  program.allow_extras();  // find_unexpected() reports unexpected arguments
}

// --- Errors ---

Answer wrong_usage(std::string_view command, std::string_view problem) {
  const std::string_view joint = problem.ends_with('?') ? "" : ";";
  const std::string_view space = command.empty() ? "" : " ";
  return {fmt::format("madang: {}{} see madang{}{} --help\n", problem, joint, space, command),
          exit_code_wrong_usage};
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) names.push_back(option->get_name());
  return names;
}

std::vector<std::string> command_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

/// Returns the error about the first argument that `command` does not know, or none.
std::optional<Answer> find_unexpected(const CLI::App& command, bool is_program) {
  const std::vector<std::string> unexpected = command.remaining();
  if (unexpected.empty()) return std::nullopt;
  const std::string& argument = unexpected.front();
  const std::string name = is_program ? "" : command.get_name();
  if (argument.starts_with('-')) {
    const std::string option = argument.substr(0, argument.find('='));
    return wrong_usage(name, fmt::format("{}: no such option{}", option,
                                         server::did_you_mean(option, option_names(command))));
  }
  if (is_program)
    return wrong_usage(name, fmt::format("{}: no such command{}", argument,
                                         server::did_you_mean(argument, command_names(command))));
  return wrong_usage(name, fmt::format("{}: not expected here", argument));
}

/// Returns the CLI library's error as one line.
std::string tidy(const CLI::ParseError& error) {
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return fmt::format("{}: a value is missing", text.substr(0, text.find(':')));
  return text.substr(0, text.find('\n'));
}

/// Returns the help text of the command on the command line, or of the program.
std::string help_text(const CLI::App& program) {
  std::string text = program.help();
  // The CLI library writes two empty lines between some paragraphs, and no empty line after the first line.
  for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
  text.insert(text.find('\n'), "\n");
  return text;
}

/// Parses the arguments. Returns a text to print, or none if a command is to run.
std::optional<Answer> parse(CLI::App& program, const std::vector<std::string>& arguments) {
  const auto command = [&] {
    const std::vector<CLI::App*> parsed = program.get_subcommands();
    return parsed.empty() ? &program : parsed.front();
  };
  try {
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return Answer{help_text(program)};
  } catch (const CLI::CallForVersion& version) {
    return Answer{fmt::format("{}\n", version.what())};
  } catch (const CLI::ParseError& error) {
    return wrong_usage(command() == &program ? "" : command()->get_name(), tidy(error));
  }
  if (const auto answer = find_unexpected(program, true)) return answer;
  if (command() == &program) return Answer{help_text(program), exit_code_wrong_usage};
  return find_unexpected(*command(), false);
}

// --- Results ---

/// Sets the values of the options on the command line. Returns a line for each value that is not valid.
std::string set_given(const std::vector<Given>& given, std::string_view command) {
  std::string problems;
  for (const Given& one : given)
    if (const server::ValueProblem problem = server::set_from_argument(*one.setting, one.text))
      problems +=
          wrong_usage(command, fmt::format("{}: {}", server::option_name(*one.setting), *problem)).text;
  return problems;
}

template <class Options>
Command finish(const Arguments<Options>& arguments, std::string_view command) {
  const std::string problems = set_given(arguments.given, command);
  if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
  return arguments.options;
}

/// Returns the problem as a line that begins with the place where the setting was set last.
std::string say_where(const server::SettingsProblem& problem, const ServeArguments& serve,
                      const server::ConfigRead& file) {
  const server::Setting* setting = server::find_setting(serve.table, problem.setting);
  if (!setting) return wrong_usage("serve", fmt::format("{}: {}", problem.setting, problem.text)).text;
  const bool given = std::ranges::find(serve.given, setting, &Given::setting) != serve.given.end();
  const auto place = file.places.find(problem.setting);
  if (!given && place != file.places.end())
    return fmt::format("{}: {}: {}\n", place->second, problem.setting, problem.text);
  const std::string name = setting ? server::option_name(*setting) : std::string(problem.setting);
  return wrong_usage("serve", fmt::format("{}: {}", name, problem.text)).text;
}

/// Returns the settings, or what to print. The command line overrides the file, which overrides the defaults.
Command finish_serve(ServeArguments& serve) {
  server::ConfigRead file;
  if (serve.config) file = server::read_config_file(*serve.config, serve.table);
  std::string problems;
  for (const std::string& problem : file.problems) problems += problem + '\n';
  problems += set_given(serve.given, "serve");
  if (problems.empty())
    if (const auto problem = find_problem(serve.options)) problems = say_where(*problem, serve, file);
  if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
  if (serve.print_config) return Answer{server::config_text(serve.table)};
  if (const auto problem = server::read_operator_token(serve.options))
    return Answer{say_where(*problem, serve, file), exit_code_wrong_usage};
  serve.options.places = std::move(file.places);
  for (const Given& given : serve.given)
    serve.options.places[std::string(given.setting->name)] = server::option_name(*given.setting);
  return serve.options;
}

Command finish_replay(const ReplayArguments& replay) {
  const std::size_t wanted = replay.diff ? 2 : 1;
  if (replay.files.size() < wanted)
    return wrong_usage(
        "replay", replay.diff ? "two records are needed: --diff A B" : "the name of a record is missing");
  if (replay.files.size() > wanted)
    return wrong_usage("replay", fmt::format("{}: not expected here{}", replay.files[wanted],
                                             replay.diff ? "" : "; to compare two records, use --diff"));
  return ReplayOptions{.files = replay.files, .diff = replay.diff, .json = replay.json};
}

Answer finish_protocol(const ProtocolArguments& protocol) {
  if (protocol.formats.size() > 1)
    return wrong_usage("protocol", fmt::format("choose one of --{} and --{}", protocol.formats[0]->name,
                                               protocol.formats[1]->name));
  const wire::Format& format = protocol.formats.empty() ? wire::formats().front() : *protocol.formats.front();
  return {format.generate(board::game_info().protocol)};
}

}  // namespace

Command read_command_line(const std::vector<std::string>& arguments) {
  CLI::App program("", "madang");
  ServeArguments serve;
  Arguments<BotsOptions> bots;
  Arguments<PlayOptions> play;
  ReplayArguments replay;
  ProtocolArguments protocol;
  describe_program(program);
  add_serve(program, serve);
  add_bots(program, bots);
  add_play(program, play);
  add_replay(program, replay);
  add_protocol(program, protocol);
  if (const auto answer = parse(program, arguments)) return *answer;
  if (program.got_subcommand("bots")) return finish(bots, "bots");
  if (program.got_subcommand("play")) return finish(play, "play");
  if (program.got_subcommand("replay")) return finish_replay(replay);
  if (program.got_subcommand("protocol")) return finish_protocol(protocol);
  return finish_serve(serve);
}

}  // namespace madang::app
