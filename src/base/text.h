// Text from strangers: what may be shown to others.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace madang {

/// 1 to `bytes_max` bytes of valid UTF-8 without control characters, and not of spaces alone.
bool is_presentable(std::string_view text, std::size_t bytes_max);

/// Any bytes, fit for a screen: a U+FFFD for what is not UTF-8, a space for a tab, a dot for every other
/// control character. A client that keeps or prints a server's text does it in this form.
std::string shown(std::string_view text);

}  // namespace madang
