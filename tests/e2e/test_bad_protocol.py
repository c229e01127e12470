"""Mistakes in the tables of a protocol. The compiler refuses each one, and its first error says what is wrong.

Clang says so in a note to its first error if the mistake is in a name."""

import re
import subprocess
from pathlib import Path

import pytest
from conftest import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]

HEAD = """
#include <string>
#include <vector>
#include "madang/wire/id.h"
#include "madang/wire/protocol.h"
using namespace madang;
using wire::field, wire::packet, wire::record, wire::Types;
enum class Mood : std::uint8_t { calm };
struct Plain { int x = 0; };
struct Say {
  std::string_view text;
  static constexpr auto table = packet(1, "Say", "", field("text", &Say::text, ""));
};
"""


def struct_with(member, kind="packet(2, ", name="Bad", fields=None):
    fields = ', field("a", &Bad::a, "")' if fields is None else fields
    return f'struct Bad {{ {member} static constexpr auto table = {kind}"{name}", ""{fields}); }};\n'


def protocol(packets="Say, Bad", name="chat"):
    return f'constexpr wire::Protocol chat = wire::make_protocol<Types<{packets}>, Types<>>("{name}", 7000);\n'


def field_of(cpp_type, before=""):
    return before + struct_with(f"{cpp_type} a{{}};") + protocol()


MOOD_TABLE = ('template <> inline constexpr auto wire::enumeration<Mood> = '
              'wire::Enumeration<1>{"Mood", "", {{{"NAME", ""}}}};\n')
