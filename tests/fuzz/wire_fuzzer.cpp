// The libFuzzer target over all of the wire: build with the preset `fuzz`, then
//   build/fuzz/tests/fuzz/madang_wire_fuzzer -dict=build/fuzz/tests/fuzz/wire.dict -max_total_time=30
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/wire_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  madang::wire::check_wire_input(std::as_bytes(std::span(data, size)));
  return 0;
}
