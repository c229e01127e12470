#include "madang/wire/websocket.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "madang/base/random.h"
#include "unit/allocations.h"
#include "unit/wire/websocket_peer.h"

namespace madang::wire {
namespace {

using enum WebSocketState;

const std::vector<std::size_t> length_boundaries = {0,   1,   2,   7,     8,     9,     124,
                                                    125, 126, 127, 65534, 65535, 65536, 65537};

/// Checks that the reply is a close frame with this code and a reason for a person.
void expect_refused(const Received& received, CloseCode code) {
  EXPECT_EQ(received.socket.state(), refused);
  EXPECT_EQ(received.socket.close_code(), static_cast<std::uint16_t>(code));
  const std::string reply = received.reply();
  ASSERT_GT(reply.size(), 4u);
  EXPECT_EQ(reply, answer(0x88, network(static_cast<std::uint16_t>(code), 2) + reply.substr(4)));
}

TEST(WebSocket, CostsLittleAndHasOneAddress) {
  EXPECT_LE(sizeof(WebSocket), 160u);
  EXPECT_FALSE(std::is_move_constructible_v<WebSocket>);
  EXPECT_FALSE(std::is_move_assignable_v<WebSocket>);
}

TEST(WebSocket, CarriesBinaryMessagesOfEveryLength) {
  for (const std::size_t size : length_boundaries) {
    const std::string payload = text_of(size);
    const Received received(binary(payload));
    EXPECT_EQ(received.socket.state(), open) << size;
    EXPECT_TRUE(received.data() == payload) << size;
    EXPECT_EQ(received.reply(), "") << size;
  }
}

TEST(WebSocket, ReadsTheExampleOfTheStandard) {
  // RFC 6455, 5.7: a masked "Hello"; there it is text, here binary.
  EXPECT_EQ(Received("\x82\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58").data(), "Hello");
}

TEST(WebSocket, ManyMessagesInOneReadAreOneStream) {
  std::string bytes, expected;
  for (std::size_t i = 0; i < 300; ++i) {
    bytes += binary(text_of(i));
    expected += text_of(i);
  }
  EXPECT_TRUE(Received(bytes).data() == expected);
}

TEST(WebSocket, FragmentsAreOneStreamAndControlFramesMayStandBetweenThem) {
  const Received received(frame(0x02, "ab") + ping("?") + frame(0x00, "") + frame(0x00, "cd") + pong("") +
                          frame(0x80, "ef") + binary("gh"));
  EXPECT_EQ(received.socket.state(), open);
  EXPECT_EQ(received.data(), "abcdefgh");
  EXPECT_EQ(received.reply(), answer(0x8a, "?"));
}

TEST(WebSocket, WhereverItIsSplitItIsTheSame) {
  const std::string bytes = frame(0x02, text_of(130)) + ping(text_of(125)) + frame(0x80, text_of(3)) +
                            binary("") + ping("") + pong("old") + binary(text_of(300)) +
                            close_frame(1001, "bye") + binary("ignored");
  const Received whole(bytes);
  ASSERT_EQ(whole.socket.state(), closed_by_peer);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    Received parts;
    parts.feed(std::string_view(bytes).substr(0, split));
    parts.feed(std::string_view(bytes).substr(split));
    ASSERT_EQ(parts.socket.state(), closed_by_peer) << split;
    ASSERT_EQ(parts.data(), whole.data()) << split;
    ASSERT_EQ(parts.reply(), whole.reply()) << split;
  }
  Received single;
  for (const char byte : bytes) single.feed({&byte, 1});
  EXPECT_EQ(single.data(), whole.data());
  EXPECT_EQ(single.reply(), whole.reply());
}

TEST(WebSocket, AMessageIsNotWaitedFor) {
  Received received(std::string_view(binary("abcdef")).substr(0, 6 + 4));
  EXPECT_EQ(received.data(), "abcd");
  Received unfinished(frame(0x02, "ab"));
  EXPECT_EQ(unfinished.data(), "ab");
}

TEST(WebSocket, APingIsAnsweredWithItsOwnPayload) {
  for (const std::size_t size : {0, 1, 8, 124, 125}) {
    const Received received(ping(text_of(size)));
    EXPECT_EQ(received.socket.state(), open);
    EXPECT_EQ(received.reply(), answer(0x8a, text_of(size))) << size;
    EXPECT_EQ(received.data(), "");
  }
}

TEST(WebSocket, ManyPingsGiveNoMoreThanCame) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += ping("");
  EXPECT_LT(Received(bytes).reply().size(), bytes.size());
}