# What is wrong, and what the first error says.
MISTAKES = {
    "a number of no fixed size": (field_of("char"), "a number of a packet is std::uint8_t to std::uint64_t"),
    "a pointer": (field_of("const char*"), "a number of a packet is std::uint8_t to std::uint64_t"),
    "a std::string": (field_of("std::string"), "A text is a std::string_view or ShortText"),
    "a std::vector": (field_of("std::vector<int>"), "a list is a wire::List"),
    "a struct without a table": (field_of("Plain"), "the struct of a field has no table: give it one with wire::record"),
    "a list of structs without a table": (field_of("wire::List<Plain>"), "the struct of a field has no table"),
    "an array of lists of pointers": (field_of("std::array<wire::List<int*>, 2>"), "a number of a packet is"),
    "an enumeration without a table": (field_of("Mood"), "specialise wire::enumeration<E> before the packet"),
    "an enumeration of int": (field_of("Wide", "enum class Wide { one };\n"), "is an enum class E : std::uint8_t"),
    "a packet as a field": (field_of("Say"), "a field is a packet: give its struct a table without an opcode"),
    "an array without items": (field_of("std::array<int, 0>"), "an array of a packet has 1 to 65,535 items"),
    "a range that goes down": (field_of("wire::Quantised<std::uint8_t, 1.0, -1.0>"), "from a lower to a higher number"),
    "a member that the table forgets": (struct_with("int a = 0; int b = 0;") + protocol(),
                                        "the table of a packet names each member of its struct once"),
    "a member that the table names twice": (
        struct_with("int a = 0; int b = 0;", fields=', field("a", &Bad::a, ""), field("b", &Bad::a, "")') + protocol(),
        "the table of a packet names each member of its struct once"),
    "a member that a record forgets": (
        'struct Part { int a = 0; int b = 0; static constexpr auto table = record("Part", "", field("a", &Part::a, "")); };\n'
        + field_of("Part"), "the table of a record names all members of its struct"),
    "two equal opcodes": (struct_with("int a = 0;", kind="packet(1, ") + protocol(),
                          "the opcodes of a sender's packets rise from packet to packet, so none is there twice"),
    "opcodes that fall": (struct_with("int a = 0;") + protocol("Bad, Say"), "the opcodes of a sender's packets rise"),
    "opcode 0": (struct_with("int a = 0;", kind="packet(0, ") + protocol("Bad"), "an opcode is 0, or it belongs to the engine"),
    "no packet": ("struct Bad {};\n" + protocol(), "a packet is a struct with a table that wire::packet() has made"),
    "an array beyond the frame": (field_of("std::array<std::array<std::uint64_t, 100>, 100>"), "larger than a frame"),
    "a list of lists beyond the frame": (field_of("wire::List<wire::List<std::array<std::uint64_t, 8192>>>"),
                                         "a packet with one item in each of its lists is larger than a frame"),
    "two packets of one name": (struct_with("int a = 0;", name="Say") + protocol(),
                                "two packets, records or enumerations of a protocol have the same name"),
    "a record with the name of a packet": (
        'struct Part { int a = 0; static constexpr auto table = record("Say", "", field("a", &Part::a, "")); };\n'
        + field_of("Part"), "two packets, records or enumerations of a protocol have the same name"),
    "two fields of one name": (
        struct_with("int a = 0; int b = 0;", fields=', field("a", &Bad::a, ""), field("a", &Bad::b, "")') + protocol(),
        "two fields of a record have the same name"),
    "a name with a blank": (struct_with("int a = 0;", name="Bad One") + protocol(), "is letters and digits: CellMove"),
    "a name that generated codecs use": (struct_with("int a = 0;", name="Reader") + protocol(), "see reserved_names"),
    "a name that C# uses": (struct_with("int a = 0;", name="Math") + protocol(), "see reserved_names"),
    "a field with capital letters": (struct_with("int a = 0;", fields=', field("theA", &Bad::a, "")') + protocol(),
                                     "the name of a field has small letters, digits and single _"),
    "a field named kind": (struct_with("int a = 0;", fields=', field("kind", &Bad::a, "")') + protocol(),
                           'a packet has no field \\"kind\\"'),
    "a value with a blank": (field_of("Mood", MOOD_TABLE.replace("NAME", "so calm")), "the name of a value has small"),
    "words with a line feed": (struct_with("int a = 0;", fields=', field("a", &Bad::a, "one\\ntwo")') + protocol(),
                               "the words of a table are one line without | and */"),
    "words that end a comment": ('struct Part { int a = 0; static constexpr auto table = record("Part", "*/", field("a", &Part::a, "")); };\n'
                                 + field_of("Part"), "the words of a table are one line without | and */"),
    "a value with a bar": (field_of("Mood", MOOD_TABLE.replace("NAME", "calm").replace('"calm", ""', '"calm", "a|b"')),
                           "the words of a table are one line without | and */"),
    "two actions of one name": ("""
#include "madang/world/game_info.h"
#include "madang/world/world.h"
struct Rain { static constexpr auto table = record("Rain", ""); };
struct Snow { static constexpr auto table = record("Rain", ""); };
struct Dot { static constexpr auto table = world::attributes("Dot", ""); };
struct Parts : world::Parts { using Entities = Types<Dot>; using Effects = Types<>; using OperatorActions = Types<Rain, Snow>; };
struct Game : world::Rules<Parts> { static constexpr std::string_view name = "game"; };
const world::GameInfo& info = world::game_info<Game>;
""", "two actions of the operator have the same name"),
    "a protocol with a blank": (struct_with("int a = 0;") + protocol(name="our chat"), "the name of a protocol has small"),
}


def compile_program(text, compiler):
    return subprocess.run([compiler, "-std=c++23", "-fsyntax-only", f"-I{ROOT}/src", "-x", "c++", "-"],
                          input=HEAD + text, capture_output=True, encoding="utf-8", timeout=5 * PATIENCE_S)


def first_error(output):
    """The first error with the line of code that it shows: there stands the sentence of a throw."""
    lines = output.splitlines()
    at = next(i for i, line in enumerate(lines) if re.search(r"\berror: ", line))
    return "\n".join(lines[at : at + 3])


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_table_is_explained_by_the_first_error(mistake):
    text, sentence = MISTAKES[mistake]
    done = compile_program(text, "g++")
    assert done.returncode != 0
    assert sentence in first_error(done.stderr), done.stderr


@pytest.mark.parametrize("mistake", MISTAKES)
def test_clang_explains_a_mistake_in_a_table(mistake):
    text, sentence = MISTAKES[mistake]
    done = compile_program(text, "clang++-19")
    assert done.returncode != 0
    assert sentence in done.stderr, done.stderr


def test_a_protocol_without_a_mistake_compiles():
    done = compile_program(field_of("Mood", MOOD_TABLE.replace("NAME", "calm")), "g++")
    assert done.returncode == 0, done.stderr
