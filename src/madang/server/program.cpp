#include "madang/server/program.h"

#include <fmt/core.h>

#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/server/command_line.h"
#include "madang/server/console.h"
#include "madang/server/game_server.h"
#include "madang/server/last_words.h"

namespace madang::server {

namespace {

int print(const std::string& program, const Answer& answer) {
  const bool is_good = answer.exit_code == 0;
  const auto written = write_to(is_good ? StandardStream::output : StandardStream::error, answer.text);
  if (written || !is_good) return answer.exit_code;
  // A reader that has ended, as `head` does, has all that it needs. So there is no line about it.
  if (written.error().code != ErrorCode::not_connected)
    log_last_words(fmt::format("{}: standard output: {}\n", program, describe(written.error())));
  return 1;
}

}  // namespace

int run_program(const ProgramInfo& program, const MakeGame& make_game, int argc, char** argv) {
  const Console console;
  return run_to_the_last_word([&] {
    const std::unique_ptr<Game> game = make_game();
    Task task = read_command_line(program, *game, console.arguments(argc, argv));
    if (const auto* answer = std::get_if<Answer>(&task)) return print(program.name, *answer);
    if (const auto* replay = std::get_if<ReplayOptions>(&task))
      return run_replay(*replay, program, make_game);
    if (const auto* store = std::get_if<StoreTask>(&task)) return run_store_command(*store, program.name);
    if (auto* serve = std::get_if<Serve>(&task)) return run_game(program, *game, std::move(serve->settings));
    return std::get<const Command*>(task)->run();
  });
}

}  // namespace madang::server
