// View: what one client knows of the world of a game. It also checks every packet of the server.
//
// It is a CellView that also follows the packets about the kinds of entities (world/kind_packets.h), and so
// the attributes of the entities in sight. A view that keeps no attributes needs less memory. It checks the
// same, and suits bots. One thread.
//
// `Parts` are those of the game (world/rules.h). A view needs its Entities, its Answers and its Offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/client/cell_view.h"
#include "madang/wire/dispatch.h"
#include "madang/world/columns.h"
#include "madang/world/kind_packets.h"

namespace madang::client {

/// What a view does with the attributes of the entities in sight, after it has checked them.
enum class Attributes : std::uint8_t { keep, check_only };

template <class Parts>
class View : public CellView {
 public:
  using Kinds = Parts::Entities;
  using Offset = Parts::Offset;

  /// `findings` must outlive the view.
  explicit View(Findings& findings, const Motion& motion = {}, Attributes attributes = Attributes::keep)
      : CellView(findings, motion), keeps_attributes_(attributes == Attributes::keep) {}

  CloseReason apply(const wire::Frame& frame) final;
  void prefetch(Bytes received) const final { prefetch_for<Offset>(received); }

  /// Returns the attributes that everybody gets. The others have their default values. Returns null if the
  /// entity is of another kind, or if the view keeps no attributes. Valid until the next packet.
  template <class E>
  const E* attributes(const Seen& seen) const {
    return keeps_attributes_ && seen.kind == world::index_in<E, Kinds> ? &columns_.template at<E>(seen.place)
                                                                       : nullptr;
  }
  /// Returns the attributes of the client's own entity that only this client gets.
  template <class E>
  const E& own() const {
    return std::get<E>(own_);
  }
  /// Returns how many bytes the view has allocated.
  std::size_t memory_bytes() const { return CellView::memory_bytes() + columns_.memory_bytes(); }

 protected:
  /// Applies an answer of the game to this client. Returns none, or the reason why it is not one.
  virtual CloseReason apply_answer(const wire::Frame& frame) { return check_answer(frame); }

 private:
  /// The beginning of a packet about entities of a cell.
  struct Head {
    Cell cell;
    std::uint16_t count = 0;  ///< of entities
  };
  static bool parse(Bytes& body, Head& head) {
    return wire::parse(body, head.cell.x) && wire::parse(body, head.cell.y) && wire::parse(body, head.count);
  }
  static CloseReason check_answer(const wire::Frame& frame) {
    return wire::visit_packet(typename Parts::Answers{}, frame, [](const auto&) {});
  }

  CloseReason apply_told(const wire::Frame& frame) override { return check_answer(frame); }
  void on_gone(const Sighting& sighting) override {
    if (keeps_attributes_) columns_.remove(sighting.kind, sighting.place);
  }

  CloseReason apply_kind(const wire::Frame& frame);
  template <class E>
  CloseReason apply_enter(Bytes body);
  template <class E>
  CloseReason apply_change(Bytes body);
  template <class E>
  CloseReason apply_own(Bytes body);

  /// A kind without attributes for its owner costs nothing.
  template <class E>
  using OwnOf = std::conditional_t<(world::AttributesFor<E, world::Audience::owner>::count > 0),
                                   std::tuple<E>, std::tuple<>>;
  template <class... E>
  static auto own_of(wire::Types<E...>) -> decltype(std::tuple_cat(OwnOf<E>{}...));

  const bool keeps_attributes_;
  world::Columns<Kinds> columns_;
  decltype(own_of(Kinds{})) own_;
};

}  // namespace madang::client

#include "madang/client/view_kinds.h"
