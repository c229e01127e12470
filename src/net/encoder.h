// Encoder: the events of a tick as packets. The one seam between what happens in the world and how it
// travels.
//
// On the zone's thread, right after the tick. What changed in a cell becomes bytes once, however many watch
// it.
#pragma once

#include <span>
#include <vector>

#include "net/tick_output.h"
#include "wire/packets.h"
#include "world/events.h"
#include "world/zone.h"

namespace madang::net {

class Encoder {
 public:
  /// Replaces what `output` held. `output.personal` has one entry for each worker. `positions_of` are the
  /// cells whose pieces' positions are to be told, ascending.
  void encode(const world::Zone& zone, const world::TickEvents& events,
              std::span<const world::CellIndex> positions_of, TickOutput& output);

 private:
  void encode_enters_and_words(const world::Zone& zone, const world::CellChanges& changes, Buffer& out);
  void encode_steps(const world::Zone& zone, const world::CellChanges& changes, Buffer& out);
  void encode_positions(const world::Zone& zone, world::CellIndex cell, Buffer& out);
  void encode_leaves(const world::Zone& zone, const world::CellChanges& changes, Buffer& out);
  void encode_state(const world::Zone& zone, world::CellIndex cell, Buffer& out);
  void encode_pieces(const world::Zone& zone, world::CellIndex cell, Buffer& out);
  void sort_personal(const world::TickEvents& events, TickOutput& output);

  // What a packet is made from, kept for the memory.
  std::vector<wire::Piece> pieces_;
  std::vector<wire::Step> steps_;
  std::vector<wire::Alias> leavers_;
  std::vector<world::Alias> aliases_;
  std::vector<std::byte> obstacles_;
};

}  // namespace madang::net
