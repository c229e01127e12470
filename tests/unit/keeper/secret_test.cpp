#include "madang/keeper/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace madang::keeper {
namespace {

using SecretWord = Secret<16>;

template <class T>
concept CanBePrinted = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!std::is_copy_constructible_v<SecretWord> && !std::is_copy_assignable_v<SecretWord>);
static_assert(std::is_nothrow_move_constructible_v<SecretWord> &&
              std::is_nothrow_move_assignable_v<SecretWord>);
static_assert(!CanBePrinted<SecretWord> && CanBePrinted<std::string>);
static_assert(!fmt::is_formattable<SecretWord>::value && fmt::is_formattable<std::string>::value);
static_assert(!std::is_convertible_v<SecretWord, Bytes> &&
              !std::is_convertible_v<SecretWord, std::string_view>);

/// Returns whether the memory of an object has the text.
bool memory_has_text(const void* object, std::size_t size, std::string_view text) {
  return std::string_view(static_cast<const char*>(object), size).contains(text);
}

TEST(Secret, KeepsItsBytesUntilItIsCleared) {
  SecretWord word(as_bytes("sesame\0!"));
  EXPECT_EQ(as_text(word.bytes()), "sesame\0!");
  EXPECT_FALSE(word.is_empty());
  EXPECT_TRUE(memory_has_text(&word, sizeof word, "sesame"));
  word.clear();
  EXPECT_TRUE(word.is_empty());
  EXPECT_EQ(word.bytes().size(), 0u);
  EXPECT_FALSE(memory_has_text(&word, sizeof word, "sesame"));
}

TEST(Secret, ThatIsMovedIsWipedWhereItWas) {
  SecretWord first(as_bytes("sesame"));
  SecretWord second(std::move(first));
  EXPECT_EQ(as_text(second.bytes()), "sesame");
  EXPECT_FALSE(memory_has_text(&first, sizeof first, "sesam"));
  EXPECT_TRUE(first.is_empty());

  SecretWord third(as_bytes("a longer word"));
  third = std::move(second);
  EXPECT_EQ(as_text(third.bytes()), "sesame");
  EXPECT_FALSE(memory_has_text(&second, sizeof second, "sesam"));
  EXPECT_FALSE(memory_has_text(&third, sizeof third, "word")) << "the word of before";

  SecretWord& same = third;
  third = std::move(same);
  EXPECT_EQ(as_text(third.bytes()), "sesame");
}

TEST(Secret, ThatEndsIsWiped) {
  alignas(SecretWord) std::array<std::byte, sizeof(SecretWord)> place{};
  SecretWord* const word = new (place.data()) SecretWord(as_bytes("sesame"));
  EXPECT_TRUE(memory_has_text(place.data(), place.size(), "sesame"));
  std::destroy_at(word);
  EXPECT_FALSE(memory_has_text(place.data(), place.size(), "sesam"));
}

TEST(Secret, HasAMaximum) {
  const std::string longest(SecretWord::bytes_max, 'x');
  EXPECT_EQ(SecretWord(as_bytes(longest)).bytes().size(), 16u);
  EXPECT_TRUE(SecretWord(Bytes()).is_empty());
  EXPECT_DEATH(SecretWord(as_bytes(longest + "x")), "a secret of 17 bytes; at most 16");
}

}  // namespace
}  // namespace madang::keeper
