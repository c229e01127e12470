#include "madang/wire/protocol.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "board/board_config.h"
#include "fuzz/kinds_protocol.h"
#include "madang/wire/session_packets.h"

namespace madang::wire {
namespace {

const Protocol& protocol() { return board::game_info().protocol; }

std::string content_of(const char* path) {
  std::ifstream file(std::string(MADANG_SOURCE_DIR "/") + path, std::ios::binary);
  EXPECT_TRUE(file) << path << " is not there";
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Protocol, ThePageInDocsIsTrue) {
  EXPECT_TRUE(content_of("docs/protocol.md") == protocol_markdown(protocol()))
      << "generate it: madang protocol --markdown > docs/protocol.md";
}

TEST(Protocol, ThePlayersPageSpeaksIt) {
  EXPECT_TRUE(content_of("clients/web/src/protocol.ts") == protocol_typescript(protocol()))
      << "generate it: madang protocol --typescript > clients/web/src/protocol.ts";
}

TEST(Protocol, TheSchemaHashIsFnv1aOverTheSchemaText) {
  std::uint64_t hash = 14695981039346656037u;
  for (const unsigned char c : protocol_schema(protocol())) hash = (hash ^ c) * 1099511628211u;
  EXPECT_EQ(protocol().schema, hash);
}

TEST(Protocol, TheSchemaTextNamesEveryFieldWithItsType) {
  const std::string schema = protocol_schema(protocol());
  EXPECT_NE(schema.find("client 32 Move direction:Direction(up,down,left,right) client_time:u32\n"),
            std::string::npos);
  EXPECT_NE(schema.find("server 142 CellMove cell_x:u16 cell_y:u16 steps:*[Step alias:u16 x:u8 y:u8]\n"),
            std::string::npos);
  EXPECT_NE(schema.find("server 257 CellChangePiece cell_x:u16 cell_y:u16 entities:*[PieceChange alias:u16 "
                        "mask:u8 looks?0:Looks(king,queen,rook,bishop,knight,pawn) name?1:text(24)]\n"),
            std::string::npos);
  EXPECT_TRUE(schema.starts_with("entry Entry looks:Looks(")) << "without the name, which is in the Login";
}

struct Version1 {
  std::uint32_t a = 0;
  std::uint16_t b = 0;
  static constexpr auto table =
      packet(1, "P", "", field("a", &Version1::a, ""), field("b", &Version1::b, ""));
};
struct Version2 {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  static constexpr auto table =
      packet(1, "P", "", field("a", &Version2::a, ""), field("b", &Version2::b, ""));
};
struct Reworded {
  std::uint32_t a = 0;
  std::uint16_t b = 0;
  static constexpr auto table =
      packet(1, "P", "a better word", field("a", &Reworded::a, "here"), field("b", &Reworded::b, "and here"));
};

TEST(Protocol, AFieldOfAnotherTypeIsAnotherSchemaAndABetterWordIsNot) {
  constexpr auto hash_of = [](auto packets) { return hash_schema(packet_infos(packets), {}, nullptr); };
  EXPECT_NE(hash_of(Types<Version1>{}), hash_of(Types<Version2>{}));
  EXPECT_EQ(hash_of(Types<Version1>{}), hash_of(Types<Reworded>{}));
}

TEST(Protocol, AnotherEntryIsAnotherSchema) {
  constexpr auto hash_of = [](const RecordInfo& entry) { return hash_schema({}, {}, &entry); };
  EXPECT_NE(hash_of(InfoOf<Version1>::record), hash_of(InfoOf<Version2>::record));
}

TEST(Protocol, AStaleLoginCanBeToldFromABadOne) {
  Buffer out;
  append(out, Login{.schema = 42, .name = "Kim"});
  const Bytes body = out.bytes().subspan(frame_header_bytes);
  EXPECT_EQ(schema_of_login(body), 42u);
  EXPECT_EQ(schema_of_login(body.first(8)), 42u) << "the rest of that version does not count";
  EXPECT_EQ(schema_of_login(body.first(7)), 0u);
}

TEST(Protocol, TheSchemaTextNamesEveryTypeOfAField) {
  const std::string schema = protocol_schema(kinds::protocol);
  EXPECT_NE(schema.find("f32:f32 f64:f64 turn:u8(bff0000000000000,3ff0000000000000) "), std::string::npos);
  EXPECT_NE(schema.find(" colour:Colour(red,green,dark_blue) id:id\n"), std::string::npos);
  EXPECT_NE(
      schema.find("corners:*[Corner at:[Place x:f32 y:f64] tones:3*i16 name:text] rows:**i8 pairs:*2*u8 "
                  "paths:2**[Place x:f32 y:f64] squares:3*2*bool\n"),
      std::string::npos);
  EXPECT_TRUE(schema.starts_with("client 1 Numbers ")) << "there is no Entry, because there are no logins";
}

TEST(Protocol, RecordsAndEnumerationsAreFoundInItsFields) {
  std::vector<std::string_view> names;
  for (const RecordInfo* record : records_of(kinds::protocol)) names.push_back(record->name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"Place", "Corner"}))
      << "a record follows those that it holds";
  names.clear();
  for (const EnumInfo* info : enumerations_of(kinds::protocol)) names.push_back(info->name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"Colour"}));
  names.clear();
  for (const PacketInfo* packet : packets_of(kinds::protocol)) names.push_back(packet->record.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"Numbers", "Lists", "Words", "Nothing", "Other"}));
}

