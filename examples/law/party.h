// Credit a party: what one member digs up is shared by all members.
#pragma once

#include <algorithm>
#include <array>

#include "law/common.h"

namespace law::party {

struct Digger {
  std::uint32_t gold = 0;
  EntityId party;
  std::uint64_t next_dig = 0;
  static constexpr auto table =
      world::attributes("Digger", "A player.", world::own("gold", &Digger::gold, "in the purse"),
                        world::shown("party", &Digger::party, "to which it belongs"),
                        world::hidden("next_dig", &Digger::next_dig, "the tick from which on it may dig"));
};
struct Party {
  static constexpr std::size_t members_max = 3;

  std::array<EntityId, members_max> members{};
  std::uint32_t rest = 0;
  static constexpr auto table =
      world::attributes("Party", "Diggers that share.", world::shown("members", &Party::members, "who"),
                        world::hidden("rest", &Party::rest, "gold that could not be divided"));

  /// Puts `now` on the first place of `before`. Returns false if there is none.
  bool replace(EntityId before, EntityId now) {
    const auto place = std::ranges::find(members, before);
    if (place == members.end()) return false;
    *place = now;
    return true;
  }
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(std::ranges::count_if(members, [](EntityId id) { return bool{id}; }));
  }
};
struct Unclaimed {
  std::uint32_t gold = 0;
  static constexpr auto table = world::attributes("Unclaimed", "What belongs to nobody any more.",
                                                  world::hidden("gold", &Unclaimed::gold, "how much"));
};

struct Found {
  static constexpr auto table = wire::packet(2, "Found", "Found a party.");
};
struct Enlist {
  EntityId party;
  static constexpr auto table =
      wire::packet(3, "Enlist", "Ask a party for a place.", wire::field("party", &Enlist::party, "which"));
};
struct Dig {
  static constexpr auto table = wire::packet(4, "Dig", "Dig for gold.");
};

struct Loot {
  std::uint32_t gold = 0;
  static constexpr auto table = world::effect("Loot", "Gold for a party.", WhenGone::give_back,
                                              wire::field("gold", &Loot::gold, "how much"));
};
struct Share {
  std::uint32_t gold = 0;
  static constexpr auto table = world::effect("Share", "A member's share.", WhenGone::give_back,
                                              wire::field("gold", &Share::gold, "how much"));
};
struct Welcome {
  static constexpr auto table = world::effect("Welcome", "A place in a party.", WhenGone::give_back);
};
struct Quit {
  static constexpr auto table = world::effect("Quit", "A member leaves its party.", WhenGone::drop);
};
struct Join {
  static constexpr auto table = world::effect("Join", "A digger wants a place.", WhenGone::drop);
};
struct Gather {
  static constexpr auto table = world::effect("Gather", "A digger founds a party.", WhenGone::drop);
};
struct Strike {
  static constexpr auto table = world::effect("Strike", "A digger finds gold.", WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Digger, Party>;
  using Commands = wire::Types<Found, Enlist, Dig>;
  using Effects = wire::Types<Loot, Share, Welcome, Quit, Join, Gather, Strike>;
  using WorldState = Unclaimed;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint32_t find = 100;
  static constexpr std::uint64_t dig_interval = 5;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Digger{.gold = start.supply}, start.position);
  }

  void decide(const View&, const Self<Digger>&, const Dig&, Proposals& propose) const {
    propose.self(Strike{});
  }
  // The digger does not know who is in the party now. So the party shares, and not the digger.
  void apply(Change<Digger>& self, const Strike&) const {
    if (self.tick() < self->next_dig) return;
    self->next_dig = self.tick() + dig_interval;
    if (self->party) return self.send(self->party, Loot{find});
    self->gold += find;
  }
  void apply(Change<Party>& self, const Loot& loot) const { share(self, loot.gold); }
  void apply(Change<Digger>& self, const Share& share) const { self->gold += share.gold; }
  // A member is gone. Its share goes to the others.
  void apply(Change<Party>& self, const world::Returned<Share>& back) const {
    self->replace(back.addressee, {});
    share(self, back.effect.gold);
  }
  // The party is gone. The digger keeps what it has found.
  void apply(Change<Digger>& self, const world::Returned<Loot>& back) const {
    self->party = {};
    self->gold += back.effect.gold;
  }
  void apply(WorldChange& world, const world::Returned<Loot>& back) const { world->gold += back.effect.gold; }
  void apply(WorldChange& world, const world::Returned<Share>& back) const {
    world->gold += back.effect.gold;
  }
  void apply(WorldChange& world, const Share& rest) const { world->gold += rest.gold; }

  void decide(const View&, const Self<Digger>&, const Found&, Proposals& propose) const {
    propose.self(Gather{});
  }
  void apply(Change<Digger>& self, const Gather&) const {
    if (!self->party) self->party = self.make(Party{.members = {self.id()}}, self.position());
  }
  void decide(const View&, const Self<Digger>& self, const Enlist& enlist, Proposals& propose) const {
    if (!self->party) propose.to(enlist.party, Join{});
  }
  void apply(Change<Party>& self, const Join&) const {
    const bool is_member = std::ranges::find(self->members, self.from()) != self->members.end();
    if (!is_member && self->replace({}, self.from())) self.send(self.from(), Welcome{});
  }
  void apply(Change<Digger>& self, const Welcome&) const {
    if (self->party) return self.send(self.from(), Quit{});
    self->party = self.from();
  }
  void apply(Change<Party>& self, const world::Returned<Welcome>& back) const { quit(self, back.addressee); }
  void apply(WorldChange&, const world::Returned<Welcome>&) const {}
  void apply(Change<Party>& self, const Quit&) const { quit(self, self.from()); }
  void apply(Change<Digger>& self, const world::Left&) const {
    if (self->party) self.send(self->party, Quit{});
    self.leave();
  }

 private:
  static void share(Change<Party>& self, std::uint32_t gold) {
    if (self->size() == 0) return disband(self, gold);
    const std::uint32_t all = self->rest + gold;
    self->rest = all % self->size();
    for (const EntityId member : self->members)
      if (member && all >= self->size()) self.send(member, Share{all / self->size()});
  }
  static void quit(Change<Party>& self, EntityId member) {
    self->replace(member, {});
    if (self->size() == 0) disband(self, 0);
  }
  static void disband(Change<Party>& self, std::uint32_t gold) {
    self.send_to_world(Share{self->rest + gold});
    self.leave();
  }
};

}  // namespace law::party
