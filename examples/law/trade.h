// Trade: two traders hand goods to a trade, which gives both goods on in one tick, or gives both back.
#pragma once

#include "law/common.h"

namespace law::trade {

struct Goods {
  std::uint32_t gold = 0;
  std::uint32_t apples = 0;
  static constexpr auto table =
      wire::record("Goods", "What can be traded.", wire::field("gold", &Goods::gold, "how much"),
                   wire::field("apples", &Goods::apples, "how many"));
  bool operator==(const Goods&) const = default;
  void add(const Goods& other) {
    gold += other.gold;
    apples += other.apples;
  }
  /// Returns false, and takes nothing, if there is not enough.
  bool take(const Goods& other) {
    if (gold < other.gold || apples < other.apples) return false;
    gold -= other.gold;
    apples -= other.apples;
    return true;
  }
};

struct Trader {
  Goods goods;
  static constexpr auto table =
      world::attributes("Trader", "A player.", world::own("goods", &Trader::goods, "what it has"));
};
struct Trade {
  EntityId seller;
  EntityId buyer;
  Goods offered;
  Goods wanted;
  bool has_offered = false;
  bool has_wanted = false;
  std::uint64_t ends_at = 0;
  static constexpr auto table = world::attributes(
      "Trade", "A trade of two traders.", world::shown("seller", &Trade::seller, "who has opened it"),
      world::shown("buyer", &Trade::buyer, "who may accept it"),
      world::shown("offered", &Trade::offered, "what the seller gives"),
      world::shown("wanted", &Trade::wanted, "what the buyer gives"),
      world::hidden("has_offered", &Trade::has_offered, "the goods of the seller lie here"),
      world::hidden("has_wanted", &Trade::has_wanted, "the goods of the buyer lie here"),
      world::hidden("ends_at", &Trade::ends_at, "the tick at which the trade fails"));
};
struct Lost {
  Goods goods;
  static constexpr auto table =
      world::attributes("Lost", "Goods of traders that are gone.",
                        world::hidden("goods", &Lost::goods, "all of them together"));
};

struct Open {
  EntityId buyer;
  Goods offered;
  Goods wanted;
  static constexpr auto table =
      wire::packet(2, "Open", "Open a trade.", wire::field("buyer", &Open::buyer, "with whom"),
                   wire::field("offered", &Open::offered, "what the client gives"),
                   wire::field("wanted", &Open::wanted, "what the client gets"));
};
struct Accept {
  EntityId trade;
  static constexpr auto table =
      wire::packet(3, "Accept", "Accept a trade.", wire::field("trade", &Accept::trade, "which"));
};
struct Cancel {
  EntityId trade;
  static constexpr auto table =
      wire::packet(4, "Cancel", "Give a trade up.", wire::field("trade", &Cancel::trade, "which"));
};

struct Delivery {
  Goods goods;
  static constexpr auto table = world::effect("Delivery", "Goods on their way.", WhenGone::give_back,
                                              wire::field("goods", &Delivery::goods, "which"));
};
struct Close {
  static constexpr auto table = world::effect("Close", "A trade fails.", WhenGone::drop);
};
struct Offer {
  EntityId buyer;
  Goods offered;
  Goods wanted;
  static constexpr auto table = world::effect(
      "Offer", "A trader opens a trade.", WhenGone::drop, wire::field("buyer", &Offer::buyer, "with whom"),
      wire::field("offered", &Offer::offered, "what the seller gives"),
      wire::field("wanted", &Offer::wanted, "what the buyer gives"));
};
struct Pay {
  EntityId trade;
  Goods goods;
  static constexpr auto table = world::effect("Pay", "A trader accepts a trade.", WhenGone::drop,
                                              wire::field("trade", &Pay::trade, "which"),
                                              wire::field("goods", &Pay::goods, "what it gives"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Trader, Trade>;
  using Commands = wire::Types<Open, Accept, Cancel>;
  using Effects = wire::Types<Delivery, Close, Offer, Pay>;
  using WorldState = Lost;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t patience = 100;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Trader{{start.supply, start.supply}}, start.position);
  }

  void decide(const View& view, const Self<Trader>& self, const Open& open, Proposals& propose) const {
    const auto buyer = view.find(open.buyer);
    if (buyer && buyer->as<Trader>() && buyer->id != self.id)
      propose.self(Offer{open.buyer, open.offered, open.wanted});
  }
  void apply(Change<Trader>& self, const Offer& offer) const {
    if (!self->goods.take(offer.offered)) return;
    const Trade trade{self.id(), offer.buyer, offer.offered, offer.wanted};
    self.send(self.make(trade, self.position()), Delivery{offer.offered});
  }
  // The trade's terms never change. So the buyer pays exactly for what it has seen.
  void decide(const View& view, const Self<Trader>&, const Accept& accept, Proposals& propose) const {
    const auto seen = view.find(accept.trade);
    if (const Trade* trade = seen ? seen->as<Trade>() : nullptr)
      propose.self(Pay{accept.trade, trade->wanted});
  }
  void apply(Change<Trader>& self, const Pay& pay) const {
    if (self->goods.take(pay.goods)) self.send(pay.trade, Delivery{pay.goods});
  }
  void decide(const View&, const Self<Trader>&, const Cancel& cancel, Proposals& propose) const {
    propose.to(cancel.trade, Close{});
  }

  // What does not belong here goes back at once: goods of a third trader, or goods that are here already.
  void apply(Change<Trade>& self, const Delivery& delivery) const {
    const bool is_offered =
        self.from() == self->seller && !self->has_offered && delivery.goods == self->offered;
    const bool is_wanted = self.from() == self->buyer && !self->has_wanted && delivery.goods == self->wanted;
    if (!is_offered && !is_wanted) return self.send(self.from(), delivery);
    (is_offered ? self->has_offered : self->has_wanted) = true;
    if (!self->has_offered || !self->has_wanted) {
      self->ends_at = self.tick() + patience;
      return self.wake_at(self->ends_at);
    }
    self.send(self->seller, Delivery{self->wanted});
    self.send(self->buyer, Delivery{self->offered});
    self.leave();
  }
  // One of the goods has lain here long enough, and the other has not come.
  void decide(const View& view, const Self<Trade>& self, Clock, Proposals& propose) const {
    if (self->ends_at != 0 && view.tick() >= self->ends_at) propose.self(Close{});
  }
  // Close comes after all deliveries of the tick. So a trade that is complete is never closed.
  void apply(Change<Trade>& self, const Close&) const {
    const EntityId from = self.from();
    if (from != self->seller && from != self->buyer && from != self.id()) return;
    if (self->has_offered) self.send(self->seller, Delivery{self->offered});
    if (self->has_wanted) self.send(self->buyer, Delivery{self->wanted});
    self.leave();
  }

  void apply(Change<Trader>& self, const Delivery& delivery) const { self->goods.add(delivery.goods); }
  void apply(Change<Trader>& self, const world::Returned<Delivery>& back) const {
    self->goods.add(back.effect.goods);
  }
  void apply(WorldChange& world, const world::Returned<Delivery>& back) const {
    world->goods.add(back.effect.goods);
  }
};

}  // namespace law::trade
