// ShortText<capacity>: a text of at most `capacity` bytes, without memory of its own. A plain value; any
// thread.
//
// For state that is copied, compared and saved as a whole, such as the name of a piece. Unused bytes are 0.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace madang {

template <std::size_t text_capacity>
class ShortText {
 public:
  static constexpr std::size_t capacity = text_capacity;
  static_assert(capacity <= 255, "its length is a u8");

  constexpr ShortText() = default;
  /// Takes as much of the text as fits. A caller whose text may be longer checks it first.
  constexpr ShortText(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), capacity))) {
    std::copy_n(text.data(), size_, bytes_.data());
  }
  template <std::size_t length>
  constexpr ShortText(const char (&text)[length]) : ShortText(std::string_view(text)) {}

  /// Does the same in place. The text may be a part of this one.
  constexpr void assign(std::string_view text) {
    size_ = static_cast<std::uint8_t>(std::min(text.size(), capacity));
    std::copy_n(text.data(), size_, bytes_.data());
    std::fill(bytes_.begin() + size_, bytes_.end(), '\0');
  }

  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr operator std::string_view() const { return view(); }
  constexpr bool operator==(const ShortText&) const = default;

 private:
  std::uint8_t size_ = 0;
  std::array<char, capacity> bytes_{};
};

}  // namespace madang
