// Prints the dictionary of the packet fuzzer.
#include "board/board_config.h"
#include "madang/wire/protocol.h"

int main(int argc, char** argv) {
  return madang::wire::protocol_main(madang::board::game_info().protocol, argc, argv);
}
