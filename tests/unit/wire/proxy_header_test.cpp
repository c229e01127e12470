// Headers of the PROXY protocol, whole and cut at every byte.
#include "madang/wire/proxy_header.h"

#include <gtest/gtest.h>

#include <string>

namespace madang::wire {
namespace {

using State = ProxyHeaderState;

ProxyHeader read(std::string_view text) { return read_proxy_header(as_bytes(text)); }

std::string v2(char command, char family, const std::string& body) {
  std::string text("\r\n\r\n\0\r\nQUIT\n", 12);
  text += {static_cast<char>(0x20 | command), family, static_cast<char>(body.size() >> 8),
           static_cast<char>(body.size())};
  return text + body;
}

const std::string v4_body("\x0a\0\0\x01\x0a\0\0\x02\x04\xd2\0\x50", 12);

TEST(ProxyHeader, IsReadWholeAndNeedsMoreBefore) {
  for (const std::string& text : {std::string("PROXY TCP4 10.0.0.1 10.0.0.2 1234 80\r\n"),
                                  v2(1, 0x11, v4_body), v2(1, 0x11, v4_body + "TLV")}) {
    for (std::size_t size = 0; size < text.size(); ++size)
      EXPECT_EQ(read(std::string_view(text).substr(0, size)).state, State::need_more) << size;
    const ProxyHeader header = read(text + "behind");
    ASSERT_EQ(header.state, State::whole);
    EXPECT_EQ(header.size, text.size());
    EXPECT_EQ(header.source, (ProxySource{false, {10, 0, 0, 1}, 1234}));
  }
}

TEST(ProxyHeader, MaySayNoAddress) {
  for (const std::string& text :
       {std::string("PROXY UNKNOWN\r\n"), std::string("PROXY UNKNOWN a b c\r\n"), v2(0, 0x11, v4_body),
        v2(0, 0, ""), v2(1, 0, ""), v2(1, 0x31, std::string(216, 'x'))}) {
    EXPECT_EQ(read(text).state, State::whole);
    EXPECT_FALSE(read(text).source);
  }
  EXPECT_TRUE(read(v2(0, 0, "")).is_local);
}

TEST(ProxyHeader, IsRefusedWhenItIsNone) {
  for (const std::string& text :
       {std::string("PROXY TCP4 10.0.0.1 10.0.0.2 1234\r\n"), std::string("PROXY TCP4 ::1 ::1 1 2\r\n"),
        std::string("PROXY TCP4 10.0.0.1 10.0.0.2 1234 65536\r\n"), "PROXY " + std::string(101, 'x'),
        std::string("PROXY UNKNOWN\rx"), v2(2, 0x11, v4_body), v2(1, 0x11, "short"),
        v2(1, 0x11, std::string(521, 'x'))})
    EXPECT_EQ(read(text).state, State::malformed) << text;
  for (const std::string_view text : {"GET / HTTP/1.1", "PROXy", "\r\n\r\nx"})
    EXPECT_EQ(read(text).state, State::absent) << text;
}

}  // namespace
}  // namespace madang::wire
