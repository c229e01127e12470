// The web pages that are compiled into the program. clients/web/build.mjs builds the pages, and
// clients/web/embed.mjs makes the table of them; src/CMakeLists.txt calls both. Constant data; any thread.
#pragma once

#include <span>
#include <string_view>

namespace madang::app {

struct Page {
  std::string_view path;  ///< "/player.js"
  std::string_view content_type;
  std::string_view etag;  ///< in quotes; changes with the bytes
  std::string_view bytes;
  std::string_view gzip;  ///< the bytes compressed; empty if the compressed bytes are not fewer
};

std::span<const Page> pages();

}  // namespace madang::app
