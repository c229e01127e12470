#include "madang/server/store_address.h"

#include <gtest/gtest.h>

#include "madang/server/store_commands.h"

namespace madang::server {
namespace {

/// Returns what a user reads of an address: how it is shown, or what is wrong.
std::string read(std::string_view text) {
  const auto address = parse_store_address(text);
  return address ? shown_address(*address) : "wrong: " + address.error();
}

TEST(StoreAddress, IsAFileADatabaseOrMemory) {
  EXPECT_EQ(parse_store_address("sqlite:a/b.db"), (StoreAddress{StoreType::sqlite, "a/b.db"}));
  EXPECT_EQ(parse_store_address("sqlite:C:\\game.db"), (StoreAddress{StoreType::sqlite, "C:\\game.db"}));
  for (const char* text : {"postgres://game@db.example/game", "postgresql://db.example:5432/game?user=game",
                           "postgres://madang@/name?host=/tmp/folder&port=5432", "postgres://[::1]:5433/game",
                           "postgres://a:1,b:2,c/game", "postgres://%2Ftmp%2Ffolder/game", "postgres://"})
    EXPECT_EQ(parse_store_address(text), (StoreAddress{StoreType::postgres, text})) << text;
  EXPECT_EQ(parse_store_address("memory"), (StoreAddress{StoreType::memory, ""}));
}

TEST(StoreAddress, SaysWhatToWrite) {
  EXPECT_EQ(read("game.db"),
            "wrong: \"game.db\" is no address of a store: write sqlite:FILE, postgres://user@host/database, "
            "or memory (a file: sqlite:game.db)");
  EXPECT_EQ(read("a\x1b[31m"),
            "wrong: \"a.[31m\" is no address of a store: write sqlite:FILE, postgres://user@host/database, "
            "or memory (a file: sqlite:a.[31m)");
  const std::string none =
      "wrong: this is no address of a store: write sqlite:FILE, postgres://user@host/database, or memory";
  for (const char* text : {"", "mysql://me:secret@host/game", "host=db password=secret",
                           "Memory:", "Postgres://me:secret@host/game", "me:secret@host", "SQLITE:game.db"})
    EXPECT_EQ(read(text), none) << text;
  EXPECT_EQ(read("sqlite:"), "wrong: the name of the file is missing: write sqlite:FILE");
  EXPECT_EQ(read("sqlite::memory:"),
            "wrong: the name of the file begins with a colon: write another name, or memory");
}

TEST(StoreAddress, IsShownWithoutItsPassword) {
  EXPECT_EQ(read("sqlite:user:secret@file"), "sqlite:user:secret@file");
  EXPECT_EQ(read("postgres://game@host/game"), "postgres://game@host/game");
  EXPECT_EQ(read("postgres://game:secret@host:5432/game"), "postgres://game:***@host:5432/game");
  EXPECT_EQ(read("postgresql://game:s:e?c%40ret@host/game?sslmode=require"),
            "postgresql://game:***@host/game?sslmode=require");
  EXPECT_EQ(read("postgres://:secret@host/game"), "postgres://:***@host/game");
  EXPECT_EQ(read("postgres://host/game?user=game&password=secret&port=1"),
            "postgres://host/game?user=game&password=***&port=1");
  EXPECT_EQ(read("postgres://game:secret@host/game?pass%77ord=secret&sslpassword=secret"),
            "postgres://game:***@host/game?pass%77ord=***&sslpassword=***");
  EXPECT_EQ(read("postgres://host?password=secret"), "postgres://host?password=***");
}

TEST(StoreAddress, APasswordThatIsWrittenWronglyIsNotInTheLineThatSaysSo) {
  for (const char* text :
       {"postgres://game:secret", "postgres://game:secret/game", "postgres://game:se@secret@host/game",
        "postgres://game:se/secret@host/game", "postgres://game:1/2@secret@host/game",
        "postgres://a,b:secret/game", "postgres://[::1]:secret/game",
        "postgres://host/game?user=game&password=se@secret", "postgres://game:secret?x/y@host/game"}) {
    const std::string line = read(text);
    EXPECT_TRUE(line.starts_with("wrong: ")) << text;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    EXPECT_EQ(shown_argument(text), "postgres://***");
  }
  EXPECT_EQ(shown_argument("postgres://game:secret@host/game"), "postgres://game:***@host/game");
  EXPECT_EQ(shown_argument("mysql://game:secret@host/game"), "mysql://***");
  EXPECT_EQ(shown_argument("지금"), "지금");
}

TEST(StoreAddress, AProgramHasAStoreBesideItsConfigurationFile) {
  EXPECT_EQ(default_store("arena", ""), (StoreAddress{StoreType::sqlite, "arena.db"}));
  EXPECT_EQ(default_store("arena", "arena.toml"), (StoreAddress{StoreType::sqlite, "arena.db"}));
  EXPECT_EQ(default_store("arena", "/etc/마당/arena.toml"),
            (StoreAddress{StoreType::sqlite, "/etc/마당/arena.db"}));
}

TEST(StoreAddress, OpensAStore) {
  const std::vector<keeper::Kind> kinds{{1, "coin", false}};
  const auto store = open_store({StoreType::memory}, kinds);
  ASSERT_TRUE(store);
  EXPECT_EQ(store->kinds(), kinds);
  EXPECT_FALSE(open_store({StoreType::memory}, kinds, IfMissing::fail));
  const auto missing = open_store({StoreType::sqlite, "there/is/no.db"}, kinds, IfMissing::fail);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().fault, keeper::StoreFault::cannot_open);
}

TEST(StoreCommands, AHistoryIsOfAThingOrAHolder) {
  using keeper::Holder;
  using keeper::HolderType;
  const auto subject = [](std::string_view text) { return parse_subject(text).value(); };
  EXPECT_EQ(subject("17"), keeper::Subject(Holder::of(CharacterId{17})));
  EXPECT_EQ(subject("character:18446744073709551615"), keeper::Subject(Holder::of(CharacterId{UINT64_MAX})));
  EXPECT_EQ(subject("mailbox:17"), keeper::Subject(Holder::mailbox_of(CharacterId{17})));
  EXPECT_EQ(subject("ground:2"), keeper::Subject(Holder::ground_of(keeper::WorldId{2})));
  EXPECT_EQ(subject("transit:00000000000000070000000000000001"),
            keeper::Subject(Holder{HolderType::transit, {7, 1}}));
  EXPECT_EQ(subject("0123456789abcdefFEDCBA9876543210"),
            keeper::Subject(keeper::ThingId{0x0123456789abcdef, 0xfedcba9876543210}));
  EXPECT_EQ(subject("thing:17"), keeper::Subject(keeper::ThingId{0, 17}));
  for (const char* text : {"", "0", "-1", "+1", "17 ", "0x11", "18446744073709551616", "thing:", "system:1",
                           "sword:17", "0123456789abcdef0123456789abcdeg", "123456789abcdef0123456789abcdef",
                           "00000000000000000000000000000000", ":17"})
    EXPECT_FALSE(parse_subject(text)) << text;
}

TEST(StoreCommands, AreNotForEveryStore) {
  const StoreAddress database{StoreType::postgres, "postgres://host/game"};
  EXPECT_EQ(find_problem({.action = StoreAction::audit, .store = database}), "");
  EXPECT_EQ(find_problem({.action = StoreAction::history, .store = database}), "");
  EXPECT_TRUE(find_problem({.action = StoreAction::backup, .store = database}).ends_with("use pg_dump"));
  EXPECT_TRUE(find_problem({.action = StoreAction::restore, .store = database}).ends_with("use pg_restore"));
  for (const auto action :
       {StoreAction::audit, StoreAction::history, StoreAction::backup, StoreAction::restore})
    EXPECT_TRUE(find_problem({.action = action, .store = {StoreType::memory}}).contains("memory is empty"));
  for (const char* file : {"sqlite:copy.db", "postgres://host/game"})
    EXPECT_NE(
        find_problem({.action = StoreAction::backup, .store = {StoreType::sqlite, "a.db"}, .file = file}),
        "");
}

}  // namespace
}  // namespace madang::server
