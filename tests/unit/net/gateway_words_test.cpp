// Words at the gateway: which clients get them, and which clients get a refusal.
#include <optional>
#include <string>
#include <vector>

#include "madang/base/text.h"
#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

using enum wire::NotSaidReason;
using Reasons = std::vector<wire::NotSaidReason>;
using Texts = std::vector<std::string>;

constexpr Budget once{.burst = 1, .interval_ms = 3'600'000};
constexpr std::string_view not_showable = "a bell \a";

/// The packets about words that a client got.
struct Heard {
  Texts said;
  Texts shouted;
  Reasons refused;
  std::vector<std::uint32_t> refused_numbers;
  std::optional<CloseReason> goodbye;
};

class GatewayWordsTest : public GatewayTest {
 protected:
  explicit GatewayWordsTest(const Limits& limits = {})
      : GatewayTest({.width = 16, .height = 16, .obstacle_percent = 0}, limits) {}

  Heard heard_by(std::uint32_t client) const {
    Heard heard;
    Bytes rest = as_bytes(port_->sent[client]);
    wire::FrameResult frame;
    while ((frame = wire::next_frame(rest))) {
      const CloseReason wrong =
          visit_server_packet(*frame, wire::Overloaded{[&](const wire::CellSaid& said) {
                                                         heard.said.emplace_back(said.text);
                                                         return CloseReason::none;
                                                       },
                                                       [&](const wire::Shouted& shouted) {
                                                         heard.shouted.emplace_back(shouted.text);
                                                         return CloseReason::none;
                                                       },
                                                       [&](const wire::NotSaid& refused) {
                                                         heard.refused.push_back(refused.reason);
                                                         heard.refused_numbers.push_back(refused.number);
                                                         return CloseReason::none;
                                                       },
                                                       [&](const wire::Goodbye& goodbye) {
                                                         heard.goodbye = goodbye.reason;
                                                         return CloseReason::none;
                                                       },
                                                       [](const auto&) { return CloseReason::none; }});
      EXPECT_EQ(wrong, CloseReason::none);
    }
    EXPECT_EQ(frame.error(), CloseReason::none);
    EXPECT_TRUE(rest.empty());
    return heard;
  }
  std::uint64_t refused_for(wire::NotSaidReason reason) const {
    return worker_.counters().words_refused[static_cast<std::size_t>(reason)].get();
  }
  void log_in_all(std::uint32_t clients) {
    for (std::uint32_t client = 0; client < clients; ++client) log_in(client);
  }
};

/// Returns the default limits with a change.
template <class Change>
Limits limits_with(Change change) {
  Limits limits;
  change(limits);
  return limits;
}

TEST_F(GatewayWordsTest, AreDeliveredToNeighboursInTheirNormalForm) {
  log_in_all(2);
  say(0, wire::Say{"e\u0301  t\u200be"});
  say(0, wire::Shout{" all\n"});
  tick();
  for (const std::uint32_t client : {0u, 1u}) {
    EXPECT_EQ(heard_by(client).said, Texts{"\u00e9 te"});
    EXPECT_EQ(heard_by(client).shouted, Texts{"all"});
    EXPECT_EQ(heard_by(client).refused, Reasons{});
  }
}

TEST_F(GatewayWordsTest, ThatCannotBeShownAreRefusedAndNoOtherClientGetsThem) {
  log_in_all(2);
  say(0, wire::Say{not_showable});
  say(0, wire::Shout{"\u200b \u202e"});
  tick();
  EXPECT_EQ(heard_by(0).refused, (Reasons{not_presentable, not_presentable}));
  EXPECT_EQ(refused_for(not_presentable), 2u);
  say(0, wire::Say{"seen"});
  tick();
  EXPECT_EQ(heard_by(0).said, Texts{"seen"}) << "the session goes on";
  const Heard other = heard_by(1);
  EXPECT_EQ(other.said, Texts{"seen"});
  EXPECT_EQ(other.shouted, Texts{});
  EXPECT_EQ(other.refused, Reasons{});
}

