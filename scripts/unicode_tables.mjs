// Makes a C++ file with the tables of src/madang/base/unicode_tables.h from the Unicode Character Database. The file is
// part of the repository, so that nobody needs the database or node to build Madang. A test compares the two.
//
//   node scripts/unicode_tables.mjs /usr/share/unicode src/madang/base/unicode_tables.cpp
//
// The database is Debian's package unicode-data.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [dir, out] = process.argv.slice(2);
if (!dir || !out) {
  console.error("usage: node unicode_tables.mjs DIRECTORY OUT.cpp");
  process.exit(2);
}
const characters = 0x110000;
const blockSize = 256;

// Characters that show nothing, although no property says so. The Unicode charts describe each of them.
const blankSigns = new Set([
  0x2800, // BRAILLE PATTERN BLANK
  0x13441, // EGYPTIAN HIEROGLYPH FULL BLANK
  0x13442, // EGYPTIAN HIEROGLYPH HALF BLANK
]);
const inklessSigns = new Set([
  0xfffc, // OBJECT REPLACEMENT CHARACTER
  0x16fe4, // KHITAN SMALL SCRIPT FILLER
  0x1d159, // MUSICAL SYMBOL NULL NOTEHEAD
]);

/** Yields the fields of each row of a file. */
function* rows(file) {
  for (const line of readFileSync(join(dir, file), "utf8").split("\n")) {
    const fields = line.replace(/#.*/, "").split(";").map((field) => field.trim());
    if (fields.length > 1) yield fields;
  }
}
function* ranges(file) {
  for (const [range, ...fields] of rows(file)) {
    const [first, last] = range.split("..").map((code) => parseInt(code, 16));
    yield { first, last: last ?? first, fields };
  }
}
function setOf(file, ...names) {
  const set = new Set();
  for (const { first, last, fields } of ranges(file))
    if (names.includes(fields[0])) for (let code = first; code <= last; ++code) set.add(code);
  if (set.size === 0) throw new Error(`${file} has no ${names}`);
  return set;
}
function valuesOf(file, field = 0) {
  const values = new Array(characters);
  for (const { first, last, fields } of ranges(file)) values.fill(fields[field], first, last + 1);
  return values;
}

// --- Properties

const category = valuesOf("extracted/DerivedGeneralCategory.txt");
const combiningClass = valuesOf("extracted/DerivedCombiningClass.txt");
const joining = valuesOf("extracted/DerivedJoiningType.txt");
const whiteSpace = setOf("PropList.txt", "White_Space");
const bidiControl = setOf("PropList.txt", "Bidi_Control");
const joinControl = setOf("PropList.txt", "Join_Control");
const variationSelector = setOf("PropList.txt", "Variation_Selector");
const noncharacter = setOf("PropList.txt", "Noncharacter_Code_Point");
const prepended = setOf("PropList.txt", "Prepended_Concatenation_Mark");
const ideographic = setOf("PropList.txt", "Ideographic");
const ignorable = setOf("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point");
const virama = setOf("IndicSyllabicCategory.txt", "Virama", "Pure_Killer", "Invisible_Stacker");
const pictographic = setOf("emoji/emoji-data.txt", "Extended_Pictographic");
const emojiComponent = setOf("emoji/emoji-data.txt", "Emoji_Component");
const modifier = setOf("emoji/emoji-data.txt", "Emoji_Modifier");
const wide = setOf("EastAsianWidth.txt", "W", "F");
const excluded = setOf("DerivedNormalizationProps.txt", "Full_Composition_Exclusion");

function kindOf(code) {
  const is = category[code] ?? "Cn";
  if (blankSigns.has(code)) return "space";
  if (inklessSigns.has(code)) return "invisible";
  if (whiteSpace.has(code)) return is === "Zs" ? "space" : "line";
  if (is === "Cc" || is === "Cs" || noncharacter.has(code)) return "control";
  if (is === "Cn" && pictographic.has(code)) return "visible"; // an emoji of a later version
  if (is === "Cn" || is === "Co") return "unassigned";
  if (joinControl.has(code)) return "joiner";
  if (variationSelector.has(code)) return "selector";
  if (ignorable.has(code) && emojiComponent.has(code)) return "tag";
  if (ignorable.has(code) || bidiControl.has(code)) return "invisible";
  if (is === "Cf") return prepended.has(code) ? "visible" : "invisible";
  if (is === "Mn" || is === "Me") return "mark";
  return is === "Mc" ? "spacing_mark" : "visible";
}

function recordOf(code) {
  const joins = joining[code];
  const fields = [
    ["kind", `Kind::${kindOf(code)}`],
    ["combining_class", combiningClass[code] ?? "0"],
    ["is_pictograph", pictographic.has(code)],
    ["is_modifier", modifier.has(code)],
    ["is_ideograph", ideographic.has(code)],
    ["is_virama", virama.has(code)],
    ["may_join_next", ["D", "L", "C"].includes(joins)],
    ["may_join_previous", ["D", "R", "C"].includes(joins)],
    ["is_transparent", joins === "T"],
    ["is_wide", wide.has(code)],
  ];
  return `{${fields.map(([name, value]) => `.${name} = ${value}`).join(", ")}}`;
}

const records = new Map();
const blocks = new Map();
const blockNumbers = [];
for (let block = 0; block < characters; block += blockSize) {
  const numbers = [];
  for (let code = block; code < block + blockSize; ++code) {
    const record = recordOf(code);
    if (!records.has(record)) records.set(record, records.size);
    numbers.push(records.get(record));
  }
  const text = numbers.join();
  if (!blocks.has(text)) blocks.set(text, blocks.size);
  blockNumbers.push(blocks.get(text));
}
if (records.size > 256) throw new Error(`${records.size} records do not fit into a byte`);

// --- Normal forms

const decompositions = [];
for (const fields of rows("UnicodeData.txt")) {
  const mapping = fields[5];
  if (mapping === "" || mapping.startsWith("<")) continue;
  const [first, second] = mapping.split(" ").map((code) => parseInt(code, 16));
  decompositions.push({ whole: parseInt(fields[0], 16), first, second: second ?? 0 });
}
decompositions.sort((a, b) => a.whole - b.whole);
const compositions = decompositions
  .filter(({ whole, second }) => second !== 0 && !excluded.has(whole))
  .sort((a, b) => a.first - b.first || a.second - b.second);

// --- Sequences

const hex = (code) => `0x${code.toString(16)}`;
const codesOf = (field) => field.split(" ").map((code) => parseInt(code, 16));
const variations = ["StandardizedVariants.txt", "emoji/emoji-variation-sequences.txt"]
  .flatMap((file) => [...rows(file)].map(([sequence]) => codesOf(sequence)))
  .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const flags = [...rows("emoji/emoji-sequences.txt")].filter(([, type]) => type === "RGI_Emoji_Tag_Sequence").map(([sequence]) => codesOf(sequence));
if (variations.length === 0 || flags.length === 0) throw new Error("no variations, or no flags");

const lines = (items, size) => {
  const all = [];
  for (let at = 0; at < items.length; at += size) all.push(`    ${items.slice(at, at + size).join(", ")},`);
  return all.join("\n");
};
const rowOf = ({ whole, first, second }) => `{${[whole, first, second].map(hex).join(", ")}}`;
const literal = (codes) => `U"${codes.map((code) => `\\U${code.toString(16).padStart(8, "0")}`).join("")}"`;

writeFileSync(
  out,
  `// Generated by scripts/unicode_tables.mjs. Do not edit this file.
// clang-format off
#include "madang/base/unicode_tables.h"

namespace madang::unicode {

namespace {
constexpr Properties records[] = {
${lines([...records.keys()], 1)}
};
constexpr std::uint16_t blocks[] = {
${lines(blockNumbers, 32)}
};
constexpr std::uint8_t block_records[] = {
${[...blocks.keys()].map((text) => `    ${text},`).join("\n")}
};
constexpr Decomposition decompositions[] = {
${lines(decompositions.map(rowOf), 6)}
};
constexpr Decomposition compositions[] = {
${lines(compositions.map(rowOf), 6)}
};
constexpr Variation variations[] = {
${lines(variations.map(([character, selector]) => `{${hex(character)}, ${hex(selector)}}`), 8)}
};
constexpr std::u32string_view flags[] = {
${lines(flags.map(literal), 1)}
};
constexpr Tables all{records, blocks, block_records, decompositions, compositions, variations, flags};
}  // namespace

const Tables& tables() { return all; }

}  // namespace madang::unicode
`,
);
