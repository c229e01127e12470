#include "madang/wire/websocket_accept.h"

#include <array>
#include <bit>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/uuid/detail/sha1.hpp>
#include <cstddef>
#include <cstdint>

#include "madang/base/bytes.h"

namespace madang::wire {

std::string accept_key(std::string_view sec_websocket_key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  boost::uuids::detail::sha1 sha1;
  sha1.process_bytes(sec_websocket_key.data(), sec_websocket_key.size());
  sha1.process_bytes(guid.data(), guid.size());
  unsigned words[5];
  sha1.get_digest(words);

  std::array<std::byte, sizeof words> digest;
  for (std::size_t i = 0; i < std::size(words); ++i)
    store<std::uint32_t>(digest.data() + i * sizeof(std::uint32_t), std::byteswap(words[i]));

  namespace base64 = boost::beast::detail::base64;
  std::string text(base64::encoded_size(digest.size()), '\0');
  text.resize(base64::encode(text.data(), digest.data(), digest.size()));
  return text;
}

}  // namespace madang::wire
