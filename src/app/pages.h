// The pages that are compiled into the program: what clients/web builds (its build.mjs, through
// src/CMakeLists.txt). The table is made by clients/web/embed.mjs.
#pragma once

#include <span>
#include <string_view>

namespace madang::app {

struct Page {
  std::string_view path;  ///< "/player.js"
  std::string_view content_type;
  std::string_view etag;  ///< with its quotes; another whenever the bytes are others
  std::string_view bytes;
  std::string_view gzip;  ///< the same, compressed; empty where that gains nothing
};

std::span<const Page> pages();

}  // namespace madang::app
