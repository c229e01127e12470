#include "app/program.h"

#include <cstdint>
#include <utility>

#include "app/client_settings.h"

namespace madang::app {

namespace {

server::BotsProgram bots_program(board::SwarmSettings& own_settings) {
  constexpr std::uint64_t roam_max = 16'384;  // tiles: the longest side of a map
  return {.program = "madang",
          .info = client::bots_info<board::BoardBot>(),
          .make_bots =
              [&own_settings](std::unique_ptr<io::Port> port, const io::Address& server,
                              const client::BotsSettings& settings) {
                return std::make_unique<board::Swarm>(std::move(port), server, settings, own_settings);
              },
          .own_options = {{"options", "roam", &own_settings.roam,
                           "Maximum distance of a bot from where it arrived; 0: no maximum", 0, roam_max,
                           "tiles"}}};
}

}  // namespace

server::ProgramInfo program_info(ClientOptions& options) {
  return {
      .name = "madang",
      .about = "Madang, an MMOG server engine on completion ports.",
      .version = MADANG_VERSION,
      .examples =
          "Examples:\n"
          "  madang serve --demo-bots 200         run a server on 127.0.0.1:7777 with 200 bots\n"
          "  madang play                          play on that server, in another terminal\n"
          "  madang bots --players 1000 --for 20  connect 1,000 bots for 20 s, and measure the server\n"
          "  madang replay FILE                   play again what `madang serve --record FILE` has recorded\n"
          "  madang serve --help                  show all settings of the server",
      .serve_examples =
          "Examples:\n"
          "  madang serve --demo-bots 200\n"
          "  madang serve --record today.record                for `madang replay`, see its help\n"
          "  madang serve --listen 0.0.0.0:7777 --workers 4    also for players on other machines\n"
          "  madang serve --print-config > madang.toml         write all settings into a file\n"
          "  madang serve --config madang.toml --tick-rate 30  the command line overrides the file",
      .commands = {server::bots_command(bots_program(options.swarm), options.bots),
                   {.name = "play",
                    .about = "Play on a server, in this terminal",
                    .examples = "Examples:\n"
                                "  madang play\n"
                                "  madang play --connect example.org:7777 --name 마당 --looks queen",
                    .options = table_of(options.play),
                    .run = [&options] { return run_play(options.play); }}},
  };
}

}  // namespace madang::app