TEST_F(GatewayWordsTest, WithATooLongNormalFormAreRefusedAndNoOtherClientGetsThem) {
  log_in_all(2);
  std::string twice;  // twice as long in its normal form, which has two letters for this one
  while (twice.size() + 3 <= limits_.text_bytes_max) twice += "\u0958";
  say(0, wire::Say{twice});
  say(0, wire::Shout{twice});
  say(0, wire::Say{std::string(limits_.text_bytes_max, 'x')});
  tick();
  EXPECT_EQ(heard_by(0).refused, (Reasons{too_long, too_long}));
  EXPECT_EQ(refused_for(too_long), 2u);
  EXPECT_EQ(heard_by(0).said.size(), 1u);
  EXPECT_EQ(heard_by(1).said.size(), 1u);
  EXPECT_EQ(heard_by(1).shouted, Texts{});
  EXPECT_EQ(heard_by(1).refused, Reasons{});
}

TEST_F(GatewayWordsTest, ThatAreMalformedEndTheSession) {
  const std::string too_many(limits_.text_bytes_max + 1, 'x');
  const std::string_view malformed[] = {"", "\xff", "cut \xea\xb0", too_many};
  std::uint32_t client = 0;
  for (const std::string_view text : malformed)
    for (const bool is_shout : {false, true}) {
      log_in(client);
      if (is_shout) {
        say(client, wire::Shout{text});
      } else {
        say(client, wire::Say{text});
      }
      tick();
      EXPECT_EQ(heard_by(client).goodbye, CloseReason::bad_text) << shown(text);
      EXPECT_EQ(heard_by(client).refused, Reasons{});
      ++client;
    }
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::bad_text).get(), client);
}

TEST_F(GatewayWordsTest, BeforeTheWelcomeEndTheSession) {
  port_->connect();
  turn();
  say(0, wire::Say{"hello?"});
  turn();
  turn();
  EXPECT_EQ(heard_by(0).goodbye, CloseReason::wrong_state);
}

TEST_F(GatewayWordsTest, ANameThatIsNotPresentableIsBad) {
  const std::string too_many(limits_.name_bytes_max + 1, 'x');
  const std::string_view names[] = {"", " ", "a\u200fb", "a\nb", "\u0301", "\xff", too_many};
  std::uint32_t client = 0;
  for (const std::string_view name : names) {
    port_->connect();
    turn();
    say(client, login_of(name));
    tick();
    EXPECT_EQ(heard_by(client).goodbye, CloseReason::bad_name) << shown(name);
    ++client;
  }
  EXPECT_EQ(player_count(), 0u);
  port_->connect();
  turn();
  say(client, login_of("마당쇠"));
  tick();
  EXPECT_EQ(heard_by(client).goodbye, std::nullopt);
  EXPECT_EQ(player_count(), 1u);
}

/// An announcement puts a session more than a second behind.
class GatewaySlowLineTest : public GatewayWordsTest {
 protected:
  GatewaySlowLineTest()
      : GatewayWordsTest(limits_with([](Limits& limits) { limits.session_kbit_per_second = 1; })) {}
};

TEST_F(GatewaySlowLineTest, AShoutThatASessionDoesNotGetIsCounted) {
  log_in_all(2);
  gateway_.announce(std::string(200, 'x'));
  turn();
  ASSERT_GT(worker_.lag(worker_.at(1)), Duration(900ms));
  say(0, wire::Shout{"all"});
  tick();
  EXPECT_EQ(heard_by(1).shouted, Texts{});
  EXPECT_EQ(worker_.counters().shouts_suppressed.get(), 2u);
  gateway_.announce("the operator");
  turn();
  EXPECT_NE(port_->sent[1].find("the operator"), std::string::npos) << "an announcement is never suppressed";
}

class GatewayWordsBudgetTest : public GatewayWordsTest {
 protected:
  GatewayWordsBudgetTest()
      : GatewayWordsTest(limits_with([](Limits& limits) { limits.words_budget.burst = 6; })) {}
};

