// The order of effects where it is easily lost: what an entity sends to itself, and what comes back.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <set>
#include <vector>

#include "madang/wire/codec.h"
#include "madang/world/world.h"

namespace madang::world::effect_order {
namespace {

struct Post {
  EntityId friend_id;
  std::uint32_t notes = 0;
  static constexpr auto table =
      attributes("Post", "It sends notes.", hidden("friend_id", &Post::friend_id, "to this one"),
                 hidden("notes", &Post::notes, "their digits, the first one at the left"));
};
struct Ledger {
  EntityId first;
  std::uint32_t count = 0;
  std::uint32_t letters = 0;
  static constexpr auto table = attributes(
      "Ledger", "What has come to the world.", hidden("first", &Ledger::first, "the giver of the first gift"),
      hidden("count", &Ledger::count, "of gifts"), hidden("letters", &Ledger::letters, "of letters"));
};
struct Befriend {
  EntityId friend_id;
  static constexpr auto table = wire::packet(1, "Befriend", "", wire::field("f", &Befriend::friend_id, ""));
};
struct Write {
  std::uint8_t digit = 0;
  bool now = false;
  static constexpr auto table = wire::packet(2, "Write", "", wire::field("digit", &Write::digit, ""),
                                             wire::field("now", &Write::now, ""));
};
struct Give {
  static constexpr auto table = wire::packet(3, "Give", "");
};
struct Mail {
  static constexpr auto table = wire::packet(4, "Mail", "");
};
struct Note {
  std::uint8_t digit = 0;
  static constexpr auto table =
      effect("Note", "A note.", WhenGone::drop, wire::field("digit", &Note::digit, ""));
};
struct Gift {
  static constexpr auto table = effect("Gift", "A gift.", WhenGone::give_back);
};
struct Known {
  EntityId friend_id;
  static constexpr auto table =
      effect("Known", "A friend.", WhenGone::drop, wire::field("f", &Known::friend_id, ""));
};
/// Its members have the names of those of Returned.
struct Letter {
  EntityId giver;
  EntityId addressee;
  static constexpr auto table =
      effect("Letter", "A letter.", WhenGone::drop, wire::field("giver", &Letter::giver, ""),
             wire::field("addressee", &Letter::addressee, ""));
};
struct PostParts : Parts {
  using Entities = wire::Types<Post>;
  using Commands = wire::Types<Befriend, Write, Give, Mail>;
  using Effects = wire::Types<Note, Gift, Known, Letter>;
  using WorldState = Ledger;
};
class PostGame : public Rules<PostParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    world.place(character, Post{}, {1, 1});
  }
  void decide(const View&, const Self<Post>&, const Befriend& command, Proposals& propose) const {
    propose.self(Known{command.friend_id});
  }
  void decide(const View&, const Self<Post>& self, const Write& write, Proposals& propose) const {
    if (write.now) {
      propose.self(Note{write.digit});
    } else {
      propose.to(self.id, Note{write.digit});
    }
  }
  void decide(const View&, const Self<Post>& self, const Give&, Proposals& propose) const {
    propose.to(self->friend_id, Gift{});
  }
  void decide(const View&, const Self<Post>& self, const Mail&, Proposals& propose) const {
    propose.to(self->friend_id, Letter{self.id, self->friend_id});
  }
  void apply(Change<Post>& self, const Known& known) const { self->friend_id = known.friend_id; }
  void apply(Change<Post>& self, const Note& note) const { self->notes = self->notes * 10 + note.digit; }
  void apply(Change<Post>&, const Gift&) const {}
  void apply(Change<Post>&, const Returned<Gift>&) const {}
  void apply(WorldChange& world, const Returned<Gift>& back) const {
    if (world->count++ == 0) world->first = back.giver;
  }
  void apply(WorldChange& world, const Letter&) const { ++world->letters; }
};

class EffectOrderTest : public testing::Test {
 protected:
  using PostWorld = World<PostGame>;

  static PostWorld make_world(std::uint64_t seed) {
    WorldConfig config;
    config.key.seed = seed;
    config.checks_law = true;
    return PostWorld(config, Map(16, 16, 1, 0));
  }
  template <wire::Packet P>
  void send(std::uint64_t character, const P& packet) {
    std::vector<std::byte>& body = bodies_.emplace_back(wire::size_of(packet));
    wire::put(body.data(), packet);
    inputs_.push_back({Input::Kind::command, CharacterId{character}, wire::opcode_of<P>, body});
  }
  void enter(std::uint64_t character) {
    inputs_.push_back({Input::Kind::enter, CharacterId{character}, 0, {}});
  }
  void leave(std::uint64_t character) {
    inputs_.push_back({Input::Kind::leave, CharacterId{character}, 0, {}});
  }
  void tick(PostWorld& world) {
    world.tick(inputs_);
    EXPECT_EQ(world.broken(), "");
    inputs_.clear();
  }

  std::vector<Input> inputs_;
  std::deque<std::vector<std::byte>> bodies_;
};

TEST_F(EffectOrderTest, WhatAnEntitySentToItselfBeforeComesBeforeWhatItDecidesNow) {
  constexpr std::uint64_t posts = 60;
  PostWorld world = make_world(1);
  for (std::uint64_t post = 1; post <= posts; ++post) enter(post);
  tick(world);
  for (std::uint64_t post = 1; post <= posts; ++post) send(post, Write{1, false});
  tick(world);
  for (std::uint64_t post = 1; post <= posts; ++post) send(post, Write{2, true});
  tick(world);
  for (std::uint64_t post = 1; post <= posts; ++post)
    EXPECT_EQ(world.find<Post>(world.entity_of(CharacterId{post}))->notes, 12u);
}

TEST_F(EffectOrderTest, WhatComesBackToTheWorldFromSeveralGiversHasAnOrderByChance) {
  std::set<bool> lower_is_first;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    PostWorld world = make_world(seed);
    for (const std::uint64_t post : {1, 2, 3}) enter(post);
    tick(world);
    const std::array ids = {world.entity_of(CharacterId{1}), world.entity_of(CharacterId{2})};
    for (const std::uint64_t post : {1, 2}) send(post, Befriend{world.entity_of(CharacterId{3})});
    tick(world);
    for (const std::uint64_t post : {1, 2}) send(post, Give{});
    leave(3);
    tick(world);
    for (const std::uint64_t post : {1, 2}) leave(post);
    for (int i = 0; i < 3; ++i) tick(world);
    const Ledger& ledger = world.core().world;
    ASSERT_EQ(ledger.count, 2u);
    lower_is_first.insert(ledger.first == std::min(ids[0], ids[1]));
  }
  EXPECT_EQ(lower_is_first.size(), 2u);
}

TEST_F(EffectOrderTest, AnEffectOfTheGameIsNotTakenForOneThatComesBack) {
  PostWorld world = make_world(1);
  for (const std::uint64_t post : {1, 2}) enter(post);
  tick(world);
  send(1, Befriend{world.entity_of(CharacterId{2})});
  tick(world);
  send(1, Mail{});
  leave(2);
  for (int i = 0; i < 3; ++i) tick(world);
  EXPECT_EQ(world.core().world.letters, 0u);
}

}  // namespace
}  // namespace madang::world::effect_order
