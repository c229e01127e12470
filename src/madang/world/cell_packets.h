// The packets by which a client follows the cells that it watches. They are the same for every game; the
// attributes in them are those of the game's tables.
//
//   132 CellBegin     cell, u16 bytes of obstacles, one bit a tile   the client begins to watch the cell
//   133 CellForget    cell                                           ... and stops: all in it is out of sight
//   134 CellEnter     cell, u8 kind, u16 count of
//                       {id, u16 alias, x, y, shown attributes}      these entities are in the cell now
//   135 CellMove      cell, u16 count of {u16 alias, x, y}           they have moved within the cell
//   136 CellLeave     cell, u16 count of {u16 alias}                 they have left the cell
//   143 CellTold      cell, u16 alias, frame                         a packet of the game, from one of them
//   144 CellChange    cell, u8 kind, u16 count of
//                       {u16 alias, mask, attributes in the mask}    their shown attributes have changed
//   145 OwnChange     u8 kind, mask, attributes in the mask          ... and those that only the owner gets
//
// A cell is u16 column, u16 row. An id is 16 bytes. x and y count from the cell's upper left corner; they are
// u8 in cells of at most 256 units a side, else u16. A mask has one bit for each attribute, the first one
// lowest, in as few whole bytes as it needs (1, 2 or 4).
//
// An alias is the short name of an entity in its cell: the lowest free one, given in the order of ids. An
// entity that goes to another cell gets an alias there, and the client knows by its id that it is the same
// one. CellTold has alias_of_cell if the cell itself speaks.
//
// Nothing flickers. A client watches a new cell one tick after its own entity came near. So another entity
// that goes into such a cell has left its old cell a tick before the client sees it in the new one. Therefore
// a CellLeave comes one tick late, after the enters and states of its tick, and CellForget comes last. Until
// then the client knows the entity in both cells, and the later news counts. A client ignores a CellLeave of
// an alias that it does not know. An alias is given again when its CellLeave was sent in an earlier tick.
//
// Pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "madang/base/buffer.h"
#include "madang/wire/codec.h"
#include "madang/world/attributes.h"
#include "madang/world/entity_id.h"

namespace madang::world {

using CellAlias = std::uint16_t;
/// No entity has this alias.
inline constexpr CellAlias alias_of_cell = UINT16_MAX;

enum class CellOpcode : std::uint16_t {
  begin = 132,
  forget = 133,
  enter = 134,
  move = 135,
  leave = 136,
  told = 143,
  change = 144,
  own_change = 145,
};

/// The attributes of a kind for one audience, in the order of the table.
template <class E, Audience audience>
struct AttributesFor {
  static constexpr std::uint32_t count = std::apply(
      [](const auto&... fields) { return (std::uint32_t{fields.audience == audience} + ... + 0u); },
      E::table.fields);
  static_assert(count <= 32, "a kind has at most 32 attributes for one audience");
  using Mask = std::conditional_t<count <= 8, std::uint8_t,
                                  std::conditional_t<count <= 16, std::uint16_t, std::uint32_t>>;
  static constexpr Mask all = static_cast<Mask>((std::uint64_t{1} << count) - 1);

  /// Calls visit(bit, field) for each attribute.
  template <class Visit>
  static constexpr void for_each(Visit visit) {
    std::uint32_t bit = 0;
    wire::for_each_field<E>([&](const auto& field) {
      if (field.audience == audience) visit(static_cast<Mask>(std::uint64_t{1} << bit++), field);
    });
  }
  static Mask difference(const E& before, const E& now) {
    Mask mask = 0;
    for_each([&](Mask bit, const auto& field) {
      if (!(before.*(field.member) == now.*(field.member))) mask |= bit;
    });
    return mask;
  }
  static std::size_t size_of(const E& attributes, Mask mask) {
    std::size_t size = 0;
    for_each([&](Mask bit, const auto& field) {
      if (mask & bit) size += wire::size_of(attributes.*(field.member));
    });
    return size;
  }
  static std::byte* put(std::byte* to, const E& attributes, Mask mask) {
    for_each([&](Mask bit, const auto& field) {
      if (mask & bit) to = wire::put(to, attributes.*(field.member));
    });
    return to;
  }
  /// Parses the attributes in the mask. Returns false when the bytes are no such attributes.
  static bool parse(Bytes& rest, E& attributes, Mask mask) {
    bool is_valid = (mask & ~all) == 0;
    for_each([&](Mask bit, const auto& field) {
      if (is_valid && (mask & bit)) is_valid = wire::parse(rest, attributes.*(field.member));
    });
    return is_valid;
  }
};

/// Appends frames of one cell that consist of a head and a list. Items that do not fit into one frame go into
/// several. No items: no frame.
class CellFrames {
 public:
  /// `more` follows the cell in the head: the kind, or nothing.
  CellFrames(Buffer& out, CellOpcode opcode, std::uint16_t column, std::uint16_t row, Bytes more = {})
      : out_(out), opcode_(opcode), column_(column), row_(row), more_(more) {}
  CellFrames(const CellFrames&) = delete;
  CellFrames& operator=(const CellFrames&) = delete;
  ~CellFrames() { end(); }

  /// Returns the place for an item of `size` bytes, which the caller writes at once.
  std::byte* item(std::size_t size) {
    if (count_ > 0 && out_.size() - begin_ + size > wire::frame_size_max) end();
    if (count_ == 0) begin();
    ++count_;
    return out_.extend(size);
  }
  /// Completes the frame.
  void end() {
    if (count_ == 0) return;
    std::byte* frame = out_.data() + begin_;
    store(frame, static_cast<std::uint16_t>(out_.size() - begin_));
    store(frame + head_bytes() - sizeof count_, count_);
    count_ = 0;
  }

 private:
  std::size_t head_bytes() const { return wire::frame_header_bytes + 4 + more_.size() + sizeof count_; }
  void begin() {
    begin_ = out_.size();
    std::byte* to = out_.extend(head_bytes()) + sizeof(std::uint16_t);
    to = wire::put(to, static_cast<std::uint16_t>(opcode_));
    to = wire::put(to, column_);
    to = wire::put(to, row_);
    wire::put_bytes(to, more_);
  }

  Buffer& out_;
  const CellOpcode opcode_;
  const std::uint16_t column_;
  const std::uint16_t row_;
  const Bytes more_;
  std::size_t begin_ = 0;
  std::uint16_t count_ = 0;
};

}  // namespace madang::world
