#include "madang/keeper/name_key.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "madang/base/check.h"
#include "madang/base/unicode.h"
#include "madang/keeper/look_tables.h"

namespace madang::keeper {

namespace {

/// Returns whether a reader cannot see the character, or sees only a space.
bool is_blank_in_names(char32_t character) {
  switch (unicode::properties_of(character).kind) {
    case unicode::Kind::space:
    case unicode::Kind::line:
    case unicode::Kind::joiner:
    case unicode::Kind::selector:
    case unicode::Kind::tag:
    case unicode::Kind::invisible: return true;
    case unicode::Kind::visible:
    case unicode::Kind::mark:
    case unicode::Kind::spacing_mark:
    case unicode::Kind::control:
    case unicode::Kind::unassigned: return false;
  }
  return false;
}

const Look* find_look(std::span<const Look> table, char32_t character) {
  const auto found = std::ranges::lower_bound(table, character, {}, &Look::character);
  return found != table.end() && found->character == character ? &*found : nullptr;
}

void append_look(std::u32string& out, char32_t character, bool is_second) {
  const LookTables& all = look_tables();
  const Look* look = is_second ? find_look(all.second_looks, character) : nullptr;
  if (look == nullptr) look = find_look(all.looks, character);
  if (look == nullptr) {
    out += character;
  } else if (look->length() == 0) {
    out += static_cast<char32_t>(look->look);
  } else {
    const auto part = all.pool.subspan(look->first(), look->length());
    out.append(part.begin(), part.end());
  }
}

std::string look_key_of(std::string_view name, bool is_second) {
  MADANG_CHECK(utf8::is_valid(name.begin(), name.end()), "a name of {} bytes is not UTF-8", name.size());
  std::u32string text;
  for (auto at = name.begin(); at != name.end();) text.push_back(utf8::unchecked::next(at));
  unicode::decompose(text);
  std::u32string look;
  for (const char32_t character : text)
    if (!is_blank_in_names(character)) append_look(look, character, is_second);
  unicode::decompose(look);
  std::string key;
  for (const char32_t character : look) utf8::unchecked::append(character, std::back_inserter(key));
  return key;
}

}  // namespace

std::string look_of(std::string_view name) { return look_key_of(name, false); }

std::string second_look_of(std::string_view name) { return look_key_of(name, true); }

bool look_alike(std::string_view one, std::string_view other) {
  const std::string keys[] = {look_of(one), second_look_of(one)};
  return std::ranges::find(keys, look_of(other)) != std::end(keys) ||
         std::ranges::find(keys, second_look_of(other)) != std::end(keys);
}

}  // namespace madang::keeper