TEST(Protocol, APageOfAServiceWithoutLoginsDescribesNone) {
  const std::string page = protocol_markdown(kinds::protocol);
  EXPECT_TRUE(page.starts_with("# The protocol all_kinds\n")) << page.substr(0, 200);
  EXPECT_NE(page.find("default port is 7801"), std::string::npos);
  EXPECT_EQ(page.find("Login"), std::string::npos);
  EXPECT_NE(page.find("| height | u16 for -512 to 512.5 | in metres |"), std::string::npos);
  EXPECT_NE(page.find("| paths | array of 2 list of Place |"), std::string::npos);
  EXPECT_NE(page.find("### 4 Nothing\n\nNo fields.\n\nThere are no fields.\n"), std::string::npos);
}

TEST(Protocol, TheDictionaryHasAFrameOfTheRightSizeForEachPacket) {
  const std::string dictionary = protocol_dictionary(kinds::protocol);
  for (const auto& [name, size] : {std::pair("Numbers", frame_size_of(kinds::Numbers{})),
                                   std::pair("Lists", frame_size_of(kinds::Lists{})),
                                   std::pair("Words", frame_size_of(kinds::Words{}))}) {
    const std::size_t begin = dictionary.find("\n" + std::string(name) + "=\"") + 3 + std::strlen(name);
    EXPECT_EQ((dictionary.find('"', begin) - begin) / std::strlen("\\x00"), size) << name;
  }
}

TEST(Protocol, EveryTextKnowsEveryPacket) {
  const std::string markdown = protocol_markdown(protocol());
  const std::string typescript = protocol_typescript(protocol());
  const std::string wireshark = protocol_wireshark(protocol());
  const std::string dictionary = protocol_dictionary(protocol());
  const auto expect_everywhere = [&](const PacketInfo& packet) {
    const std::string name(packet.record.name);
    EXPECT_NE(markdown.find("### " + std::to_string(packet.opcode) + " " + name), std::string::npos) << name;
    EXPECT_NE(typescript.find("export interface " + name + " {"), std::string::npos) << name;
    EXPECT_NE(wireshark.find("name = \"" + name + "\""), std::string::npos) << name;
    EXPECT_NE(dictionary.find("\n" + name + "=\"\\x"), std::string::npos) << name;
  };
  for (const PacketInfo& packet : protocol().client) expect_everywhere(packet);
  for (const PacketInfo& packet : protocol().server) expect_everywhere(packet);
}

}  // namespace
}  // namespace madang::wire