TEST_F(GatewayWordsBudgetTest, RefusedWordsAreCountedUntilTheyAreAFlood) {
  log_in_all(2);
  for (int i = 0; i < 3; ++i) {
    say(0, wire::Say{not_showable});
    say(0, wire::Shout{not_showable});
  }
  tick();
  EXPECT_EQ(heard_by(0).refused, Reasons(6, not_presentable));
  EXPECT_EQ(heard_by(0).goodbye, std::nullopt);
  for (int i = 0; i < 2; ++i) say(0, wire::Say{"one more"});  // half a token comes in the time of a tick
  tick();
  EXPECT_EQ(heard_by(0).goodbye, CloseReason::flooding);
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::flooding).get(), 1u);
  EXPECT_EQ(heard_by(1).goodbye, std::nullopt);
}

class GatewayOwnBudgetTest : public GatewayWordsTest {
 protected:
  GatewayOwnBudgetTest()
      : GatewayWordsTest(limits_with([](Limits& limits) {
          limits.say_budget = limits.shout_budget = once;
          limits.all_shouts_budget = {.burst = 2, .interval_ms = once.interval_ms};
        })) {}
};

TEST_F(GatewayOwnBudgetTest, WordsOverItAreRefusedAndNoOtherClientGetsThem) {
  log_in_all(2);
  say(0, wire::Say{not_showable});  // does not use the budget of says
  for (const std::string_view text : {"first", "second"}) {
    say(0, wire::Say{text});
    say(0, wire::Shout{text});
  }
  tick();
  EXPECT_EQ(heard_by(0).refused, (Reasons{not_presentable, too_fast, too_fast}));
  EXPECT_EQ(refused_for(too_fast), 2u);
  EXPECT_EQ(heard_by(0).goodbye, std::nullopt);
  EXPECT_EQ(heard_by(1).said, Texts{"first"});
  EXPECT_EQ(heard_by(1).shouted, Texts{"first"});
  EXPECT_EQ(heard_by(1).refused, Reasons{});
}

TEST_F(GatewayOwnBudgetTest, ShoutsOverItDoNotUseTheBudgetOfOthers) {
  log_in_all(2);
  for (int i = 0; i < 5; ++i) say(0, wire::Shout{"again"});
  tick();
  say(1, wire::Shout{"mine"});
  tick();
  EXPECT_EQ(heard_by(0).refused, Reasons(4, too_fast));
  EXPECT_EQ(heard_by(0).shouted, (Texts{"again", "mine"}));
  EXPECT_EQ(heard_by(1).refused, Reasons{});
}

TEST_F(GatewayOwnBudgetTest, ARefusalNamesItsWordsByTheirNumberAmongSaysAndShouts) {
  log_in_all(1);
  say(0, wire::Say{"said"});
  say(0, wire::Say{"too fast"});
  say(0, wire::Shout{"shouted"});
  say(0, wire::Shout{"too fast"});
  say(0, wire::Say{not_showable});
  tick();
  EXPECT_EQ(heard_by(0).refused_numbers, (std::vector<std::uint32_t>{2, 4, 5}));
  EXPECT_EQ(heard_by(0).refused, (Reasons{too_fast, too_fast, not_presentable}));
}

class GatewayAllShoutsTest : public GatewayWordsTest {
 protected:
  GatewayAllShoutsTest()
      : GatewayWordsTest(limits_with([](Limits& limits) { limits.all_shouts_budget = once; })) {}
};

TEST_F(GatewayAllShoutsTest, AShoutOverTheServersBudgetIsRefusedAndNoOtherClientGetsIt) {
  log_in_all(3);
  say(0, wire::Shout{"first"});
  tick();
  say(1, wire::Shout{"second"});
  say(1, wire::Say{"nearby"});
  tick();
  EXPECT_EQ(heard_by(1).refused, Reasons{too_many_shouts});
  EXPECT_EQ(refused_for(too_many_shouts), 1u);
  EXPECT_EQ(heard_by(1).goodbye, std::nullopt);
  for (const std::uint32_t client : {0u, 2u}) {
    EXPECT_EQ(heard_by(client).shouted, Texts{"first"});
    EXPECT_EQ(heard_by(client).said, Texts{"nearby"}) << "a say is not a shout";
    EXPECT_EQ(heard_by(client).refused, Reasons{});
  }
}

