// madang: the program. Reads the command line, and does what it says.
#include <cstdio>

#include "app/bots_command.h"
#include "app/command_line.h"
#include "app/console.h"
#include "app/play_command.h"
#include "app/serve.h"

namespace madang::app {

namespace {

int run(const Answer& answer) {
  std::FILE* stream = answer.exit_code == 0 ? stdout : stderr;
  std::fwrite(answer.text.data(), 1, answer.text.size(), stream);
  return answer.exit_code;
}
int run(const ServeSettings& settings) { return run_serve(settings); }
int run(const BotsOptions& options) { return run_bots(options); }
int run(const PlayOptions& options) { return run_play(options); }

}  // namespace

}  // namespace madang::app

int main(int argc, char** argv) {
  const madang::app::Console console;
  const madang::app::Command command = madang::app::read_command_line(console.arguments(argc, argv));
  return std::visit([](const auto& what) { return madang::app::run(what); }, command);
}
