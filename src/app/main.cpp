// The program `madang`.
#include "app/board_game.h"
#include "app/program.h"

int main(int argc, char** argv) {
  madang::app::ClientOptions options;
  return madang::server::Program<madang::app::BoardGame>(madang::app::program_info(options)).run(argc, argv);
}
