// The libFuzzer target over PROXY headers: build with the preset `fuzz`, then
//   build/fuzz/tests/fuzz/madang_proxy_fuzzer -max_total_time=30
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/proxy_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  madang::wire::check_proxy_input(std::as_bytes(std::span(data, size)));
  return 0;
}
