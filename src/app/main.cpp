// The program `madang`: reads the command line, and runs the command.
#include "app/bots_command.h"
#include "app/command_line.h"
#include "app/play_command.h"
#include "app/replay_command.h"
#include "app/serve.h"
#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/server/console.h"
#include "madang/server/last_words.h"

namespace madang::app {

namespace {

int run(const Answer& answer) {
  const bool is_good = answer.exit_code == 0;
  const auto written = write_to(is_good ? StandardStream::output : StandardStream::error, answer.text);
  if (written || !is_good) return answer.exit_code;
  // A reader that has ended, as `head` does, has all that it needs. So there is no line about it.
  if (written.error().code != ErrorCode::not_connected)
    log_last_words(fmt::format("madang: standard output: {}\n", describe(written.error())));
  return 1;
}
int run(const ServeSettings& settings) { return run_serve(settings); }
int run(const BotsOptions& options) { return run_bots(options); }
int run(const PlayOptions& options) { return run_play(options); }
int run(const ReplayOptions& options) { return run_replay(options); }

}  // namespace

}  // namespace madang::app

int main(int argc, char** argv) {
  const madang::server::Console console;
  return madang::server::run_to_the_last_word([&] {
    const madang::app::Command command = madang::app::read_command_line(console.arguments(argc, argv));
    return std::visit([](const auto& what) { return madang::app::run(what); }, command);
  });
}
