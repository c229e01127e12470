// Name keys: names that look alike must not be registered beside each other.
//
// look_of() returns the key of a name. Two names with one key look alike to a person:
//   - The same letters in another case, or in a compatibility form, are one: "Ada", "ADA" and the full-width
//     letters. These are the forms NFKC and NFKC_Casefold of Unicode.
//   - Letters that look alike are one: a Latin and a Cyrillic "a", "0" and "O", "1" and "l", "m" and "rn".
//     These are the prototypes of Unicode Technical Standard 39, section 4 ("skeleton").
//   - Spaces, joiners, variation selectors and the tags of flags do not count. So the flags of England and
//     Scotland are one.
//   - Accents and signs count: "Zoe" and a name with an e with two dots are two names.
//
// The order is: NFD, then the look of each character, then NFD again. The looks are complete: a generated
// table follows each character from its prototype to its case folding and back until nothing changes
// (scripts/look_tables.mjs). So the key of a key is the key itself, and one pass is enough.
//
// A capital and its small letter may look like two different letters. Three rules decide such cases:
//   - The capital I looks like l. So I, i, l and 1 are one: "Mila" and "MLLA" are one name, too.
//   - Nobody confuses n and v. But the capital Greek nu looks like N, and the small one like v. For such a
//     letter look_of() counts the letter as it is typed, and second_look_of() counts the small letter. These
//     are the Greek beta, eta, nu and upsilon, the Cyrillic be and ghe, and about 30 rarer letters. Some
//     ligatures and other compatibility forms have two looks, too. For other names both keys are equal.
//   - The consonants at the end of a Hangul syllable are not those at its beginning. By UTS 39 they are, so
//     that two pairs of whole syllables would be one name.
//
// A store of accounts keeps both keys of each name in one unique index. It refuses a name if one of its keys
// is there. Then no name is free that looks like a registered name, or differs from it in its case alone.
//
// The keys change when Unicode's tables change. So a store keeps the number of look_version with its keys,
// and computes all of them again when the number is another one. A key is for comparison and never for a
// screen.
//
// Precondition of all functions: the name is valid UTF-8 (CHECK), as presentable_name() returns it
// (madang/base/text.h). A presentable name never has an empty key. A key has at most look_growth_max bytes
// for each byte of the name. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace madang::keeper {

/// The version of the keys. It rises with each change of the tables or of the rules above.
inline constexpr std::uint32_t look_version = 1;
/// The bytes of a key for each byte of its name, at most.
inline constexpr std::size_t look_growth_max = 12;

/// Returns the key of a name, by its letters as they are typed.
std::string look_of(std::string_view name);

/// Returns the key of a name, by its letters without their case. It is look_of() for almost all names.
std::string second_look_of(std::string_view name);

/// Returns whether two names may not be registered beside each other: whether they have a key in common.
bool look_alike(std::string_view one, std::string_view other);

}  // namespace madang::keeper
