#include "app/program.h"

#include "app/client_settings.h"

namespace madang::app {

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
      .commands =
          {{.name = "bots",
            .about = "Connect bots to a server, and measure the server",
            .examples =
                "Examples:\n"
                "  madang bots --players 1000 --for 20         measure for 20 s, and print a summary\n"
                "  madang bots --players 1000 --for 20 --json  print the result as a JSON object\n"
                "  madang bots --players 10000 --until-delay 100\n"
                "                                              find how many players the server can hold\n"
                "                                              with a p99 delay of at most 100 ms",
            .options = table_of(options.bots),
            .run = [&options] { return run_bots(options.bots); }},
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
