// The packets about the entities of a game. For each kind of entity there are up to three:
//
//   256 + 4k  CellEnterKIND    these entities are in the cell now: id, alias, position, all shown attributes
//   257 + 4k  CellChangeKIND   shown attributes have changed: alias, mask, the attributes in the mask
//   258 + 4k  OwnKIND          attributes that only the owner gets: mask, the attributes in the mask
//
// k is the number of the kind in the game's list. A mask has one bit for each attribute, the first one
// lowest, in as few whole bytes as it needs (1, 2 or 4). The other packets about cells are in
// wire/cell_packets.h.
//
// An alias is the short name of an entity in its cell: the lowest free one, given in the order of ids. The
// lists of a packet are in the order of aliases. An entity that goes to another cell gets an alias there, and
// the client knows by its id that it is the same one.
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
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "madang/base/buffer.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/codec.h"
#include "madang/wire/schema.h"
#include "madang/world/attributes.h"
#include "madang/world/columns.h"
#include "madang/world/entity_id.h"

namespace madang::world {

using wire::alias_of_cell;
using wire::CellAlias;

inline constexpr std::uint16_t kind_opcode_min = 256;
inline constexpr std::uint16_t opcodes_a_kind = 4;

/// The opcodes of the packets about one kind of entity.
template <class E, class Kinds>
struct KindOpcodes {
  static constexpr std::uint16_t enter =
      static_cast<std::uint16_t>(kind_opcode_min + opcodes_a_kind * index_in<E, Kinds>);
  static constexpr std::uint16_t change = enter + 1;
  static constexpr std::uint16_t own = enter + 2;
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

  /// Calls visit(bit, field) for each attribute. Visits no attribute for another audience, also at compile
  /// time: a hidden one may be of a type that no packet carries.
  template <class Visit>
  static constexpr void for_each(Visit visit) {
    std::uint32_t bit = 0;
    const auto visit_one = [&]<std::size_t i>(std::integral_constant<std::size_t, i>) {
      constexpr auto field = std::get<i>(E::table.fields);
      if constexpr (field.audience == audience) visit(static_cast<Mask>(std::uint64_t{1} << bit++), field);
    };
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (visit_one(std::integral_constant<std::size_t, i>{}), ...);
    }(std::make_index_sequence<wire::field_count<E>>{});
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

/// Appends frames of one cell that consist of the cell and a list. Items that do not fit into one frame go
/// into several. No items: no frame.
class CellFrames {
 public:
  CellFrames(Buffer& out, std::uint16_t opcode, std::uint16_t column, std::uint16_t row)
      : out_(out), opcode_(opcode), column_(column), row_(row) {}
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
    store(frame + head_bytes - sizeof count_, count_);
    count_ = 0;
  }

 private:
  static constexpr std::size_t head_bytes = wire::frame_header_bytes + 3 * sizeof(std::uint16_t);
  void begin() {
    begin_ = out_.size();
    std::byte* to = out_.extend(head_bytes) + sizeof(std::uint16_t);
    to = wire::put(to, opcode_);
    to = wire::put(to, column_);
    wire::put(to, row_);
  }

