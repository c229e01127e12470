// Page: a file of a web page that is compiled into the program. The CMake function madang_pages makes a table
// of the files of a game's page (cmake/pages.cmake). Constant data; any thread.
#pragma once

#include <span>
#include <string_view>

namespace madang::server {

struct Page {
  std::string_view path;  ///< "/player.js"
  std::string_view content_type;
  std::string_view etag;  ///< in quotes; changes with the bytes
  std::string_view bytes;
  std::string_view gzip;  ///< the bytes compressed; empty if the compressed bytes are not fewer
};

/// The files of the operator's page. None, if the server was built without pages (MADANG_PAGES=OFF).
std::span<const Page> operator_pages();

}  // namespace madang::server
