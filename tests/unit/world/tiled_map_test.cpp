// What is read of a good file. The errors are in tiled_errors_test.cpp.
#include "madang/world/tiled_map.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/world/tiled_files.h"

namespace madang::world {
namespace {

using Rows = std::vector<std::string>;
using Json = nlohmann::json;

const Rows village_rows = {
    "...........#", "...........#", "..###..#...#", "..#.#.......",
    "............", "............", "............", "............",
};

TEST(TiledMap, HasObstaclesByThePropertyOfATileOrOfALayer) {
  const auto read = read_tiled_map(tiled_path("village.tmj"), 1);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(rows_of(read->map), village_rows);
}

TEST(TiledMap, IsTheSameInBase64) {
  const auto read = read_tiled_map(tiled_path("village_base64.tmj"), 1);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(rows_of(read->map), village_rows);
  EXPECT_EQ(read->objects.size(), 4u);
}

TEST(TiledMap, OfAnInfiniteFileIsTheRectangleOfItsTiles) {
  for (const char* name : {"island.tmj", "island_base64.tmj"}) {
    const auto read = read_tiled_map(tiled_path(name), 64);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(rows_of(read->map), (Rows{".....", ".#...", ".....", "....#", "....."}));
    ASSERT_EQ(read->objects.size(), 2u);
    EXPECT_EQ(read->objects[0].name, "beach");
    EXPECT_EQ(read->objects[0].position, (Position{64, 128}));
    EXPECT_EQ(read->objects[1].name, "crab") << "its tileset says that the position is the middle of its top";
    EXPECT_EQ(read->objects[1].position, (Position{160, 64}));
  }
}

TEST(TiledMap, HasObjectsInUnits) {
  const auto read = read_tiled_map(tiled_path("village.tmj"), 64);
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ(read->objects.size(), 4u);
  const auto expect = [&](std::size_t i, const char* layer, const char* name, const char* kind,
                          Position position, std::uint32_t width, std::uint32_t height) {
    const MapObject& object = read->objects[i];
    EXPECT_EQ(object.layer, layer);
    EXPECT_EQ(object.name, name);
    EXPECT_EQ(object.kind, kind);
    EXPECT_EQ(object.position, position) << name << " at " << object.position.x << ", " << object.position.y;
    EXPECT_EQ(object.width, width) << name;
    EXPECT_EQ(object.height, height) << name;
  };
  expect(0, "starts", "gate", "spawn", {98, 32}, 0, 0);
  expect(1, "starts", "camp", "spawn", {384, 320}, 128, 96);
  expect(2, "monsters", "wolf", "monster", {576, 384}, 64,
         64);  // the position of a tile is its lower left corner
  expect(3, "monsters", "bird", "monster", {-64, -4}, 0, 0);
}

TEST(TiledMap, RoundsPositionsAndSizesDown) {
  const std::string text = changed_village([](Json& json) {
    json["layers"][3]["objects"] = Json::parse(R"([
      {"id": 1, "x": 15.9, "y": 31.9, "width": 31.9, "height": 47.9}, {"id": 2, "x": -0.1, "y": -16.1}])");
  });
  const auto read = parse_tiled_map(text, "m.tmj", 1);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->objects[0].position, (Position{0, 1}));
  EXPECT_EQ(read->objects[0].width, 1u);
  EXPECT_EQ(read->objects[0].height, 2u);
  EXPECT_EQ(read->objects[1].position, (Position{-1, -2}));
}

TEST(TiledMap, HasPropertiesOfObjects) {
  const auto read = read_tiled_map(tiled_path("village.tmj"), 1);
  ASSERT_TRUE(read) << read.error();
  const MapObject& gate = read->objects[0];
  EXPECT_EQ(gate.properties.size(), 3u);
  EXPECT_EQ(gate.property<std::int64_t>("team"), 2);
  EXPECT_EQ(gate.property<bool>("safe"), true);
  EXPECT_EQ(gate.property<std::string>("greeting"), "Welcome!");
  EXPECT_EQ(gate.property<std::string>("team"), std::nullopt) << "it is of another type";
  EXPECT_EQ(gate.property<bool>("colour"), std::nullopt);
}

