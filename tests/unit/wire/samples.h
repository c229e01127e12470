// Samples: packets of every type with extreme or random fields. The same seed gives the same packets.
//
// It owns the texts and lists of all its packets. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/random.h"
#include "madang/wire/codec.h"

namespace madang::wire {

enum class Sample : std::uint8_t { smallest, largest, arbitrary };

class Samples {
 public:
  explicit Samples(std::uint64_t seed) : random_(seed) {}

  template <Record T>
  T make(Sample sample) {
    T value;
    for_each_field<T>([&](const auto& field) { fill(value.*(field.member), sample); });
    return value;
  }

  /// Number of list items in the largest samples.
  std::size_t list_size = 200;
  std::size_t blob_bytes = 60'000;

 private:
  template <class T>
  void fill(T& value, Sample sample) {
    if (sample == Sample::smallest) return;
    const bool largest = sample == Sample::largest;
    if constexpr (Number<T>) {
      value = static_cast<T>(largest ? ~std::uint64_t{0} : random_.next());
    } else if constexpr (std::same_as<T, bool>) {
      value = largest || random_.chance(1, 2);
    } else if constexpr (Real<T>) {
      value = largest ? std::numeric_limits<T>::max() : any_real<T>();
    } else if constexpr (is_quantised<T>) {
      value = T::of_steps(static_cast<T::Steps>(largest ? ~std::uint64_t{0} : random_.next()));
    } else if constexpr (Enumerated<T>) {
      const auto count = static_cast<std::uint32_t>(enumeration<T>.values.size());
      value = static_cast<T>(largest ? count - 1 : random_.below(count));
    } else if constexpr (std::same_as<T, std::string_view>) {
      value = keep(text(largest ? text_bytes_max : random_.below(text_bytes_max + 1)));
    } else if constexpr (is_short_text<T>) {
      value.assign(text(largest ? T::capacity : random_.below(T::capacity + 1)));
    } else if constexpr (std::same_as<T, Bytes>) {
      value = as_bytes(keep(std::string(largest ? blob_bytes : random_.below(200), '\x55')));
    } else if constexpr (Record<T>) {
      value = make<T>(sample);
    } else if constexpr (is_array<T>) {
      for (auto& item : value) fill(item, sample);
    } else {
      using Item = typename T::Item;
      std::vector<Item> items(largest ? list_size : random_.below(6));
      for (Item& item : items) fill(item, sample);
      value = keep(std::move(items));
    }
  }

  /// Returns any finite number: its bits are random.
  template <Real T>
  T any_real() {
    const T value = std::bit_cast<T>(static_cast<BitsOf<T>>(random_.next()));
    return is_finite(value) ? value : T{0};
  }

  /// Returns UTF-8 of exactly this number of bytes.
  std::string text(std::size_t bytes) {
    static constexpr std::string_view letters[] = {"a", "é", "마", "♞", "🙂", "\"", "\\"};
    std::string all;
    while (all.size() < bytes) {
      const std::string_view letter = letters[random_.below(std::size(letters))];
      all += all.size() + letter.size() <= bytes ? letter : "x";
    }
    return all;
  }

  template <class T>
  const T& keep(T value) {
    auto kept = std::make_shared<const T>(std::move(value));
    kept_.push_back(kept);
    return *kept;
  }

  Random random_;
  std::vector<std::shared_ptr<const void>> kept_;
};

}  // namespace madang::wire
