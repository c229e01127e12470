// Which files are refused, and the line that says why.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "madang/base/random.h"
#include "madang/world/tiled_map.h"
#include "unit/allocations.h"
#include "unit/world/tiled_files.h"

namespace madang::world {
namespace {

using Json = nlohmann::json;

/// A change of village.tmj, as JSON Patch names it, and the error after it.
struct TiledDamage {
  const char* path;
  const char* value;  // null: remove what is there
  std::string error;
};

class TiledDamages : public testing::TestWithParam<TiledDamage> {};

TEST_P(TiledDamages, AreRefusedWithALineThatSaysWhatToDo) {
  const TiledDamage& damage = GetParam();
  const std::string text = changed_village([&](Json& json) {
    Json patch = {{"op", damage.value ? "add" : "remove"}, {"path", damage.path}};
    if (damage.value) patch["value"] = Json::parse(damage.value);
    json = json.patch(Json::array({patch}));
  });
  EXPECT_EQ(tiled_error(text, 64), "m.tmj: " + damage.error);
}

INSTANTIATE_TEST_SUITE_P(
    OfTheMap, TiledDamages,
    testing::Values(
        TiledDamage{"/type", R"("tileset")",
                    "it is JSON, but not a map of Tiled; choose a map, not a tileset or a project"},
        TiledDamage{"/type", nullptr,
                    "it is JSON, but not a map of Tiled; choose a map, not a tileset or a project"},
        TiledDamage{"/orientation", R"("isometric")",
                    "its orientation is \"isometric\"; choose Map > Map Properties > Orientation > "
                    "Orthogonal in Tiled"},
        TiledDamage{"/width", "0",
                    "its \"width\" is not a whole number from 1 to 16384; change it in Tiled, or save "
                    "the map there again"},
        TiledDamage{"/width", "4000000000",
                    "its \"width\" is not a whole number from 1 to 16384; change it in Tiled, "
                    "or save the map there again"},
        TiledDamage{"/width", "18446744073709551615",
                    "its \"width\" is not a whole number from 1 to 16384; change it "
                    "in Tiled, or save the map there again"},
        TiledDamage{"/height", "-8",
                    "its \"height\" is not a whole number from 1 to 16384; change it in Tiled, or save "
                    "the map there again"},
        TiledDamage{"/height", "8.5",
                    "its \"height\" is not a whole number from 1 to 16384; change it in Tiled, or "
                    "save the map there again"},
        TiledDamage{"/height", nullptr,
                    "its \"height\" is not a whole number from 1 to 16384; change it in Tiled, or "
                    "save the map there again"},
        TiledDamage{"/tilewidth", "0",
                    "its \"tilewidth\" is not a whole number from 1 to 65536; change it in Tiled, or "
                    "save the map there again"},
        TiledDamage{"/tileheight", "\"16\"",
                    "its \"tileheight\" is not a whole number from 1 to 65536; change it in "
                    "Tiled, or save the map there again"},
        TiledDamage{"/infinite", "1",
                    "its \"infinite\" is not true or false; change it in Tiled, or save the map there "
                    "again"},
        TiledDamage{"/infinite", "true", "it is infinite and has no tile; draw one, or make it finite"},
        TiledDamage{"/layers", "{}",
                    "its \"layers\" is not an array; change it in Tiled, or save the map there again"},
        TiledDamage{"/layers/0", "7", "a layer: it is not a JSON object; save the map in Tiled again"}));

INSTANTIATE_TEST_SUITE_P(
    OfALayer, TiledDamages,
    testing::Values(
        TiledDamage{
            "/layers/0/type", R"("voxels")",
            "layer \"ground\": its type \"voxels\" is unknown; use tile layers, object layers and groups"},
        TiledDamage{"/layers/0/name", "3",
                    "a layer: its \"name\" is not a text; change it in Tiled, or save the map "
                    "there again"},
        TiledDamage{"/layers/0/width", "11",
                    "layer \"ground\": its size is not that of the map; save the map in Tiled again"},
        TiledDamage{"/layers/0/height", "9",
                    "layer \"ground\": its size is not that of the map; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/0", "1",
            "layer \"ground\": its \"data\" has 97 tiles instead of 12 x 8; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data", "[]",
            "layer \"ground\": its \"data\" has 0 tiles instead of 12 x 8; save the map in Tiled again"},
        TiledDamage{"/layers/0/data", nullptr,
                    "layer \"ground\": its \"data\" is neither an array nor text in base64; "
                    "save the map in Tiled again"},
        TiledDamage{"/layers/0/data", R"("AAAA")",
                    "layer \"ground\": its \"data\" is neither an array nor text in "
                    "base64; save the map in Tiled again"},
        TiledDamage{"/layers/1/layers/0/data/5", "77",
                    "layer \"above/things\": its \"data\" has 97 tiles instead of 12 "
                    "x 8; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/5", "1.5",
            "an array \"data\" has something else than numbers of tiles; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/5", "-1",
            "an array \"data\" has something else than numbers of tiles; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/5", "4294967296",
            "an array \"data\" has something else than numbers of tiles; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/5", "[1]",
            "an array \"data\" has something else than numbers of tiles; save the map in Tiled again"},
        TiledDamage{
            "/layers/0/data/5", "{}",
            "an array \"data\" has something else than numbers of tiles; save the map in Tiled again"},
        TiledDamage{"/layers/0/offsetx", "8",
                    "layer \"ground\": it has obstacles and is moved by an offset; set the "
                    "offset of the layer and its groups to 0"},
        TiledDamage{"/layers/1/offsety", "-8",
                    "layer \"above/things\": it has obstacles and is moved by an offset; set "
                    "the offset of the layer and its groups to 0"},
        TiledDamage{"/layers/3/offsety", "0.5",
                    "layer \"starts\": it is moved by an offset; set the offset of the "
                    "layer and its groups to 0, and move the objects"},
        TiledDamage{"/layers/3/offsetx", "true",
                    "layer \"starts\": its \"offsetx\" is not a number; change it in "
                    "Tiled, or save the map there again"},
        TiledDamage{
            "/layers/1/layers/1/properties/0/value", R"("true")",
            "layer \"above/walls\": its property \"obstacle\" is not of the type bool; remove it and add it "
            "with this type"},
        TiledDamage{
            "/layers/1/layers/1/properties", R"({"obstacle": true})",
            "layer \"above/walls\": its \"properties\" is not an array; change it in Tiled, or save the map "
            "there again"}));

INSTANTIATE_TEST_SUITE_P(
    OfATileset, TiledDamages,
    testing::Values(
        TiledDamage{"/tilesets/0", R"({"firstgid": 1, "source": "town/ground.tsx"})",
                    "tileset \"town/ground.tsx\": it is a file of its own; press \"Embed Tileset\" below the "
                    "tilesets "
                    "in Tiled, and save the map again"},
        TiledDamage{"/tilesets/1/firstgid", "1",
                    "tileset \"things\": its \"firstgid\" is not above that of the tileset "
                    "before; save the map in Tiled again"},
        TiledDamage{"/tilesets/0/firstgid", "0",
                    "tileset \"ground\": its \"firstgid\" is not a whole number from 1 to "
                    "268435455; change it in Tiled, or save the map there again"},
        TiledDamage{"/tilesets/0/tilecount", nullptr,
                    "tileset \"ground\": its \"tilecount\" is not a whole number from "
                    "0 to 268435455; change it in Tiled, or save the map there again"},
        TiledDamage{"/tilesets/0/tiles/0/id", "-1",
                    "tileset \"ground\", a tile: its \"id\" is not a whole number from "
                    "0 to 268435455; change it in Tiled, or save the map there again"},
        TiledDamage{"/tilesets/0/tiles/0/properties/0/value", "1",
                    "tileset \"ground\", tile 2: its property \"obstacle\" is not of the type bool; remove "
                    "it and add "
                    "it with this type"},
        TiledDamage{"/tilesets/1/tiles/1", nullptr,
                    "layer \"above/things\": tile 7, 2 has the number 12, which no "
                    "tileset has; draw it again"},
        TiledDamage{"/tilesets", "[]",
                    "layer \"ground\": tile 0, 0 has the number 1, which no tileset has; draw it again"}));

INSTANTIATE_TEST_SUITE_P(
    OfAnObject, TiledDamages,
    testing::Values(
        TiledDamage{"/layers/3/objects/0/x", "-0.1",
                    "layer \"starts\", object \"gate\" (1): nobody can appear there, because it lies or "
                    "reaches outside "
                    "of the map; move it onto a free tile"},
        TiledDamage{"/layers/3/objects/0/x", "192",
                    "layer \"starts\", object \"gate\" (1): nobody can appear there, because it lies or "
                    "reaches outside "
                    "of the map; move it onto a free tile"},
        TiledDamage{"/layers/3/objects/0/y", "128",
                    "layer \"starts\", object \"gate\" (1): nobody can appear there, because it lies or "
                    "reaches outside "
                    "of the map; move it onto a free tile"},
        TiledDamage{"/layers/3/objects/1/width", "96.5",
                    "layer \"starts\", object \"camp\" (2): nobody can appear there, because it lies or "
                    "reaches outside "
                    "of the map; move it onto a free tile"},
        TiledDamage{"/layers/3/objects/0/x", "191.9",
                    "layer \"starts\", object \"gate\" (1): nobody can appear there, because tile 11, 0 of "
                    "the map is an "
                    "obstacle; move it onto a free tile"},
        TiledDamage{"/layers/3/objects/0/x", "1e300",
                    "layer \"starts\", object \"gate\" (1): it lies or reaches too "
                    "far from the map; move it nearer"},
        TiledDamage{"/layers/4/objects/1/y", "-1e308",
                    "layer \"monsters\", object \"bird\" (4): it lies or reaches too "
                    "far from the map; move it nearer"},
        TiledDamage{"/layers/4/objects/1/width", "1e10",
                    "layer \"monsters\", object \"bird\" (4): it lies or reaches "
                    "too far from the map; move it nearer"},
        TiledDamage{"/layers/4/objects/1/height", "-1",
                    "layer \"monsters\", object \"bird\" (4): its size is negative; draw it again"},
        TiledDamage{"/layers/4/objects/1/template", R"("bird.tx")",
                    "layer \"monsters\", object \"bird\" (4): it is made from a template, which is a file of "
                    "its own; "
                    "choose \"Detach\" for it in Tiled, and save again"},
        TiledDamage{"/layers/4/objects/0/gid", "-1",
                    "layer \"monsters\", object \"wolf\" (3): its \"gid\" is not a "
                    "whole number from 0 to 4294967295; change it in Tiled, or save "
                    "the map there again"},
        TiledDamage{"/layers/4/objects/0/id", nullptr,
                    "layer \"monsters\", an object: its \"id\" is not a whole number "
                    "from 0 to 2147483647; change it in Tiled, or save the map there "
                    "again"},
        TiledDamage{"/layers/4/objects/0/properties", R"([{"name": "speed", "type": "float", "value": 2}])",
                    "layer \"monsters\", object \"wolf\" (3): its property \"speed\" is not a string, an int "
                    "or a bool; "
                    "remove it, or change its type"},
        TiledDamage{"/layers/4/objects/0/properties", R"([{"name": "speed", "type": "int", "value": 2.5}])",
                    "layer \"monsters\", object \"wolf\" (3): its property \"speed\" is not a string, an int "
                    "or a bool; "
                    "remove it, or change its type"},
        TiledDamage{"/layers/4/objects/0/properties", R"([{"name": "speed", "type": "int"}])",
                    "layer \"monsters\", object \"wolf\" (3): its property \"speed\" is not a string, an int "
                    "or a bool; "
                    "remove it, or change its type"}));

TEST(TiledErrors, NameAnObjectWithoutANameByItsNumber) {
  const std::string text = changed_village([](Json& json) {
    json["layers"][3]["objects"][0]["name"] = "";
    json["layers"][3]["objects"][0]["x"] = 1000;
  });
  EXPECT_TRUE(tiled_error(text).starts_with("m.tmj: layer \"starts\", object 1: nobody can appear there"));
}

TEST(TiledErrors, AreOneLineWhateverTheNames) {
  const std::string text = changed_village([](Json& json) {
    json["layers"][3]["name"] = "two\nlines\x1b[31m" + std::string(1000, 'x');
    json["layers"][3]["objects"][0]["x"] = 1000;
  });
  const std::string error = tiled_error(text);
  EXPECT_TRUE(error.starts_with("m.tmj: layer \"two.lines.[31mxxx")) << error;
  EXPECT_NE(error.find("xxx...\", object \"gate\" (1): "), std::string::npos) << error;
  EXPECT_LT(error.size(), 300u);
}

TEST(TiledErrors, SayHowToSaveWithoutCompression) {
  EXPECT_EQ(tiled_error(tiled_text("village_zlib.tmj")),
            "m.tmj: layer \"ground\": its tiles are compressed (\"zlib\"); choose Map > Map Properties > "
            "Tile Layer "
            "Format > CSV in Tiled, and save again");
}

TEST(TiledErrors, OfBase64) {
  const std::string good = tiled_text("village_base64.tmj");
  const auto error_after = [&](auto change) {
    Json json = Json::parse(good);
    auto& data = json["layers"][0]["data"].get_ref<std::string&>();
    change(data);
    return tiled_error(json.dump());
  };
  const std::string expected =
      "m.tmj: layer \"ground\": its \"data\" is not 12 x 8 tiles in base64; save the map in Tiled again";
  EXPECT_EQ(error_after([](std::string&) {}), "it was read");
  EXPECT_EQ(error_after([](std::string& data) { data[5] = '-'; }), expected);
  EXPECT_EQ(error_after([](std::string& data) { data.back() = '='; }), expected);
  EXPECT_EQ(error_after([](std::string& data) { data.pop_back(); }), expected);
  EXPECT_EQ(error_after([](std::string& data) { data += "AAAA"; }), expected);
  EXPECT_EQ(error_after([](std::string& data) { data.clear(); }), expected);
}

TEST(TiledErrors, OfAChunk) {
  const auto error_after = [](const char* member, const Json& value) {
    Json json = Json::parse(tiled_text("island.tmj"));
    json["layers"][0]["chunks"][1][member] = value;
    return tiled_error(json.dump());
  };
  EXPECT_EQ(error_after("width", 5),
            "m.tmj: layer \"ground\", a chunk: its \"data\" has 16 tiles instead of 5 x 4; save the map in "
            "Tiled again");
  EXPECT_EQ(error_after("x", 1 << 29),
            "m.tmj: layer \"ground\", a chunk: its \"x\" is not a whole number from -268435456 to 268435456; "
            "change it "
            "in Tiled, or save the map there again");
  EXPECT_EQ(error_after("y", 16384),
            "m.tmj: its tiles lie on an area of 5 x 16389, but a side has at most 16384 tiles; move them "
            "nearer to each "
            "other");
  EXPECT_EQ(error_after("y", -268435456),
            "m.tmj: its tiles lie on an area of 5 x 268435456, but a side has at most 16384 tiles; move them "
            "nearer to "
            "each other");
}

TEST(TiledErrors, SayWhichLineIsNoJson) {
  EXPECT_EQ(tiled_error(""),
            "m.tmj: it is not valid JSON from line 1 on; save the map in Tiled again, as a JSON map "
            "file (.tmj)");
  EXPECT_EQ(tiled_error("{\n\"type\":\n, 3}"),
            "m.tmj: it is not valid JSON from line 3 on; save the map in Tiled "
            "again, as a JSON map file (.tmj)");
  EXPECT_EQ(tiled_error("{\"type\": \"\xff\"}"),
            "m.tmj: it is not valid JSON from line 1 on; save the map in Tiled "
            "again, as a JSON map file (.tmj)");
  EXPECT_EQ(tiled_error("[1, 2]"), "m.tmj: it is not a JSON object; save the map in Tiled again");
  EXPECT_EQ(
      tiled_error("<?xml version=\"1.0\"?>"),
      "m.tmj: it is XML (.tmx); choose File > Save As in Tiled, and the type \"JSON map files\" (.tmj)");
}

TEST(TiledErrors, OfEachLimit) {
  const std::string village = tiled_text("village.tmj");
  const auto with = [&](auto TiledLimits::* limit, auto value) {
    TiledLimits limits;
    limits.*limit = value;
    return tiled_error(village, 1, limits);
  };
  const std::string good = "it was read";
  const std::size_t size = village.size();
  EXPECT_EQ(with(&TiledLimits::file_bytes_max, size), good);
  EXPECT_EQ(with(&TiledLimits::file_bytes_max, size - 1),
            fmt::format("m.tmj: it has more than {} bytes; use fewer layers, or a smaller map", size - 1));
  EXPECT_EQ(with(&TiledLimits::side_max, 12u), good);
  EXPECT_EQ(with(&TiledLimits::side_max, 11u),
            "m.tmj: its \"width\" is not a whole number from 1 to 11; change it in "
            "Tiled, or save the map there again");
  EXPECT_EQ(with(&TiledLimits::layers_max, 7u), good);
  EXPECT_EQ(with(&TiledLimits::layers_max, 6u), "m.tmj: it has more than 6 layers; merge some");
  EXPECT_EQ(with(&TiledLimits::tilesets_max, 2u), good);
  EXPECT_EQ(with(&TiledLimits::tilesets_max, 1u),
            "m.tmj: it has more than 1 tilesets; remove those that are not used");
  EXPECT_EQ(with(&TiledLimits::objects_max, 4u), good);
  EXPECT_EQ(with(&TiledLimits::objects_max, 3u),
            "m.tmj: layer \"monsters\": the map has more than 3 objects; use fewer");
  EXPECT_EQ(with(&TiledLimits::group_depth_max, 1u), good);
  EXPECT_EQ(with(&TiledLimits::group_depth_max, 0u),
            "m.tmj: layer \"above\": groups are nested more than 0 deep; use fewer");
  EXPECT_EQ(with(&TiledLimits::json_depth_max, 7u), good);
  EXPECT_EQ(with(&TiledLimits::json_depth_max, 6u),
            "m.tmj: its brackets are nested more than 6 deep; use fewer groups of layers");
  EXPECT_EQ(with(&TiledLimits::json_values_max, 100u),
            "m.tmj: it has more than 100 values; use fewer objects, chunks and properties");
}

TEST(TiledErrors, OfAMapWithMoreUnitsThanAPositionHas) {
  EXPECT_EQ(tiled_error(tiled_text("village.tmj"), 1u << 27), "it was read");
  EXPECT_EQ(tiled_error(tiled_text("village.tmj"), 1u << 28),
            "m.tmj: it has 12 x 8 tiles of 268435456 units, but a side has at most 2^31 - 2^16 units; use "
            "fewer tiles");
}

TEST(TiledErrors, OfDeepGroupsAndBrackets) {
  Json group = {{"name", "g"}, {"type", "group"}, {"layers", Json::array()}};
  for (int i = 0; i < 20; ++i) group = {{"name", "g"}, {"type", "group"}, {"layers", Json::array({group})}};
  const std::string text = changed_village([&](Json& json) { json["layers"].push_back(group); });
  EXPECT_TRUE(tiled_error(text).ends_with("groups are nested more than 16 deep; use fewer"))
      << tiled_error(text);
  EXPECT_EQ(tiled_error(std::string(10'000'000, '[')),
            "m.tmj: its brackets are nested more than 64 deep; use fewer groups of layers");
}

TEST(TiledErrors, OfFiles) {
  const auto error = [](const std::string& path) {
    const auto read = read_tiled_map(path, 1);
    return read ? "it was read" : read.error();
  };
  EXPECT_EQ(error(tiled_path("none.tmj")),
            tiled_path("none.tmj") + ": there is no such file; check the path");
  EXPECT_EQ(error(tiled_path("")), tiled_path("") + ": it is not a file; give the path of a .tmj file");
  EXPECT_EQ(read_tiled_map(tiled_path("village.tmj"), 1, {.file_bytes_max = 1000}).error(),
            tiled_path("village.tmj") + ": it has more than 1000 bytes; use fewer layers, or a smaller map");
  EXPECT_NE(error(std::string("\xff\xfe\0x", 4)), "it was read");
}

TEST(TiledErrors, ComeBeforeMemoryIsTakenForAHugeMap) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizers have a heap of their own";
  const auto bytes_for = [](const std::string& text) {
    const std::uint64_t before = allocated_bytes();
    EXPECT_NE(tiled_error(text), "it was read");
    return allocated_bytes() - before;
  };
  const std::string small = changed_village([](Json& json) { json["layers"][0]["data"].clear(); });
  const std::uint64_t usual = bytes_for(small);
  for (const std::uint64_t side : {std::uint64_t{16384}, std::uint64_t{1} << 32, std::uint64_t{1} << 63})
    EXPECT_LT(bytes_for(changed_village([&](Json& json) {
                for (Json* sized : {&json, &json["layers"][0]}) {
                  (*sized)["width"] = side;
                  (*sized)["height"] = side;
                }
              })),
              usual + 100'000)
        << side;
  EXPECT_LT(bytes_for(changed_village([&](Json& json) {
              json["infinite"] = true;
              json["layers"][0]["encoding"] = "base64";
              json["layers"][0]["chunks"] = {
                  {{"x", 0}, {"y", 0}, {"width", 16384}, {"height", 16384}, {"data", "AAAA"}}};
            })),
            usual + 100'000);
}

/// Reads a damaged file: there is one line, or it is good by luck. Returns whether it was read.
bool read_damaged(std::string_view text) {
  const auto read = parse_tiled_map(text, "m.tmj", 64);
  if (read) return true;
  EXPECT_TRUE(read.error().starts_with("m.tmj: ")) << read.error();
  EXPECT_EQ(read.error().find_first_of("\r\n"), std::string::npos) << read.error();
  EXPECT_LT(read.error().size(), 400u) << read.error();
  return false;
}

/// A file without the spaces between its values, because they only make these tests slower.
class TiledFiles : public testing::TestWithParam<const char*> {
 protected:
  const std::string good_ = Json::parse(tiled_text(GetParam())).dump();
};

TEST_P(TiledFiles, AreRefusedWhereverTheyAreCut) {
  ASSERT_EQ(tiled_error(good_), "it was read");
  for (std::size_t size = 0; size < good_.size(); ++size)
    ASSERT_FALSE(read_damaged(std::string_view(good_).substr(0, size))) << size;
}

TEST_P(TiledFiles, DoNoHarmWhereverAByteIsDamaged) {
  Random random(12);
  std::string text = good_;
  for (std::size_t at = 0; at < good_.size(); ++at) {
    // A digit, a bracket, and any byte.
    for (const char damage : {static_cast<char>('0' + random.below(10)), "[]{},:\"-"[random.below(8)],
                              static_cast<char>(random.next())}) {
      text[at] = damage;
      read_damaged(text);
    }
    text[at] = good_[at];
  }
}

INSTANTIATE_TEST_SUITE_P(Each, TiledFiles, testing::Values("village.tmj", "island.tmj", "island_base64.tmj"));

}  // namespace
}  // namespace madang::world
