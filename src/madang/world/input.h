// Input: what comes from outside of a world for a tick. A plain value.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/ids.h"
#include "madang/wire/table.h"

namespace madang::world {

/// `body` must stay valid during the tick.
struct Input {
  enum class Kind : std::uint8_t {
    command,  ///< a packet of the character's client; the body is that of the packet
    enter,    ///< the character enters; the body is the game's Entry
    leave,    ///< the character leaves
    say,      ///< words for all clients that watch the cell of the character's entity; the body is Words
    shout,    ///< words for all clients in the world; the body is Words
    attach,   ///< another client acts for the character from now on, and knows nothing yet
    operate,  ///< an action of the operator on the world; without a character; the body is that of the action
    come_back,  ///< the character enters as it was kept; the body is ComeBack
  };
  static constexpr std::uint8_t kind_count = 8;

  Kind kind = Kind::command;
  CharacterId character;
  std::uint16_t opcode = 0;  ///< of a command; of an action: its number in OperatorActions
  Bytes body;

  /// Returns whether the character comes into the world.
  bool is_entry() const { return kind == Kind::enter || kind == Kind::come_back; }
};

/// How a character comes back. The owner of the world has the image from an earlier WorldOutput, or from
/// AnyWorld::keep().
struct ComeBack {
  Bytes entry;  ///< the game's Entry
  Bytes image;  ///< what was kept (world/kept.h)

  static constexpr auto table =
      wire::record("ComeBack", "How a character comes back.",
                   wire::field("entry", &ComeBack::entry, "what the player has chosen: the record Entry"),
                   wire::field("image", &ComeBack::image, "what was kept of the character's entity"));
};

/// What a player says or shouts. The maker of the input has checked that both can be shown.
struct Words {
  std::string_view name;  ///< of the character
  std::string_view text;

  static constexpr auto table = wire::record("Words", "What a player says.",
                                             wire::field("name", &Words::name, "the name of the player"),
                                             wire::field("text", &Words::text, "the message"));
};

}  // namespace madang::world
