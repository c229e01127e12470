#include "madang/world/replay.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "unit/world/recorded_tiles.h"

namespace madang::world::tiles {
namespace {

using Item = RecordFile::Item;

constexpr int recorded_ticks = 120;
constexpr int recorded_hash_interval = 10;

/// A record that is open, its world, and its play.
template <class Game = TileGame>
struct OpenPlay {
  explicit OpenPlay(const std::string& bytes, const Game& rules = {})
      : open(bytes), world(WorldConfig{}, Map(48, 48, 2, 8), rules), play(open.file, world) {
    EXPECT_TRUE(open.file.begin());
  }
  explicit OpenPlay(const Buffer& items) : OpenPlay(file_of({&items})) {}

  OpenFile open;
  World<Game> world;
  RecordPlay play;
};

TEST(ReplayTest, ARecordIsPlayedToTheSameStates) {
  OpenPlay record(recorded_items(recorded_ticks, recorded_hash_interval));
  std::uint64_t seen = 0;
  const Replay result =
      replay(record.play, [&](const RecordPlay& play) { EXPECT_EQ(play.result().ticks, ++seen); });
  EXPECT_FALSE(result.differs_at);
  EXPECT_EQ(result.ticks, std::uint64_t{recorded_ticks});
  EXPECT_EQ(seen, result.ticks);
  EXPECT_EQ(result.ordinary_ticks, std::uint64_t{recorded_ticks + recorded_ticks / 7});
  EXPECT_EQ(result.ordinary_ticks, record.world.tick_number());
  EXPECT_EQ(result.hashes, std::uint64_t{recorded_ticks / recorded_hash_interval});
  EXPECT_EQ(result.equal_at, result.ordinary_ticks);
  EXPECT_GT(result.inputs, recorded_ticks * recorded_characters / 2);
  EXPECT_EQ(result.ending, Item::end);
}

TEST(ReplayTest, ARecordThatIsCutOffIsPlayedUpToItsLastWholeBlock) {
  const Buffer first = recorded_items(recorded_ticks, recorded_hash_interval);
  const Buffer nothing;
  std::string bytes = file_of({&first, &nothing});
  bytes.resize(bytes.size() - 30);
  OpenPlay record(bytes);
  const Replay result = replay(record.play);
  EXPECT_EQ(result.ending, Item::torn);
  EXPECT_FALSE(result.differs_at);
  EXPECT_EQ(result.ticks, std::uint64_t{recorded_ticks});
}

TEST(ReplayTest, AnInputThatWasChangedIsFoundBetweenTwoHashes) {
  const Buffer good = recorded_items(recorded_ticks, recorded_hash_interval);
  RecordReader reader(good.bytes());
  Buffer bad;
  RecordWriter writer(bad);
  int tick = 0;
  for (auto item = reader.next(); item != Item::end; item = reader.next()) {
    if (item == Item::hash) {
      writer.add_hash(reader.hash());
    } else {
      writer.add_tick(++tick == 55 ? std::span<const Input>() : reader.inputs(), reader.length());
    }
  }
  OpenPlay record(bad);
  const Replay result = replay(record.play);
  EXPECT_EQ(result.ticks, 60u);
  EXPECT_EQ(result.hashes, 5u);
  EXPECT_EQ(result.equal_at, 50u + 50 / 7) << "in ordinary ticks";
  EXPECT_EQ(result.differs_at, 60u + 60 / 7);
  EXPECT_EQ(result.why, "the hash of the state differs");
  EXPECT_FALSE(result.ending);
  EXPECT_FALSE(record.play.read()) << "it goes no further";
}

TEST(ReplayTest, ARecordMadeByAnAttackerNeverCrashesAWorld) {
  const Buffer items = recorded_items(12, 4);
  Random random(17);
  std::uint64_t ticks = 0;
  for (int round = 0; round < 1'000; ++round) {
    Buffer bad = Buffer::copy(items.bytes());
    for (std::uint32_t changes = 1 + random.below(30); changes > 0; --changes) {
      std::byte& byte = bad.data()[random.below(static_cast<std::uint32_t>(bad.size()))];
      byte = random.chance(1, 2) ? byte ^ std::byte{1} : std::byte(random.below(256));
    }
    OpenPlay record(file_of({&bad}));  // its hashes are right
    const Replay result = replay(record.play);
    EXPECT_TRUE(result.ending || result.differs_at);
    ticks += result.ticks;
  }
  EXPECT_GT(ticks, 2'000u) << "most records are read for a while";
}

// ---- A world whose rules throw

/// Breaks the law at the word "broken".
class FragileGame : public TileGame {
 public:
  using TileGame::decide;
  void decide(const View&, const Self<Piece>&, const Say& say, Proposals& propose) const {
    if (is_fragile && say.text == "broken") throw std::runtime_error("a test");
    propose.self(Words{say.text});
  }
  bool is_fragile = true;
};

/// Returns a record whose last tick breaks the fragile game.
Buffer broken_items(bool is_noted) {
  Buffer items = recorded_items(5, 2);
  RecordWriter writer(items);
  Inputs inputs;
  for (std::uint64_t character = 1; character <= recorded_characters; ++character)
    inputs.send(character, Say{"broken"});
  writer.add_tick(inputs.list(), 1);
  if (is_noted) writer.add_broken();
  return items;
}

TEST(ReplayTest, AWorldThatHasBrokenBreaksAgain) {
  const Buffer items = broken_items(true);
  OpenPlay<FragileGame> record(file_of({&items}));
  const Replay result = replay(record.play);
  EXPECT_FALSE(result.differs_at) << result.why;
  EXPECT_EQ(result.ticks, 6u);
  EXPECT_EQ(result.ending, Item::end);
  EXPECT_NE(record.world.broken(), "");
}

TEST(ReplayTest, AWorldThatBreaksOnlyOnceDiffers) {
  const Buffer unbroken = broken_items(false);
  OpenPlay<FragileGame> now(file_of({&unbroken}));
  const Replay broken_now = replay(now.play);
  EXPECT_EQ(broken_now.differs_at, 6u);
  EXPECT_TRUE(broken_now.why.starts_with("a rule breaks the law, and did not when this was recorded: "))
      << broken_now.why;

  FragileGame strong;
  strong.is_fragile = false;
  const Buffer broken = broken_items(true);
  OpenPlay<FragileGame> before(file_of({&broken}), strong);
  const Replay broken_before = replay(before.play);
  EXPECT_EQ(broken_before.differs_at, 6u);
  EXPECT_EQ(broken_before.why, "a rule broke the law when this was recorded, and does not now");
}

TEST(ReplayTest, ARecordThatGoesOnAfterItHasBrokenIsRefused) {
  Buffer items = broken_items(true);
  RecordWriter(items).add_tick({}, 1);
  OpenPlay<FragileGame> record(file_of({&items}));
  EXPECT_EQ(replay(record.play).why, "the recorded world went on after a rule had broken the law");
}

// ---- Two records

std::string one_character(const std::string& text) { return text.substr(0, text.find(':')); }

TEST(CompareTest, EqualRecordsAreEqual) {
  const Buffer items = recorded_items(recorded_ticks, recorded_hash_interval);
  OpenPlay one(items);
  OpenPlay other(items);
  const RecordDifference difference = compare(one.play, other.play);
  EXPECT_TRUE(difference.is_equal());
  EXPECT_EQ(difference.ticks_equal, std::uint64_t{recorded_ticks});
  EXPECT_EQ(one.play.result().ending, Item::end);
}

TEST(CompareTest, TheOrderOfInputsOfDifferentCharactersDoesNotCount) {
  const Buffer items = recorded_items(recorded_ticks, recorded_hash_interval);
  const Buffer others = recorded_items(recorded_ticks, recorded_hash_interval,
                                       [](int, Inputs& inputs) { std::ranges::reverse(inputs.list()); });
  OpenPlay one(items);
  OpenPlay other(others);
  EXPECT_TRUE(compare(one.play, other.play).is_equal());
}

/// Changes the input of character 5, or adds one.
ChangeInputs changed_at(int tick, const Turn& turn) {
  return [=](int now, Inputs& inputs) {
    if (now != tick) return;
    std::erase_if(inputs.list(), [](const Input& input) { return input.character == CharacterId{5}; });
    inputs.send(5, turn);
  };
}

TEST(CompareTest, TheFirstInputAndTheFirstStateThatDifferAreNamed) {
  const Buffer items = recorded_items(60, 10);
  const Buffer others = recorded_items(60, 10, changed_at(25, Turn{9, -1, -1}));
  OpenPlay one(items);
  OpenPlay other(others);
  const RecordDifference difference = compare(one.play, other.play);
  EXPECT_EQ(difference.ticks_equal, 24u);
  ASSERT_TRUE(difference.inputs);
  EXPECT_EQ(difference.inputs->tick, 25u + 25 / 7);
  EXPECT_EQ(difference.inputs->one, "character 5: Move (x 1, y 0, client_time 0)");
  EXPECT_EQ(difference.inputs->other, "character 5: Turn (looks 9, x -1, y -1)");
  ASSERT_TRUE(difference.state);
  EXPECT_EQ(difference.state->tick, 25u + 25 / 7);
  EXPECT_EQ(difference.state->character, CharacterId{5});
  EXPECT_EQ(difference.state->entity, one.world.entity_of(CharacterId{5}));
  EXPECT_FALSE(one.play.result().differs_at) << "each record agrees with itself";
  EXPECT_FALSE(other.play.result().differs_at);
}

TEST(CompareTest, AnInputThatOnlyOneRecordHasIsNamed) {
  const Buffer items = recorded_items(60, 10);
  const Buffer fewer = recorded_items(60, 10, [](int tick, Inputs& inputs) {
    if (tick == 30)
      std::erase_if(inputs.list(), [](const Input& input) { return input.character == CharacterId{7}; });
  });
  OpenPlay a(items);
  OpenPlay b(fewer);
  const RecordDifference missing_in_other = compare(a.play, b.play);
  ASSERT_TRUE(missing_in_other.inputs);
  EXPECT_EQ(one_character(missing_in_other.inputs->one), "character 7");
  EXPECT_EQ(missing_in_other.inputs->other, "no such input");
  OpenPlay c(fewer);
  OpenPlay d(items);
  const RecordDifference missing_in_one = compare(c.play, d.play);
  ASSERT_TRUE(missing_in_one.inputs);
  EXPECT_EQ(missing_in_one.inputs->one, "no such input");
  EXPECT_EQ(one_character(missing_in_one.inputs->other), "character 7");
}

TEST(CompareTest, WordsDifferThoughTheStatesDoNot) {
  const auto said = [](std::string_view text) {
    return [=](int tick, Inputs& inputs) {
      if (tick == 20) inputs.send(4, Say{text});
    };
  };
  const Buffer items = recorded_items(40, 10, said("hello"));
  const Buffer others = recorded_items(40, 10, said("hi"));
  OpenPlay one(items);
  OpenPlay other(others);
  const RecordDifference difference = compare(one.play, other.play);
  ASSERT_TRUE(difference.inputs);
  EXPECT_EQ(difference.inputs->one, "character 4: Say (text \"hello\")");
  EXPECT_EQ(difference.inputs->other, "character 4: Say (text \"hi\")");
  EXPECT_EQ(difference.ticks_equal, 19u);
  EXPECT_FALSE(difference.state);
  EXPECT_EQ(one.play.result().ticks, 40u) << "the states are compared to the end";
}

TEST(CompareTest, ATickOfAnotherLengthDiffers) {
  Buffer items = recorded_items(10, 5);
  Buffer others = recorded_items(10, 5);
  RecordWriter(items).add_tick({}, 1);
  RecordWriter(others).add_tick({}, 3);
  OpenPlay one(items);
  OpenPlay other(others);
  const RecordDifference difference = compare(one.play, other.play);
  ASSERT_TRUE(difference.inputs);
  EXPECT_EQ(difference.inputs->one, "a tick as long as 1 ordinary ticks");
  EXPECT_EQ(difference.inputs->other, "a tick as long as 3 ordinary ticks");
  ASSERT_TRUE(difference.state);
  EXPECT_EQ(difference.state->column, "tick");
}

TEST(CompareTest, ARecordThatEndsEarlierDiffers) {
  const Buffer items = recorded_items(30, 10);
  const Buffer shorter = recorded_items(20, 10);
  OpenPlay one(items);
  OpenPlay other(shorter);
  const RecordDifference difference = compare(one.play, other.play);
  EXPECT_EQ(difference.ticks_equal, 20u);
  ASSERT_TRUE(difference.inputs);
  EXPECT_EQ(difference.inputs->tick, 21u + 21 / 7);
  EXPECT_TRUE(difference.inputs->one.starts_with("a tick with "));
  EXPECT_EQ(difference.inputs->other, "the record has ended");
  EXPECT_FALSE(difference.state);
}

TEST(CompareTest, DamageIsNoDifference) {
  const Buffer items = recorded_items(30, 10);
  const std::string good = file_of({&items, &items});
  std::string bad = good;
  bad[bad.size() - 40] ^= 1;
  for (const bool is_first : {true, false}) {
    OpenPlay one(is_first ? bad : good);
    OpenPlay other(is_first ? good : bad);
    EXPECT_TRUE(compare(one.play, other.play).is_equal());
    EXPECT_EQ((is_first ? one : other).play.result().ending, Item::damaged);
  }
}

/// A game whose pieces wait longer after a step.
class SlowGame : public TileGame {
 public:
  using TileGame::apply;
  void apply(Change<Piece>& self, const Step& step) const {
    const bool had_moved = self->moves > 0;
    TileGame::apply(self, step);
    if (is_slow && had_moved && self.tick() == 50) self->next_move += 7;
  }
  bool is_slow = false;
};

TEST(CompareTest, EqualInputsWithOtherRulesGiveTheFirstStateThatDiffers) {
  const Buffer items = recorded_items(100, 200);
  SlowGame slow;
  slow.is_slow = true;
  OpenPlay<SlowGame> one(file_of({&items}));
  OpenPlay<SlowGame> other(file_of({&items}), slow);
  const RecordDifference difference = compare(one.play, other.play);
  EXPECT_FALSE(difference.inputs);
  ASSERT_TRUE(difference.state);
  EXPECT_EQ(difference.state->tick, 50u);
  EXPECT_EQ(difference.state->column, "next_move");
  EXPECT_NE(difference.state->one, difference.state->other);
}

TEST(CompareTest, AStateThatIsNotTheRecordedOneIsFoundInItsRecord) {
  Buffer items = recorded_items(15, 100);
  const Buffer good = Buffer::copy(items.bytes());
  RecordWriter(items).add_hash(1);
  OpenPlay one(good);
  OpenPlay other(items);
  const RecordDifference difference = compare(one.play, other.play);
  EXPECT_TRUE(difference.is_equal());
  EXPECT_FALSE(one.play.result().differs_at);
  EXPECT_EQ(other.play.result().differs_at, 15u + 15 / 7);
}

}  // namespace
}  // namespace madang::world::tiles
