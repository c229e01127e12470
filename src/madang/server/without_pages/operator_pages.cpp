#include "madang/server/page.h"

namespace madang::server {

std::span<const Page> operator_pages() { return {}; }

}  // namespace madang::server
