// Program: the whole program of a game's server, with its command line.
//
//   int main(int argc, char** argv) {
//     return server::Program<Arena>({.name = "arena", .about = "Fighters shoot in rooms."}).run(argc, argv);
//   }
//
// It has the commands `serve` (with all settings as options, a TOML file, and --print-config), `replay`,
// `protocol`, those of a store (`audit`, `history`, `backup`, `restore`), and those that the game adds.
// `serve` runs the workers, the runners, the pages for players and for the operator, and /metrics, until
// Ctrl-C. Main thread.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "madang/server/game.h"
#include "madang/server/setting.h"

namespace madang::server {

/// A command of the program's own, such as `arena bots`.
struct Command {
  std::string name;                ///< what a user types; unlike those of other commands (CHECK)
  std::string about;               ///< one phrase: "Connect bots to a server"
  std::string examples{};          ///< lines for the end of its help text, or empty
  std::vector<Setting> options{};  ///< what they point to outlives the program
  std::function<int()> run;        ///< returns the exit code; called when all options are set
};

struct ProgramInfo {
  std::string name;                 ///< what a user types
  std::string about;                ///< one sentence
  std::string version = "0.1";      ///< of the program
  std::string examples{};           ///< lines for the end of the help text; empty: the engine's own
  std::string serve_examples{};     ///< likewise, of the help text of `serve`
  std::vector<Command> commands{};  ///< in the order of the help text
};

using MakeGame = std::function<std::unique_ptr<Game>()>;

/// Runs the program. Returns its exit code: 0; 1 after an error; 2 after wrong usage; a command may have
/// others.
int run_program(const ProgramInfo& program, const MakeGame& make_game, int argc, char** argv);

template <std::derived_from<Game> OwnGame>
class Program {
 public:
  explicit Program(ProgramInfo info) : info_(std::move(info)) {}

  int run(int argc, char** argv) {
    return run_program(info_, [] { return std::make_unique<OwnGame>(); }, argc, argv);
  }

 private:
  ProgramInfo info_;
};

}  // namespace madang::server