TEST(WebSocket, APongIsCountedAndNotAnswered) {
  Buffer asked;
  append_ping(asked);
  EXPECT_EQ(as_text(asked.bytes()), answer(0x89, ""));
  const Received received(pong("") + pong("unasked") + binary("x"));
  EXPECT_EQ(received.socket.pong_count(), 2u);
  EXPECT_EQ(received.reply(), "");
  EXPECT_EQ(received.data(), "x");
}

TEST(WebSocket, APeerThatClosesIsAnsweredWithWhatItSaid) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 4999}) {
    const Received received(binary("last") + close_frame(static_cast<std::uint16_t>(code), "안녕"));
    EXPECT_EQ(received.socket.state(), closed_by_peer) << code;
    EXPECT_EQ(received.socket.close_code(), code);
    EXPECT_EQ(received.data(), "last");
    EXPECT_EQ(received.reply(), answer(0x88, network(static_cast<std::uint64_t>(code), 2) + "안녕"));
  }
}

TEST(WebSocket, APeerMayCloseWithoutACodeAndWithTheLongestReason) {
  const Received silent(frame(0x88, ""));
  EXPECT_EQ(silent.socket.state(), closed_by_peer);
  EXPECT_EQ(silent.socket.close_code(), 1005);
  EXPECT_EQ(silent.reply(), answer(0x88, ""));
  const Received talkative(close_frame(1000, std::string(close_reason_bytes_max, 'x')));
  EXPECT_EQ(talkative.socket.state(), closed_by_peer);
}

TEST(WebSocket, APeerMayCloseWithinAMessage) {
  EXPECT_EQ(Received(frame(0x02, "ab") + close_frame(1000)).socket.state(), closed_by_peer);
}

TEST(WebSocket, ACloseCodeThatNobodyMaySendIsRefused) {
  for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    expect_refused(Received(close_frame(static_cast<std::uint16_t>(code))), CloseCode::protocol_error);
  expect_refused(Received(frame(0x88, "\x03")), CloseCode::protocol_error);
}

