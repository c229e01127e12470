// Text from strangers: what may be shown to others.
#pragma once

#include <cstddef>
#include <string_view>

namespace madang {

/// 1 to `bytes_max` bytes of valid UTF-8 without control characters, and not of spaces alone.
bool is_presentable(std::string_view text, std::size_t bytes_max);

}  // namespace madang
