#include "madang/base/unicode.h"

#include <algorithm>
#include <tuple>

#include "madang/base/unicode_tables.h"

namespace madang::unicode {

namespace {

// Hangul syllables follow a formula instead of a table (chapter 3.12 of the standard).
constexpr char32_t syllable_first = 0xac00;
constexpr char32_t leading_first = 0x1100;
constexpr char32_t vowel_first = 0x1161;
constexpr char32_t trailing_none = 0x11a7;  // the first trailing consonant comes after it
constexpr char32_t leading_count = 19;
constexpr char32_t vowel_count = 21;
constexpr char32_t trailing_count = 28;
constexpr char32_t syllable_count = leading_count * vowel_count * trailing_count;

bool is_within(char32_t character, char32_t first, char32_t count) {
  return character >= first && character - first < count;
}

void append_decomposed(std::u32string& out, char32_t character) {
  if (is_within(character, syllable_first, syllable_count)) {
    const char32_t index = character - syllable_first;
    out.push_back(leading_first + index / trailing_count / vowel_count);
    out.push_back(vowel_first + index / trailing_count % vowel_count);
    if (index % trailing_count != 0) out.push_back(trailing_none + index % trailing_count);
    return;
  }
  const auto& all = tables().decompositions;
  const auto found = std::ranges::lower_bound(all, character, {}, &Decomposition::whole);
  if (found == all.end() || found->whole != character) {
    out += character;
    return;
  }
  append_decomposed(out, found->first);
  if (found->second != 0) out += found->second;  // it never decomposes further
}

/// Returns the composition of two characters; 0 when there is none.
char32_t composed(char32_t first, char32_t second) {
  if (is_within(first, leading_first, leading_count) && is_within(second, vowel_first, vowel_count))
    return syllable_first + ((first - leading_first) * vowel_count + (second - vowel_first)) * trailing_count;
  if (is_within(first, syllable_first, syllable_count) && (first - syllable_first) % trailing_count == 0 &&
      is_within(second, trailing_none + 1, trailing_count - 1))
    return first + (second - trailing_none);
  const auto key = [](const Decomposition& one) { return std::tuple(one.first, one.second); };
  const auto& all = tables().compositions;
  const auto found = std::ranges::lower_bound(all, std::tuple(first, second), {}, key);
  return found != all.end() && key(*found) == std::tuple(first, second) ? found->whole : 0;
}

std::uint8_t class_of(char32_t character) { return properties_of(character).combining_class; }

}  // namespace

const Properties& properties_of(char32_t character) {
  static constexpr Properties beyond;
  if (character >= characters) return beyond;
  const Tables& all = tables();
  const std::size_t block = all.blocks[character >> block_bits];
  return all.records[all.block_records[block << block_bits | (character & ((1u << block_bits) - 1))]];
}

bool is_variation(char32_t character, char32_t selector) {
  // The variants of ideographs are registered outside of the standard, so all of them are accepted.
  constexpr char32_t ideographic_first = 0xe0100;
  if (selector >= ideographic_first) return properties_of(character).is_ideograph;
  const auto key = [](const Variation& one) { return std::tuple(one.character, one.selector); };
  return std::ranges::binary_search(tables().variations, std::tuple(character, selector), {}, key);
}

std::size_t flag_tags(char32_t pictograph, std::u32string_view text) {
  for (const std::u32string_view flag : tables().flags)
    if (flag.front() == pictograph && text.starts_with(flag.substr(1))) return flag.size() - 1;
  return 0;
}

void decompose(std::u32string& text) {
  std::u32string spare;
  spare.reserve(text.size() * 2);
  decompose(text, spare);
}

void decompose(std::u32string& text, std::u32string& out) {
  out.clear();
  for (const char32_t character : text) append_decomposed(out, character);
  // The canonical order sorts marks by their class. Marks of one class keep their order.
  for (auto at = out.begin(); at != out.end();) {
    const auto is_starter = [](char32_t character) { return class_of(character) == 0; };
    const auto first = std::find_if_not(at, out.end(), is_starter);
    at = std::find_if(first, out.end(), is_starter);
    // Each mark goes behind the marks of its class and of lower classes. std::stable_sort would allocate
    // memory for a few marks.
    for (auto mark = first; mark != at; ++mark)
      std::rotate(std::upper_bound(first, mark, class_of(*mark),
                                   [](auto wanted, char32_t c) { return wanted < class_of(c); }),
                  mark, mark + 1);
  }
  text.swap(out);
}

void compose(std::u32string& text) {
  std::size_t starter = std::u32string::npos;
  std::uint8_t last_class = 0;  // of the character before this one, if it is not the starter
  std::size_t end = 0;
  for (const char32_t character : text) {
    const std::uint8_t own_class = class_of(character);
    const bool is_next_to_starter = starter != std::u32string::npos && starter + 1 == end;
    const bool may_compose = is_next_to_starter || (last_class != 0 && last_class < own_class);
    if (starter != std::u32string::npos && may_compose) {
      if (const char32_t whole = composed(text[starter], character); whole != 0) {
        text[starter] = whole;
        continue;
      }
    }
    if (own_class == 0) starter = end;
    last_class = own_class;
    text[end++] = character;
  }
  text.resize(end);
}

}  // namespace madang::unicode
