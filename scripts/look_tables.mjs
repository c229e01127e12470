// Makes a C++ file with the tables of src/madang/keeper/look_tables.h: which characters look alike, or are the same letter.
// The file is part of the repository, so that nobody needs the databases or node to build Madang. A test compares the two.
//
//   node scripts/look_tables.mjs /usr/share/unicode scripts/confusables.txt src/madang/keeper/look_tables.cpp
//
// The directory is Debian's package unicode-data. No package of Debian has the table of Unicode Technical Standard 39 as a
// file for programs, so its rows stand beside this script. They come from Debian's source package icu 72.1, from
// icu/source/data/unidata/confusables.txt (SHA-256 of that file: 2b10130885c3370b101c52d7baedc452ab7f0e257b86c1e52ee657ecfc29ce64).
// Both are of Unicode 15.0.
//
// A character has up to two links: to what it looks like (its prototype in UTS 39), and to what it is without case and
// without compatibility forms (NFKC_Casefold). Linked characters get one look. A look is one character or a sequence.
//
// All links together would join letters that nobody confuses: the Greek capital nu looks like N, and the small nu looks
// like v, so n and v would be one. Because of this, all prototypes are followed, but an NFKC_Casefold only if it joins no two
// characters of ASCII. The exceptions are i and l, because the capital I looks like l, and 0 and o. The links that are not
// followed make the table of second looks.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [dir, confusables, out] = process.argv.slice(2);
if (!dir || !confusables || !out) {
  console.error("usage: node look_tables.mjs DIRECTORY CONFUSABLES.txt OUT.cpp");
  process.exit(2);
}

/** Yields the fields of each row of a file. */
function* rows(file) {
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const fields = line.replace(/#.*/, "").split(";").map((field) => field.trim());
    if (fields.length > 1) yield fields;
  }
}
/** Yields the characters that a file gives a property, each with the value. */
function* properties(file, property) {
  for (const [range, name, value] of rows(join(dir, file))) {
    if (name !== property) continue;
    const [first, last] = range.split("..").map((code) => parseInt(code, 16));
    for (let code = first; code <= (last ?? first); ++code) yield [code, value];
  }
}
const codesOf = (field) => (field === "" ? [] : field.split(" ").map((code) => parseInt(code, 16)));

// --- What the databases say

const decompositions = new Map();
const marks = new Set();
for (const [code, , category, , , mapping] of rows(join(dir, "UnicodeData.txt"))) {
  if (category.startsWith("M")) marks.add(parseInt(code, 16));
  if (mapping !== "" && !mapping.startsWith("<")) decompositions.set(parseInt(code, 16), codesOf(mapping));
}
/** Returns the canonical decomposition. Hangul syllables follow a formula (chapter 3.12 of the standard). */
function decomposed(codes) {
  return codes.flatMap((code) => {
    if (decompositions.has(code)) return decomposed(decompositions.get(code));
    if (!isSyllable(code)) return [code];
    const index = code - 0xac00;
    const letters = [0x1100 + Math.floor(index / 588), 0x1161 + Math.floor((index % 588) / 28)];
    return index % 28 === 0 ? letters : [...letters, 0x11a7 + (index % 28)];
  });
}
const isSyllable = (code) => code >= 0xac00 && code <= 0xd7a3;

const blank = new Set([0x2800, 0x13441, 0x13442]); // shown as a space, although no property says so: see unicode_tables.mjs
for (const [code] of properties("PropList.txt", "White_Space")) blank.add(code);
for (const [code] of properties("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point")) blank.add(code);
const visible = (codes) => codes.filter((code) => !blank.has(code));

/** Returns whether the character is what a link may begin with: name_key.cpp decomposes a name and removes blanks first. */
const isSource = (code) => !decompositions.has(code) && !blank.has(code) && !isSyllable(code);

const foldings = new Map();
for (const [code, value] of properties("DerivedNormalizationProps.txt", "NFKC_CF"))
  if (isSource(code)) foldings.set(code, visible(decomposed(codesOf(value))));

// The consonants at the end of a Hangul syllable keep their own look. By UTS 39 they look like those at the beginning, so that
// two pairs of whole syllables would be one: gag-ga and ga-kka.
const isFinalConsonant = (code) => code >= 0x11a8 && code <= 0x11c2;
const prototypes = new Map();
for (const [source, target] of rows(confusables)) {
  const code = parseInt(source, 16);
  const isFinal = isFinalConsonant(foldings.get(code)?.[0] ?? code);
  if (isSource(code) && !isFinal) prototypes.set(code, visible(decomposed(codesOf(target))));
}
if (prototypes.size < 4000 || foldings.size < 4000) throw new Error("a database is incomplete");

// --- Classes of characters with one look

