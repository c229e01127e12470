// The protocol of a small service: codecs are generated from it.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/wire/protocol.h"

namespace chat {

struct Say {
  std::string_view text;
  madang::wire::Quantised<std::uint8_t, 0.0, 1.0> volume;
  static constexpr auto table = madang::wire::packet(
      1, "Say", "Says something to all.", madang::wire::field("text", &Say::text, "the message"),
      madang::wire::field("volume", &Say::volume, "0: a whisper; 1: a shout"));
};

struct Said {
  std::uint32_t speaker = 0;
  std::string_view text;
  static constexpr auto table = madang::wire::packet(
      1, "Said", "Somebody says something.", madang::wire::field("speaker", &Said::speaker, "a number"),
      madang::wire::field("text", &Said::text, "the message"));
};

inline constexpr madang::wire::Protocol protocol =
    madang::wire::make_protocol<madang::wire::Types<Say>, madang::wire::Types<Said>>("chat", 7000);

}  // namespace chat