TEST(TiledMap, KnowsTheKindOfAnObjectByTheNamesOfAllVersions) {
  const std::string text = changed_village([](Json& json) {
    Json& wolf = json["layers"][4]["objects"][0];
    wolf.erase("type");
    wolf["class"] = "wolf of 1.9";
  });
  const auto read = parse_tiled_map(text, "m.tmj", 1);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->objects[2].kind, "wolf of 1.9");
  EXPECT_EQ(read->objects[3].kind, "monster");
}

TEST(TiledMap, AlignsTileObjectsAsTheirTilesetSays) {
  const auto position = [](const char* alignment) {
    const std::string text = changed_village([&](Json& json) {
      json["tilesets"][1]["objectalignment"] = alignment;
      json["layers"][4]["objects"][0]["gid"] = 5 | 0xa0000000u;  // flipped
    });
    const auto read = parse_tiled_map(text, "m.tmj", 16);
    return read ? read->objects[2].position : Position{};
  };
  const std::int32_t x = 144;
  const std::int32_t y = 112;
  EXPECT_EQ(position("unspecified"), (Position{x, y - 16}));
  EXPECT_EQ(position("bottomleft"), (Position{x, y - 16}));
  EXPECT_EQ(position("bottom"), (Position{x - 8, y - 16}));
  EXPECT_EQ(position("bottomright"), (Position{x - 16, y - 16}));
  EXPECT_EQ(position("left"), (Position{x, y - 8}));
  EXPECT_EQ(position("center"), (Position{x - 8, y - 8}));
  EXPECT_EQ(position("topleft"), (Position{x, y}));
  EXPECT_EQ(position("topright"), (Position{x - 16, y}));
}

TEST(TiledMap, TakesThePropertyOfTheNearestGroup) {
  const auto rows = [](std::optional<bool> group, std::optional<bool> layer) {
    const std::string text = changed_village([&](Json& json) {
      const auto set = [](Json& node, std::optional<bool> value) {
        node.erase("properties");
        if (value) node["properties"] = {{{"name", "obstacle"}, {"type", "bool"}, {"value", *value}}};
      };
      set(json["layers"][1], group);
      set(json["layers"][1]["layers"][0], layer);
      json["layers"].erase(0);
    });
    const auto read = parse_tiled_map(text, "m.tmj", 1);
    EXPECT_TRUE(read) << read.error();
    Rows some = read ? rows_of(read->map) : Rows(8);
    return Rows{some[2].substr(6, 3), some[3].substr(6, 3)};
  };
  const Rows by_tile = {".#.", "..."};
  const Rows all = {".#.", "..#"};
  const Rows none = {"...", "..."};
  EXPECT_EQ(rows({}, {}), by_tile);
  EXPECT_EQ(rows({}, true), all);
  EXPECT_EQ(rows(true, {}), all);
  EXPECT_EQ(rows({}, false), none) << "a layer without obstacles, whatever its tiles say";
  EXPECT_EQ(rows(false, {}), none);
  EXPECT_EQ(rows(true, false), none);
  EXPECT_EQ(rows(false, true), all);
}

TEST(TiledMap, NamesTheGroupsOfALayer) {
  const std::string text = changed_village([](Json& json) {
    Json layer = json["layers"][4];
    json["layers"].erase(4);
    json["layers"][1]["layers"].push_back(
        {{"name", "night"}, {"type", "group"}, {"layers", Json::array({layer})}});
  });
  const auto read = parse_tiled_map(text, "m.tmj", 1);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->objects[0].layer, "above/night/monsters");
}

TEST(TiledMap, MayMoveALayerWithoutObstaclesByAnOffset) {
  const std::string text = changed_village([](Json& json) {
    json["layers"][1]["layers"][0] = json["layers"][0];
    json["layers"][1]["layers"][0]["offsetx"] = 8;
    for (Json& tile : json["layers"][1]["layers"][0]["data"]) tile = 1;
  });
  EXPECT_EQ(tiled_error(text), "it was read");
}

TEST(TiledMap, HasALayerOfTheSideThatAFileMayHave) {
  const TiledLimits limits{.side_max = 12};
  EXPECT_EQ(tiled_error(tiled_text("village.tmj"), 1, limits), "it was read");
  EXPECT_EQ(tiled_error(tiled_text("island.tmj"), 1, {.side_max = 5}), "it was read");
}

}  // namespace
}  // namespace madang::world
