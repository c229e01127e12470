#include "app/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <string_view>

#include "app/client_settings.h"
#include "app/closest_name.h"
#include "app/settings_toml.h"
#include "wire/protocol.h"

namespace madang::app {

namespace {

constexpr int exit_code_wrong_usage = 2;
constexpr std::size_t help_column = 34;

/// An option that was given, and the text behind it.
struct Given {
  const Setting* setting;
  std::string text;
};

/// What a command is told. The rows of the table point into it, so it stays where it is.
template <class Options>
struct Arguments {
  Arguments() = default;
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  Options options;
  const std::vector<Setting> table = table_of(options);
  std::vector<Given> given;
};

struct ServeArguments : Arguments<ServeSettings> {
  std::optional<std::string> config;
  bool print_config = false;
};

struct ProtocolArguments {
  bool markdown = false;
  bool typescript = false;
  bool wireshark = false;
};

// --- What can be said ---

std::string heading_of(const Setting& setting) {
  std::string heading(setting.section);
  heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
  return heading;
}

std::string help_of(const Setting& setting) {
  const auto* text = std::get_if<std::string*>(&setting.value);
  if (text && (*text)->empty()) return std::string(setting.help);
  if (text) return fmt::format("{} (default {})", setting.help, **text);
  return fmt::format("{} ({}; default {})", setting.help, range_text(setting), value_text(setting));
}

std::string placeholder_of(const Setting& setting) {
  if (is_number(setting)) return "N";
  return std::holds_alternative<MapSize*>(setting.value) ? "WIDTHxHEIGHT" : "TEXT";
}

/// An option for each row of the table; `given` gathers those that are used.
void add_options(CLI::App& command, const std::vector<Setting>& table, std::vector<Given>& given) {
  for (const Setting& setting : table) {
    const auto gather = [&setting, &given](const std::string& text) { given.push_back({&setting, text}); };
    command.add_option_function<std::string>(option_name(setting), gather, help_of(setting))
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
                  "  madang serve --listen 0.0.0.0:7777 --workers 4    for other machines too\n"
                  "  madang serve --print-config > madang.toml         every setting, to be edited\n"
                  "  madang serve --config madang.toml --tick-rate 30  the command line wins over the file");
  command.add_option("--config", serve.config, "Take settings from this TOML file")->type_name("FILE");
  command.add_flag("--print-config", serve.print_config, "Print the settings in force as TOML, and end");
  add_options(command, serve.table, serve.given);
}

void add_bots(CLI::App& program, Arguments<BotsOptions>& bots) {
  CLI::App& command =
      add_command(program, "bots", "Send a crowd of players to a server, and measure",
                  "Examples:\n"
                  "  madang bots --players 1000 --for 20         walk and talk for 20 s, then report\n"
                  "  madang bots --players 1000 --for 20 --json  the last line is one JSON object\n"
                  "  madang bots --players 10000 --until-delay 100\n"
                  "                                              how many can play before it takes 100 ms");
  command.add_flag("--json", bots.options.json, "End with one JSON object on a line");
  add_options(command, bots.table, bots.given);
}

void add_play(CLI::App& program, Arguments<PlayOptions>& play) {
  CLI::App& command = add_command(program, "play", "Walk about on a server, in this terminal",
                                  "Examples:\n"
                                  "  madang play\n"
                                  "  madang play --connect example.org:7777 --name 마당 --looks queen");
  add_options(command, play.table, play.given);
}

void add_protocol(CLI::App& program, ProtocolArguments& protocol) {
  CLI::App& command = add_command(
      program, "protocol", "Print what travels between clients and the server",
      "Examples:\n"
      "  madang protocol                                  a page to read\n"
      "  madang protocol --typescript > protocol.ts       for a client of your own\n"
      "  madang protocol --wireshark > madang.lua         then: wireshark -X lua_script:madang.lua");
  CLI::Option* markdown =
      command.add_flag("--markdown", protocol.markdown, "As a page of Markdown (the default)");
  CLI::Option* typescript = command.add_flag("--typescript", protocol.typescript, "As a TypeScript module");
  CLI::Option* wireshark =
      command.add_flag("--wireshark", protocol.wireshark, "As a dissector for Wireshark");
  markdown->excludes(typescript, wireshark);
  typescript->excludes(wireshark);
}

void describe_program(CLI::App& program) {
  program.description("Madang, an MMOG server engine on completion ports.");
  program.footer(
      "Examples:\n"
      "  madang serve --demo-bots 200         a board on 127.0.0.1:7777 with pieces that walk about\n"
      "  madang play                          walk about among them, from another terminal\n"
      "  madang bots --players 1000 --for 20  a crowd that measures\n"
      "  madang serve --help                  all that can be set");
  program.set_version_flag("--version", "madang " MADANG_VERSION, "Print the version, and end");
  program.set_help_flag("-h,--help", "Print this help, and end");
  program.get_formatter()->column_width(help_column);
  program.get_formatter()->label("SUBCOMMAND", "COMMAND");
  // An option given twice has the value that was given last, so that a script's may be overruled.
  program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  program.allow_windows_style_options(false);
  program.allow_extras();  // so that the words about what is not expected are our own
}

// --- What is wrong with it ---

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

/// About the first argument that `command` can make nothing of.
std::optional<Answer> find_unexpected(const CLI::App& command, bool is_program) {
  const std::vector<std::string> unexpected = command.remaining();
  if (unexpected.empty()) return std::nullopt;
  const std::string& argument = unexpected.front();
  const std::string name = is_program ? "" : command.get_name();
  if (argument.starts_with('-')) {
    const std::string option = argument.substr(0, argument.find('='));
    return wrong_usage(
        name, fmt::format("{}: no such option{}", option, did_you_mean(option, option_names(command))));
  }
  if (is_program)
    return wrong_usage(
        name, fmt::format("{}: no such command{}", argument, did_you_mean(argument, command_names(command))));
  return wrong_usage(name, fmt::format("{}: not expected here", argument));
}

/// The library's words about a wrong command line, in one line of ours.
std::string tidy(const CLI::ParseError& error) {
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return fmt::format("{}: a value is missing", text.substr(0, text.find(':')));
  return text.substr(0, text.find('\n'));
}

/// Of the command that was named, or of the program.
std::string help_text(const CLI::App& program) {
  std::string text = program.help();
  // The library puts two empty lines between some paragraphs, and none behind the first line.
  for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
  text.insert(text.find('\n'), "\n");
  return text;
}

/// Parses; an answer when there is nothing to run.
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

// --- What follows from it ---

/// Sets what was given; a line for each that is wrong.
std::string set_given(const std::vector<Given>& given, std::string_view command) {
  std::string problems;
  for (const Given& one : given)
    if (const ValueProblem problem = set_from_argument(*one.setting, one.text))
      problems += wrong_usage(command, fmt::format("{}: {}", option_name(*one.setting), *problem)).text;
  return problems;
}

template <class Options>
Command finish(const Arguments<Options>& arguments, std::string_view command) {
  const std::string problems = set_given(arguments.given, command);
  if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
  return arguments.options;
}

/// Says it of the place where the setting was last set.
std::string say_where(const SettingsProblem& problem, const ServeArguments& serve, const ConfigRead& file) {
  const Setting* setting = find_setting(serve.table, problem.setting);
  const bool given = std::ranges::find(serve.given, setting, &Given::setting) != serve.given.end();
  const auto place = file.places.find(problem.setting);
  if (!given && place != file.places.end())
    return fmt::format("{}: {}: {}\n", place->second, problem.setting, problem.text);
  const std::string name = setting ? option_name(*setting) : std::string(problem.setting);
  return wrong_usage("serve", fmt::format("{}: {}", name, problem.text)).text;
}

/// The command line wins over the file, the file over the defaults.
Command finish_serve(ServeArguments& serve) {
  ConfigRead file;
  if (serve.config) file = read_config_file(*serve.config, serve.table);
  std::string problems;
  for (const std::string& problem : file.problems) problems += problem + '\n';
  problems += set_given(serve.given, "serve");
  if (problems.empty())
    if (const auto problem = find_problem(serve.options)) problems = say_where(*problem, serve, file);
  if (!problems.empty()) return Answer{problems, exit_code_wrong_usage};
  if (serve.print_config) return Answer{config_text(serve.table)};
  if (const auto problem = read_operator_token(serve.options))
    return Answer{say_where(*problem, serve, file), exit_code_wrong_usage};
  serve.options.places = std::move(file.places);
  for (const Given& given : serve.given)
    serve.options.places[std::string(given.setting->name)] = option_name(*given.setting);
  return serve.options;
}

Answer finish_protocol(const ProtocolArguments& protocol) {
  if (protocol.typescript) return {wire::protocol_typescript()};
  if (protocol.wireshark) return {wire::protocol_wireshark()};
  return {wire::protocol_markdown()};
}

}  // namespace

Command read_command_line(const std::vector<std::string>& arguments) {
  CLI::App program("", "madang");
  ServeArguments serve;
  Arguments<BotsOptions> bots;
  Arguments<PlayOptions> play;
  ProtocolArguments protocol;
  describe_program(program);
  add_serve(program, serve);
  add_bots(program, bots);
  add_play(program, play);
  add_protocol(program, protocol);
  if (const auto answer = parse(program, arguments)) return *answer;
  if (program.got_subcommand("bots")) return finish(bots, "bots");
  if (program.got_subcommand("play")) return finish(play, "play");
  if (program.got_subcommand("protocol")) return finish_protocol(protocol);
  return finish_serve(serve);
}

}  // namespace madang::app
