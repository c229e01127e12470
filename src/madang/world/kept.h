// Kept: what is kept of the entity of a character, so that the character comes back as it has left.
//
//   struct Tank {
//     std::uint8_t hit_points = 100;
//     std::uint64_t next_shot = 0;
//     static constexpr auto table =
//         attributes("Tank", "The vehicle of a player.",
//                    kept(shown("hit_points", &Tank::hit_points, "0: destroyed")),
//                    hidden("next_shot", &Tank::next_shot, "the tick from which on it may fire"));
//   };
//
//   // The rules let a tank come back. A kind for which they have no such function is not kept.
//   void come_back(WorldChange& world, CharacterId character, const Entry& entry,
//                  const Kept<Tank>& kept) const {
//     world.place(character, kept.attributes, world.is_free(kept.position) ? kept.position : start);
//   }
//
// Kept are the position and the attributes that the table marks. The others have the values of Tank{}. A tick
// means nothing in another life of the world, so it is not kept.
//
// The bytes are an image (wire/image.h) of the kind, the position and these attributes. So a later version of
// the game reads them. If it cannot, the character does not enter (character_unreadable), and its image stays
// as it is. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "madang/wire/image.h"
#include "madang/world/attributes.h"
#include "madang/world/position.h"

namespace madang::world {

/// What was kept of an entity.
template <class E>
struct Kept {
  /// Where it stood. The map may have changed: it may be an obstacle now, or not on the map.
  Position position;
  E attributes{};
};

/// The most bytes of an image. A kind that may need more does not compile.
inline constexpr std::size_t kept_bytes_max = 32 * 1024;

/// Returns the most bytes of a value in an image.
template <class T>
consteval std::size_t image_bytes_max() {
  constexpr std::size_t number = 1 + sizeof(std::uint64_t);
  constexpr std::size_t count = 1 + sizeof(std::uint16_t);
  if constexpr (wire::Record<T>) {
    std::size_t bytes = count;
    wire::for_each_field<T>([&](const auto& field) {
      bytes += 1 + field.name.size() + image_bytes_max<typename std::remove_cvref_t<decltype(field)>::Type>();
    });
    return bytes;
  } else if constexpr (wire::is_array<T>) {
    return count + std::tuple_size_v<T> * image_bytes_max<typename T::value_type>();
  } else if constexpr (wire::is_short_text<T>) {
    return count + T::capacity;
  } else if constexpr (wire::Enumerated<T>) {
    std::size_t longest = 0;
    for (const wire::Value& value : wire::enumeration<T>.values)
      longest = std::max(longest, value.name.size());
    return count + longest;
  } else {
    return number;
  }
}

/// Returns the image of an entity.
template <class E>
std::vector<std::byte> kept_image(Position position, const E& attributes) {
  static_assert(image_bytes_max<E>() < kept_bytes_max - 1024, "an entity that is kept has at most 31 KiB");
  std::size_t count = 0;
  wire::for_each_field<E>([&](const auto& field) { count += field.is_kept; });
  wire::ImageWriter out;
  out.begin_record(4);
  out.name("kind");
  out.text(E::table.name);
  out.name("x");
  wire::write_image(out, position.x);
  out.name("y");
  wire::write_image(out, position.y);
  out.name("attributes");
  out.begin_record(count);
  wire::for_each_field<E>([&](const auto& field) {
    if (!field.is_kept) return;
    out.name(field.name);
    wire::write_image(out, attributes.*(field.member));
  });
  return out.take();
}

/// Returns the name of the kind in an image. It stands first, because it says how to read the rest.
inline std::expected<std::string_view, std::string> kept_kind(Bytes image) {
  wire::ImageReader in(image);
  const bool has_fields = in.begin_record() > 0;
  if (!has_fields || in.name() != "kind") in.fail("it is no image of an entity");
  const std::string_view kind = in.text();
  if (!in.is_good()) return std::unexpected(in.error());
  return kind;
}

/// Returns what an image of this kind has, or why it cannot be read. An attribute that the game does not keep
/// any more is left out.
template <class E>
std::expected<Kept<E>, std::string> read_kept(Bytes image) {
  Kept<E> kept;
  wire::ImageReader in(image);
  for (std::size_t fields = in.begin_record(); fields > 0 && in.is_good(); --fields) {
    const std::string_view name = in.name();
    if (name == "x" || name == "y") {
      in.enter(name);
      wire::read_image(in, name == "x" ? kept.position.x : kept.position.y);
      in.leave();
    } else if (name == "attributes") {
      for (std::size_t left = in.begin_record(); left > 0 && in.is_good(); --left) {
        const std::string_view attribute = in.name();
        bool is_read = false;
        wire::for_each_field<E>([&](const auto& field) {
          if (is_read || !field.is_kept || field.name != attribute) return;
          is_read = true;
          in.enter(field.name);
          wire::read_image(in, kept.attributes.*(field.member));
          in.leave();
        });
        if (!is_read) in.skip();
      }
    } else {
      in.skip();
    }
  }
  if (in.is_good() && !in.is_at_end()) in.fail("the image is longer than its record");
  if (!in.is_good()) return std::unexpected(in.error());
  return kept;
}

}  // namespace madang::world