TEST(WebSocket, ACloseReasonThatIsNotUtf8IsRefused) {
  for (const std::string_view reason :
       {"\x80", "a\xff", "\xed\x95", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"})
    expect_refused(Received(close_frame(1000, reason)), CloseCode::bad_text);
}

TEST(WebSocket, TextIsRefused) {
  expect_refused(Received(frame(0x81, "hello")), CloseCode::unsupported_data);
  expect_refused(Received(frame(0x01, "hel")), CloseCode::unsupported_data);
  expect_refused(Received(frame(0x81, "")), CloseCode::unsupported_data);
}

TEST(WebSocket, EveryFirstByteIsTakenOrRefusedAsTheStandardSays) {
  for (int start = 0; start < 256; ++start) {
    SCOPED_TRACE(testing::Message() << "first byte " << start);
    const Received received(frame(static_cast<std::uint8_t>(start), ""));
    switch (start) {
      case 0x02:
      case 0x82:
      case 0x89:
      case 0x8a: EXPECT_EQ(received.socket.state(), open); break;
      case 0x88: EXPECT_EQ(received.socket.state(), closed_by_peer); break;
      case 0x01:
      case 0x81: expect_refused(received, CloseCode::unsupported_data); break;
      default: expect_refused(received, CloseCode::protocol_error);
    }
  }
}

TEST(WebSocket, InsideOfAMessageOnlyContinuationsAndControlFramesMayCome) {
  for (int start = 0; start < 256; ++start) {
    SCOPED_TRACE(testing::Message() << "first byte " << start);
    const Received received(frame(0x02, "a") + frame(static_cast<std::uint8_t>(start), ""));
    EXPECT_EQ(received.data(), "a");
    switch (start) {
      case 0x00:
      case 0x80:
      case 0x89:
      case 0x8a: EXPECT_EQ(received.socket.state(), open); break;
      case 0x88: EXPECT_EQ(received.socket.state(), closed_by_peer); break;
      default: expect_refused(received, CloseCode::protocol_error);
    }
  }
}

TEST(WebSocket, AContinuationOfAFinishedMessageIsRefused) {
  expect_refused(Received(frame(0x02, "a") + frame(0x80, "b") + frame(0x80, "c")), CloseCode::protocol_error);
}

TEST(WebSocket, AFrameWithoutAMaskIsRefused) {
  for (const int start : {0x82, 0x88, 0x89, 0x8a}) {
    const PeerFrame unmasked{
        .start = static_cast<std::uint8_t>(start), .payload = "hi", .masked = false, .length = {}};
    const Received received(unmasked.bytes());
    expect_refused(received, CloseCode::protocol_error);
    EXPECT_EQ(received.data(), "");
  }
}

TEST(WebSocket, AControlFrameThatIsTooLongIsRefused) {
  for (const int start : {0x88, 0x89, 0x8a}) {
    expect_refused(Received(frame(static_cast<std::uint8_t>(start), text_of(126))),
                   CloseCode::protocol_error);
    expect_refused(Received(frame(static_cast<std::uint8_t>(start), text_of(70'000))),
                   CloseCode::protocol_error);
  }
}

TEST(WebSocket, ALengthThatIsNotWrittenTheShortestWayIsRefused) {
  const auto written_in = [](std::size_t extended_length_bytes, std::size_t size) {
    return PeerFrame{.payload = text_of(size), .length = {}, .extended_length_bytes = extended_length_bytes}
        .bytes();
  };
  for (const std::size_t size : {0, 1, 125})
    expect_refused(Received(written_in(2, size)), CloseCode::protocol_error);
  for (const std::size_t size : {0, 125, 126, 65535})
    expect_refused(Received(written_in(8, size)), CloseCode::protocol_error);
}

TEST(WebSocket, ALengthOf64BitsIsRefused) {
  for (const std::uint64_t length : {std::uint64_t{1} << 63, UINT64_MAX})
    expect_refused(Received(PeerFrame{.length = length}.bytes(), UINT32_MAX), CloseCode::protocol_error);
}

TEST(WebSocket, ATooLongMessageIsRefusedBeforeItComesAndCostsNothing) {
  for (const std::uint64_t length : {std::uint64_t{1001}, std::uint64_t{1} << 30, std::uint64_t{1} << 32,
                                     (std::uint64_t{1} << 32) + 1, (std::uint64_t{1} << 63) - 1}) {
    const std::string header = PeerFrame{.length = length}.bytes();
    Received received(1000u);
    received.reply_ = Buffer(128);
    const std::uint64_t before = allocations();
    received.feed(header);
    EXPECT_EQ(allocations() - before, 0u);
    expect_refused(received, CloseCode::message_too_big);
  }
}

TEST(WebSocket, AMessageMayBeAsLongAsAllowedInFragmentsToo) {
  EXPECT_EQ(Received(binary(text_of(1000)) + binary(text_of(1000)), 1000).socket.state(), open);
  const std::string half = text_of(500);
  const Received allowed(frame(0x02, half) + ping(half.substr(0, 100)) + frame(0x80, half), 1000);
  EXPECT_EQ(allowed.socket.state(), open);
  EXPECT_EQ(allowed.data(), half + half);
  const Received more(frame(0x02, half) + frame(0x00, half) + frame(0x80, "x"), 1000);
  expect_refused(more, CloseCode::message_too_big);
  EXPECT_EQ(more.data(), half + half);
}

TEST(WebSocket, TheLongestMessageOfAllIsAllowedWhereThatIsSaid) {
  Received received(PeerFrame{.payload = "first", .length = UINT32_MAX}.bytes(), UINT32_MAX);
  EXPECT_EQ(received.socket.state(), open);
  EXPECT_EQ(received.data(), "first");
}

TEST(WebSocket, WhatComesAfterTheEndIsIgnored) {
  for (const std::string& end : {close_frame(1000), frame(0x83, "")}) {
    Received received(binary("good") + end + binary("late") + ping(""));
    const WebSocketState state = received.socket.state();
    const std::string reply = received.reply();
    EXPECT_NE(state, open);
    EXPECT_EQ(received.feed(binary("later") + ping("") + close_frame(1001)), state);
    EXPECT_EQ(received.data(), "good");
    EXPECT_EQ(received.reply(), reply);
  }
}

TEST(WebSocket, AfterItWasClosedByUsNothingIsAcceptedOrSaid) {
  Received received(binary("good"));
  received.socket.close(CloseCode::going_away, "the server is stopping", received.reply_);
  EXPECT_EQ(received.socket.state(), closed_by_us);
  EXPECT_EQ(received.socket.close_code(), 1001);
  const std::string goodbye = answer(0x88, network(1001, 2) + "the server is stopping");
  EXPECT_EQ(received.reply(), goodbye);

  received.socket.close(CloseCode::normal, "again", received.reply_);
  EXPECT_EQ(received.feed(binary("late") + ping("") + close_frame(1001)), closed_by_us);
  EXPECT_EQ(received.data(), "good");
  EXPECT_EQ(received.reply(), goodbye);
}

TEST(WebSocket, TheLongestReasonOfOursFitsAndALongerOneIsABug) {
  Received received;
  received.socket.close(CloseCode::normal, std::string(close_reason_bytes_max, 'x'), received.reply_);
  EXPECT_EQ(received.reply(), answer(0x88, network(1000, 2) + std::string(close_reason_bytes_max, 'x')));
  EXPECT_DEATH(
      received.socket.close(CloseCode::normal, std::string(close_reason_bytes_max + 1, 'x'), received.reply_),
      "the close reason of 124 bytes is too long");
}

TEST(WebSocket, GarbageEndsItOrGoesOn) {
  constexpr std::uint64_t seed = 5;
  Random random(seed);
  std::size_t ended = 0;
  constexpr std::size_t rounds = 20'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    Received received(random.below(400));
    for (int read = 0; read < 4; ++read) {
      std::string bytes;
      // First one or two good frames, then bytes that are often nearly right.
      if (random.chance(1, 3)) bytes += binary(text_of(random.below(200)));
      if (random.chance(1, 3)) bytes += ping(text_of(random.below(126)));
      for (std::uint32_t left = random.below(40); left > 0; --left)
        bytes += static_cast<char>(random.chance(1, 2) ? random.next() : 0x82);
      const std::size_t replied = received.reply_.size();
      received.feed(bytes);
      ASSERT_LE(received.reply_.size(), replied + bytes.size() + 2 + 2 + close_reason_bytes_max);
    }
    if (received.socket.state() != open) ++ended;
  }
  EXPECT_GT(ended, rounds / 2);
  EXPECT_LT(ended, rounds);
}

Buffer sealed(std::string_view payload) {
  Buffer message;
  message.extend(message_header_bytes);
  message.append(as_bytes(payload));
  seal_message(message);
  return message;
}

TEST(WebSocket, ASealedMessageHasTheShortestHeaderThatWillDo) {
  for (const std::size_t size : length_boundaries) {
    const std::string payload = text_of(size);
    const std::string header = size < 126     ? network(0x82, 1) + network(size, 1)
                               : size < 65536 ? network(0x827e, 2) + network(size, 2)
                                              : network(0x827f, 2) + network(size, 8);
    EXPECT_TRUE(as_text(sealed(payload).bytes()) == header + payload) << size;
  }
}

TEST(WebSocket, AMessageOf126To65535BytesIsSealedWhereItStands) {
  for (const std::size_t size : {126, 65535}) {
    Buffer message(message_header_bytes + size);
    message.extend(message_header_bytes);
    message.append(as_bytes(text_of(size)));
    const std::byte* const payload = message.data() + message_header_bytes;
    seal_message(message);
    EXPECT_EQ(message.data() + message_header_bytes, payload);
    EXPECT_EQ(message.capacity(), message_header_bytes + size);
  }
}

TEST(WebSocketDeathTest, AMessageWithoutSpaceForItsHeaderIsABug) {
  Buffer message;
  message.extend(message_header_bytes - 1);
  EXPECT_DEATH(seal_message(message), "a message of 3 bytes");
}

}  // namespace
}  // namespace madang::wire
