// Encoder: encodes the events of a tick that many clients get: the changes and states of cells, and shouts.
//
// The changes of a cell are encoded once, however many sessions watch the cell. Events for one client are
// only grouped by worker; the worker's gateway encodes them. Zone thread only, after the tick.
#pragma once

#include <span>
#include <vector>

#include "board/events.h"
#include "board/zone.h"
#include "madang/net/tick_output.h"
#include "madang/wire/packets.h"

namespace madang::net {

class Encoder {
 public:
  /// Replaces the content of `output`. `positions_of` are the throttled cells whose CellPositions are
  /// encoded, ascending. Precondition: `output.personal` has one entry for each worker.
  void encode(const board::Zone& zone, const board::TickEvents& events,
              std::span<const board::CellIndex> positions_of, TickOutput& output);

 private:
  void encode_enters_and_words(const board::Zone& zone, const board::CellChanges& changes, Buffer& out);
  void encode_steps(const board::Zone& zone, const board::CellChanges& changes, Buffer& out);
  void encode_positions(const board::Zone& zone, board::CellIndex cell, Buffer& out);
  void encode_leaves(const board::Zone& zone, const board::CellChanges& changes, Buffer& out);
  void encode_state(const board::Zone& zone, board::CellIndex cell, Buffer& out);
  void encode_pieces(const board::Zone& zone, board::CellIndex cell, Buffer& out);
  void group_personal(const board::TickEvents& events, TickOutput& output);

  // The lists of the packet that is being encoded. They are members, so that they keep their memory.
  std::vector<wire::Piece> pieces_;
  std::vector<wire::Step> steps_;
  std::vector<wire::Alias> leavers_;
  std::vector<board::Alias> aliases_;
  std::vector<std::byte> obstacles_;
};

}  // namespace madang::net