  Buffer& out_;
  const std::uint16_t opcode_;
  const std::uint16_t column_;
  const std::uint16_t row_;
  std::size_t begin_ = 0;
  std::uint16_t count_ = 0;
};

// ---- The tables of these packets as plain data

/// The name of a packet of a kind, such as "CellEnter" + "Tank".
class KindName {
 public:
  constexpr KindName(std::string_view before, std::string_view kind, std::string_view after = "") {
    for (const std::string_view part : {before, kind, after})
      for (const char c : part) text_[size_++] = c;
  }
  constexpr operator std::string_view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 80> text_{};
  std::size_t size_ = 0;
};

/// Returns the infos of the attributes for one audience. `is_masked`: each is there only if the mask has its
/// bit.
template <class E, Audience audience>
constexpr auto attribute_infos(bool is_masked) {
  using Chosen = AttributesFor<E, audience>;
  std::array<wire::FieldInfo, Chosen::count> infos{};
  std::size_t at = 0;
  Chosen::for_each([&](auto, const auto& field) {
    infos[at] = wire::field_info(field);
    if (is_masked) infos[at].bit = static_cast<std::int8_t>(at);
    ++at;
  });
  return infos;
}

/// Returns the infos of `first`, and then those of `rest`.
template <class Info, std::size_t first_count, std::size_t rest_count>
constexpr std::array<Info, first_count + rest_count> joined(const std::array<Info, first_count>& first,
                                                            const std::array<Info, rest_count>& rest) {
  std::array<Info, first_count + rest_count> all{};
  for (std::size_t i = 0; i < first_count; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < rest_count; ++i) all[first_count + i] = rest[i];
  return all;
}

template <class T>
constexpr wire::FieldInfo plain_field(std::string_view name, std::string_view doc) {
  return {name, doc, wire::type_info<T>, wire::FieldInfo::no_bit};
}
constexpr wire::FieldInfo list_field(std::string_view name, std::string_view doc,
                                     const wire::TypeInfo& item) {
  return {name, doc, {.kind = wire::TypeKind::list, .item = &item}, wire::FieldInfo::no_bit};
}
constexpr wire::TypeInfo record_type(const wire::RecordInfo& record) {
  return {.kind = wire::TypeKind::record, .record = &record};
}

/// The tables of the packets about one kind of entity.
template <class E, class Kinds, class Offset>
struct KindPackets {
  using Shown = AttributesFor<E, Audience::everybody>;
  using Own = AttributesFor<E, Audience::owner>;
  using Opcodes = KindOpcodes<E, Kinds>;
  static constexpr std::string_view kind = E::table.name;
  static constexpr wire::FieldInfo cell_x = plain_field<std::uint16_t>("cell_x", wire::cell_x_doc);
  static constexpr wire::FieldInfo cell_y = plain_field<std::uint16_t>("cell_y", wire::cell_y_doc);
  static constexpr wire::FieldInfo alias =
      plain_field<CellAlias>("alias", "its short name in the packets of this cell");

  static constexpr auto item_fields =
      joined(std::array{plain_field<wire::Id>("id", "its id, which no other entity ever has"), alias,
                        plain_field<Offset>("x", "its position within the cell, counted from the left"),
                        plain_field<Offset>("y", "its position within the cell, counted from the top")},
             attribute_infos<E, Audience::everybody>(false));
  static constexpr wire::RecordInfo item{kind, E::table.doc, item_fields};
  static constexpr wire::TypeInfo item_type = record_type(item);
  static constexpr KindName enter_name{"CellEnter", kind};
  static constexpr std::array enter_fields{cell_x, cell_y, list_field("entities", "the entities", item_type)};

  static constexpr KindName change_item_name{kind, "Change"};
  static constexpr auto change_item_fields =
      joined(std::array{alias, plain_field<typename Shown::Mask>(
                                   "mask", "one bit for each attribute that follows, the first one lowest")},
             attribute_infos<E, Audience::everybody>(true));
  static constexpr wire::RecordInfo change_item{change_item_name, "What has changed of an entity.",
                                                change_item_fields};
  static constexpr wire::TypeInfo change_item_type = record_type(change_item);
  static constexpr KindName change_name{"CellChange", kind};
  static constexpr std::array change_fields{cell_x, cell_y,
                                            list_field("entities", "the entities", change_item_type)};

  static constexpr KindName own_name{"Own", kind};
  static constexpr auto own_fields =
      joined(std::array{plain_field<typename Own::Mask>(
                 "mask", "one bit for each attribute that follows, the first one lowest")},
             attribute_infos<E, Audience::owner>(true));

  static constexpr std::size_t count = 1 + (Shown::count > 0 ? 1 : 0) + (Own::count > 0 ? 1 : 0);
  static constexpr std::array<wire::PacketInfo, count> packets = [] {
    std::array<wire::PacketInfo, count> infos{};
    std::size_t at = 0;
    infos[at++] = {Opcodes::enter, {enter_name, "These entities are in the cell now.", enter_fields}};
    if (Shown::count > 0)
      infos[at++] = {Opcodes::change,
                     {change_name, "These entities of the cell have other attributes now.", change_fields}};
    if (Own::count > 0)
      infos[at++] = {
          Opcodes::own,
          {own_name, "Attributes of the client's own entity that no other client gets.", own_fields}};
    return infos;
  }();
};

}  // namespace madang::world