/// Every connection comes from a trusted proxy on this machine.
class GatewayProxiedShoutsTest : public GatewayWordsTest {
 protected:
  GatewayProxiedShoutsTest()
      : GatewayWordsTest(limits_with([](Limits& limits) { limits.address_shouts_budget = once; })) {
    EXPECT_TRUE(
        worker_.listen(io::Address::loopback(7778), {&worker_}, {.proxies = ProxyWord::proxy_protocol}));
    worker_.set_trusted_proxies(*io::parse_address_ranges("127.0.0.1"));
  }
  void log_in_through_the_proxy(std::uint32_t client, std::string_view header) {
    port_->connect();
    turn();
    port_->feed(client, as_bytes(header));
    say(client, login_of("player"));
    tick();
  }
};

TEST_F(GatewayProxiedShoutsTest, ClientsBehindAProxyOnThisMachineAreCountedByAddress) {
  log_in_through_the_proxy(0, "PROXY UNKNOWN\r\n");
  log_in_through_the_proxy(1, "PROXY TCP4 127.0.0.1 127.0.0.1 9 9\r\n");
  log_in_through_the_proxy(2, "PROXY TCP4 192.0.2.1 127.0.0.1 9 9\r\n");
  for (std::uint32_t client = 0; client < 3; ++client) say(client, wire::Shout{"all"});
  tick();
  EXPECT_EQ(heard_by(0).refused, Reasons{});
  EXPECT_EQ(heard_by(1).refused, Reasons{too_many_shouts}) << "of the same address as the first";
  EXPECT_EQ(heard_by(2).refused, Reasons{});
}

/// The queue of the runner holds two commands. Each budget has one token, and the budget of words has two.
class GatewayFullQueueTest : public GatewayWordsTest {
 protected:
  GatewayFullQueueTest()
      : GatewayWordsTest(limits_with([](Limits& limits) {
          limits.command_queue_max = 2;
          limits.words_budget = {.burst = 2, .interval_ms = once.interval_ms};
          limits.say_budget = limits.shout_budget = once;
          limits.all_shouts_budget = limits.address_shouts_budget = once;
        })) {}

  /// Fills the runner's queue, and sends words of player 2, which are retried several times.
  void send_into_full_queue(const auto& words) {
    log_in_all(4);
    say(0, wire::Say{"a"});
    say(1, wire::Say{"b"});
    turn();
    say(2, words);
    for (int i = 0; i < 5; ++i) turn();
    EXPECT_GE(worker_.counters().stalls.get(), 1u);
  }

  static inline const io::Address stranger = io::Address::v4(203, 0, 113, 7, 1000);
};

TEST_F(GatewayFullQueueTest, ASayThatIsRetriedPaysOnceAndHasOneNumber) {
  send_into_full_queue(wire::Say{"patient"});
  tick();
  tick();
  EXPECT_EQ(heard_by(2).refused, Reasons{});
  EXPECT_EQ(heard_by(2).goodbye, std::nullopt);
  say(2, wire::Say{"again"});
  tick();
  EXPECT_EQ(heard_by(2).refused, Reasons{too_fast}) << "the first say has paid";
  EXPECT_EQ(heard_by(2).refused_numbers, std::vector<std::uint32_t>{2});
  say(2, wire::Say{"flood"});
  tick();
  EXPECT_EQ(heard_by(2).goodbye, CloseReason::flooding) << "two words have paid";
}

TEST_F(GatewayFullQueueTest, AShoutThatIsRetriedPaysOnce) {
  port_->peer = stranger;
  send_into_full_queue(wire::Shout{"patient"});
  EXPECT_TRUE(shouts_.has(stranger, port_->clock)) << "a shout that waits has not paid";
  tick();
  tick();
  const Heard heard = heard_by(2);
  EXPECT_EQ(heard.shouted, Texts{"patient"});
  EXPECT_EQ(heard.refused, Reasons{});
  EXPECT_EQ(heard.goodbye, std::nullopt);
  say(2, wire::Shout{"again"});
  say(3, wire::Shout{"late"});
  tick();
  EXPECT_EQ(heard_by(2).refused_numbers, std::vector<std::uint32_t>{2}) << "the shout that waited is word 1";
  EXPECT_EQ(heard_by(3).refused, Reasons{too_many_shouts}) << "the shout that waited has paid";
}

}  // namespace
}  // namespace madang::net
