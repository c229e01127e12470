// Image: a record of a game as bytes that keep their meaning when the game changes.
//
// A packet is read by a program of the same version. What is kept is read years later, by a game whose table
// has other fields. So an image names its fields, and its numbers have no size:
//
//   - A field that the game has no more is left out. A field that the image does not have gets its value
//     of T{}.
//   - A number is read into a number of any size if it fits.
//   - The value of an enumeration is kept by its name. So values may be added, and their order may
//     change.
//   - A text or an array may become longer. A shorter one is read if nothing is lost.
//   - What cannot be read without a loss is an error that names the field. The image must stay as it is,
//     and a person decides. A field that is renamed is one that is removed and one that is added.
//
// Pure functions; any thread. Bytes that are no image give an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/base/short_text.h"
#include "madang/wire/codec.h"
#include "madang/wire/table.h"

namespace madang::wire {

/// Writes the values of an image, one behind the other.
class ImageWriter {
 public:
  void number(std::uint64_t value);
  void negative_number(std::int64_t value);
  void text(std::string_view value);
  /// The fields follow: for each one its name and its value.
  void begin_record(std::size_t fields);
  void name(std::string_view name);
  /// The items follow.
  void begin_list(std::size_t items);

  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void tag(std::uint8_t tag);
  template <class T>
  void put(T value);

  std::vector<std::byte> bytes_;
};

/// Reads the values of an image, one behind the other. After the first error it reads nothing more.
class ImageReader {
 public:
  explicit ImageReader(Bytes image) : rest_(image) {}

  /// A number of any sign.
  struct Number {
    bool is_negative = false;
    std::uint64_t bits = 0;  ///< of a negative number: those of the std::int64_t
  };
  Number number();
  std::string_view text();
  std::size_t begin_record();
  std::string_view name();
  std::size_t begin_list();
  /// Skips a value of any sort.
  void skip();

  /// Notes an error of the value that was read last.
  void fail(std::string why);
  /// Fields within fields, for the text of an error.
  void enter(std::string_view field) { path_.push_back(field); }
  void leave() {
    if (is_good()) path_.pop_back();
  }

  bool is_good() const { return !error_; }
  bool is_at_end() const { return rest_.empty(); }
  /// Returns the error with the path of its field. Precondition: is_good() is false.
  std::string error() const;

 private:
  enum class Tag : std::uint8_t;
  bool expect(Tag tag, std::string_view what);
  template <class T>
  T get();
  void skip(int depth);

  Bytes rest_;
  std::optional<std::string> error_;
  std::vector<std::string_view> path_;
};

template <class T>
void write_image(ImageWriter& out, const T& value) {
  if constexpr (Record<T>) {
    out.begin_record(field_count<T>);
    for_each_field<T>([&](const auto& field) {
      out.name(field.name);
      write_image(out, value.*(field.member));
    });
  } else if constexpr (is_array<T>) {
    out.begin_list(value.size());
    for (const auto& item : value) write_image(out, item);
  } else if constexpr (is_short_text<T>) {
    out.text(value.view());
  } else if constexpr (Enumerated<T>) {
    const auto& values = enumeration<T>.values;
    const auto index = static_cast<std::size_t>(std::to_underlying(value));
    out.text(index < values.size() ? values[index].name : std::string_view());
  } else if constexpr (std::same_as<T, bool>) {
    out.number(value ? 1 : 0);
  } else {
    static_assert(Number<T>, "an image has whole numbers, bools, enumerations, texts, records and arrays");
    if constexpr (std::is_signed_v<T>) {
      if (value < 0) return out.negative_number(value);
    }
    out.number(static_cast<std::uint64_t>(value));
  }
}

template <class T>
void read_image(ImageReader& in, T& value) {
  if constexpr (Record<T>) {
    for (std::size_t left = in.begin_record(); left > 0 && in.is_good(); --left) {
      const std::string_view name = in.name();
      bool is_known = false;
      for_each_field<T>([&](const auto& field) {
        if (is_known || field.name != name) return;
        is_known = true;
        in.enter(field.name);
        read_image(in, value.*(field.member));
        in.leave();
      });
      if (!is_known) in.skip();
    }
  } else if constexpr (is_array<T>) {
    const std::size_t count = in.begin_list();
    for (std::size_t i = 0; i < count && in.is_good(); ++i) {
      typename T::value_type item{};
      read_image(in, item);
      if (i < value.size()) {
        value[i] = item;
      } else if (!(item == typename T::value_type{})) {
        in.fail("it has more items than the game keeps");
      }
    }
  } else if constexpr (is_short_text<T>) {
    const std::string_view text = in.text();
    if (text.size() > T::capacity) in.fail("its text is longer than the game keeps");
    value = T(text);
  } else if constexpr (Enumerated<T>) {
    const std::string_view name = in.text();
    const auto& values = enumeration<T>.values;
    std::size_t index = 0;
    while (index < values.size() && values[index].name != name) ++index;
    if (index == values.size()) return in.fail("the game has no value \"" + std::string(name) + "\"");
    value = static_cast<T>(index);
  } else {
    const ImageReader::Number number = in.number();
    if constexpr (std::same_as<T, bool>) {
      if (number.is_negative || number.bits > 1) in.fail("its number is neither 0 nor 1");
      value = number.bits == 1;
    } else {
      const bool fits = number.is_negative ? std::in_range<T>(static_cast<std::int64_t>(number.bits))
                                           : std::in_range<T>(number.bits);
      if (!fits) in.fail("its number does not fit into the game's field");
      value = static_cast<T>(number.bits);
    }
  }
}

/// Returns a record as an image.
template <Record T>
std::vector<std::byte> image_of(const T& value) {
  ImageWriter out;
  write_image(out, value);
  return out.take();
}

/// Returns the record that an image of this version of the game, or of another one, has; or why it has none.
template <Record T>
std::expected<T, std::string> record_in(Bytes image) {
  ImageReader in(image);
  T value{};
  read_image(in, value);
  if (in.is_good() && !in.is_at_end()) in.fail("the image is longer than its record");
  if (!in.is_good()) return std::unexpected(in.error());
  return value;
}

}  // namespace madang::wire