const parents = new Map(); // by character: a character of the same class, nearer to the one that stands for the class
const sequences = new Map(); // by the character that stands for a class: the look of the class, if it is a sequence
/** Returns whether this is a small letter, a digit or a sign of ASCII. */
const isAnchor = (code) => code > 0x20 && code < 0x7f && !/[A-Z]/.test(String.fromCodePoint(code));

function classOf(code) {
  while (parents.has(code)) code = parents.get(code);
  return code;
}
function lookOf(codes) {
  return codes.flatMap((code) => {
    const root = classOf(code);
    return sequences.has(root) ? lookOf(sequences.get(root)) : [root];
  });
}
/** Returns all characters of the look, and those that make it up. */
function partsOf(code, parts = new Set()) {
  const root = classOf(code);
  parts.add(root);
  for (const part of sequences.get(root) ?? []) partsOf(part, parts);
  return parts;
}
/** Gives two characters one look. An anchor stands for its class, otherwise the lowest number does. */
function unite(first, second) {
  const roots = [classOf(first), classOf(second)].sort((a, b) => isAnchor(b) - isAnchor(a) || a - b);
  if (roots[0] === roots[1]) return;
  const sequence = sequences.get(roots[0]) ?? sequences.get(roots[1]);
  sequences.delete(roots[1]);
  parents.set(roots[1], roots[0]);
  if (sequence) sequences.set(roots[0], sequence);
}
const isEqual = (first, second) => first.join() === second.join();

/** Follows a link if nothing forbids it. Returns whether the character has the look of the target now. */
function follow(code, target) {
  const root = classOf(code);
  if (isEqual(lookOf([code]), lookOf(target))) return true;
  if (target.length === 0 || marks.has(root) !== marks.has(classOf(target[0]))) return false;
  const isFixed = (one) => sequences.has(one) || isAnchor(one);
  if (target.length > 1) {
    if (isFixed(root) || target.some((part) => partsOf(part).has(root))) return false;
    sequences.set(root, target);
    return true;
  }
  const other = classOf(target[0]);
  if (isFixed(root) && isFixed(other)) return false;
  if (partsOf(root).has(other) || partsOf(other).has(root)) return false;
  unite(root, other);
  return true;
}

// The case of ASCII comes first, so that I joins i and l, whatever else is joined.
const ascii = (text) => text.codePointAt(0);
for (let code = ascii("A"); code <= ascii("Z"); ++code) unite(code, foldings.get(code)[0]);
for (const [code, target] of prototypes) {
  if (target.length === 1) unite(code, target[0]);
}
for (const [code, target] of prototypes)
  if (target.length > 1 && !isEqual(lookOf([code]), lookOf(target))) {
    if (sequences.has(classOf(code))) throw new Error(`${code.toString(16)} has two prototypes`);
    sequences.set(classOf(code), target);
  }
const refused = [...foldings].filter(([code, target]) => !follow(code, target));
const seconds = refused.filter(([code, target]) => !isEqual(lookOf([code]), lookOf(target))); // a later link may join them

// --- The tables

const looks = new Map();
for (const code of new Set([...prototypes.keys(), ...foldings.keys(), ...parents.keys()])) {
  const look = lookOf([code]);
  if (look.length === 0) throw new Error(`${code.toString(16)} has no look`);
  if (!isEqual(look, [code])) looks.set(code, look);
}
const pool = [];
/** Returns the rows of a table, sorted: a character and its look. A longer look stands in the pool. */
function tableOf(entries) {
  const hex = (number) => `0x${number.toString(16)}`;
  return [...entries]
    .sort(([a], [b]) => a - b)
    .map(([code, look]) => {
      if (look.length === 1) return `{${hex(code)}, ${hex(look[0])}}`;
      let at = pool.findIndex((_, start) => look.every((part, index) => pool[start + index] === part));
      if (at < 0) at = pool.push(...look) - look.length;
      if (look.length > 255 || at > 0xfff) throw new Error("the pool is too large");
      return `{${hex(code)}, ${hex(look.length * 0x1000000 + at)}}`;
    });
}
const lines = (items, size) => {
  const all = [];
  for (let at = 0; at < items.length; at += size) all.push(`    ${items.slice(at, at + size).join(", ")},`);
  return all.join("\n");
};
const first = tableOf(looks);
const second = tableOf(seconds.map(([code, target]) => [code, lookOf(target)]));

writeFileSync(
  out,
  `// Generated by scripts/look_tables.mjs. Do not edit this file.
// clang-format off
#include "madang/keeper/look_tables.h"

namespace madang::keeper {

namespace {
constexpr Look looks[] = {
${lines(first, 8)}
};
constexpr Look second_looks[] = {
${lines(second, 8)}
};
constexpr char32_t pool[] = {
${lines(pool.map((code) => `0x${code.toString(16)}`), 16)}
};
constexpr LookTables all{looks, second_looks, pool};
}  // namespace

const LookTables& look_tables() { return all; }

}  // namespace madang::keeper
`,
);
