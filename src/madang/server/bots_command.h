// The command `bots` of a program: connects many bots of the game to a server. The bots play, measure, and
// check all packets from the server (madang/client/bot.h).
//
//   int main(int argc, char** argv) {
//     return server::Program<Arena>({.name = "arena",
//                                    .about = "Fighters shoot in rooms.",
//                                    .commands = {server::bots_command<ArenaBot>("arena")}})
//         .run(argc, argv);
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "madang/client/any_bots.h"
#include "madang/io/port.h"
#include "madang/server/program.h"
#include "madang/server/setting.h"

namespace madang::server {

struct BotsOptions {
  std::string connect;        ///< HOST:PORT of the server
  client::BotsSettings bots;  ///< with until_delay_ms, `players` is the maximum number
  std::uint32_t room_stay_s = 0;
  std::uint32_t seconds = 0;  ///< duration after all bots have logged in; 0: until Ctrl-C
  io::Backend io = io::Backend::automatic;
  /// The last line of standard output is one JSON object about the time after all bots have logged in.
  bool json = false;
  std::uint32_t until_delay_ms = 0;  ///< bots are added until the p99 delay is longer; 0: none added
};

/// Returns the options at the start, for bots of this game.
BotsOptions default_options(const client::BotsInfo& info);
/// Returns the table of the options. The rows point into `options`.
std::vector<Setting> table_of(BotsOptions& options, const client::BotsInfo& info);

using MakeBots = std::function<std::unique_ptr<client::AnyBots>(
    std::unique_ptr<io::Port> port, const io::Address& server, const client::BotsSettings& settings)>;

/// What `bots` needs to know of the program and its game.
struct BotsProgram {
  std::string program;                 ///< name of the program, as a user types it
  client::BotsInfo info;               ///< client::bots_info<OwnBot>()
  MakeBots make_bots;                  ///< makes the bots when all options are set
  std::vector<Setting> own_options{};  ///< of the game; what they point to outlives the program
};

/// Returns the command. Its exit code is 1 after a violation or an error; the reason is one line on standard
/// error. A user of the program sets `options`; null: the command has its own.
Command bots_command(const BotsProgram& program, std::shared_ptr<BotsOptions> options = nullptr);

/// Returns the command of a program whose bots are of this class.
template <class OwnBot>
Command bots_command(std::string program) {
  return bots_command({.program = std::move(program),
                       .info = client::bots_info<OwnBot>(),
                       .make_bots = [](std::unique_ptr<io::Port> port, const io::Address& server,
                                       const client::BotsSettings& settings) {
                         return std::make_unique<client::Bots<OwnBot>>(std::move(port), server, settings);
                       }});
}

/// Runs the bots until their time is over or until Ctrl-C, and then logs them out. Returns the exit code of
/// the program. Main thread.
int run_bots(const BotsProgram& program, const BotsOptions& wanted);

}  // namespace madang::server
