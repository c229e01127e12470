// describe(): the values of a world as text: of attributes, effects, and packets. For people who look for a
// difference. Pure functions; any thread.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "madang/base/text.h"
#include "madang/wire/codec.h"
#include "madang/world/entity_id.h"

namespace madang::world {

inline std::string quoted_text(std::string_view text) { return '"' + ::madang::shown(text) + '"'; }

/// Returns a value as text. What came from a client is safe for a screen.
template <class T>
std::string describe(const T& value) {
  if constexpr (std::same_as<T, EntityId>) {
    return text_of(value);
  } else if constexpr (wire::Record<T>) {
    std::string text;
    wire::for_each_field<T>([&](const auto& field) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, describe(value.*(field.member)));
    });
    return text;
  } else if constexpr (wire::is_array<T> || wire::is_list<T>) {
    std::string text;
    for (const auto& item : value) text += fmt::format("{}{}", text.empty() ? "" : ", ", describe(item));
    return '[' + text + ']';
  } else if constexpr (wire::is_short_text<T>) {
    return quoted_text(value.view());
  } else if constexpr (std::same_as<T, std::string_view>) {
    return quoted_text(value);
  } else if constexpr (std::same_as<T, Bytes>) {
    return fmt::format("{} bytes", value.size());
  } else if constexpr (std::same_as<T, wire::Id>) {
    return fmt::format("{:016x}{:016x}", value.high, value.low);
  } else if constexpr (wire::is_quantised<T>) {
    return fmt::format("{}", value.value());
  } else if constexpr (wire::Real<T>) {
    return fmt::format("{}", value);
  } else if constexpr (wire::Enumerated<T>) {
    const auto number = static_cast<std::size_t>(value);
    const auto& values = wire::enumeration<T>.values;
    return number < values.size() ? std::string(values[number].name) : std::to_string(number);
  } else {
    return fmt::format(
        "{}", static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(value));
  }
}

}  // namespace madang::world
