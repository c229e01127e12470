#include "madang/server/recording.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>

#include "app/board_game.h"
#include "board/packets.h"
#include "madang/base/log.h"
#include "madang/server/record_heading.h"
#include "madang/wire/codec.h"
#include "madang/world/replay.h"
#include "unit/world/recorded_tiles.h"

namespace madang::server {
namespace {

const ProgramInfo this_program{.name = "madang"};

/// What the tests see of a file, also after the recording has destroyed it.
struct Disk {
  std::mutex mutex;
  std::condition_variable changed;
  std::string bytes;
  std::size_t capacity = SIZE_MAX;  ///< beyond it the disk is full
  bool is_stuck = false;            ///< writes wait as long as this is true
  bool is_waiting = false;          ///< a write waits

  void let_go() {
    const std::lock_guard lock(mutex);
    is_stuck = false;
    changed.notify_all();
  }
  void wait_for_a_write() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_waiting; });
  }
  std::string contents() {
    const std::lock_guard lock(mutex);
    return bytes;
  }
};

class DiskFile final : public OutputFile {
 public:
  explicit DiskFile(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}

  Result<void> write(Bytes bytes) override {
    std::unique_lock lock(disk_->mutex);
    disk_->is_waiting = disk_->is_stuck;
    disk_->changed.notify_all();
    disk_->changed.wait(lock, [&] { return !disk_->is_stuck; });
    disk_->is_waiting = false;
    const std::size_t fit = std::min(bytes.size(), disk_->capacity - disk_->bytes.size());
    disk_->bytes += as_text(bytes.first(fit));
    if (fit < bytes.size()) return std::unexpected(Error{ErrorCode::other, 28, "write"});
    return {};
  }

 private:
  std::shared_ptr<Disk> disk_;
};

class RecordingTest : public testing::Test {
 protected:
  RecordingTest() {
    game_.map = {40, 40};
    game_.move_interval_ms = 50;
    world_ = game_.make_main_world();
  }

  std::unique_ptr<Recording> start(std::size_t queue_bytes_max = 1u << 24) {
    auto recording = Recording::start("a test", std::make_unique<DiskFile>(disk_),
                                      heading_of(this_program, game_, *world_), queue_bytes_max);
    EXPECT_TRUE(recording) << recording.error();
    return std::move(*recording);
  }
  /// Takes a tick in which each of `players` characters enters or moves.
  void tick(Recording& recording, std::uint64_t players = 10) {
    ++ticks_;
    std::vector<world::Input> inputs;
    std::vector<Buffer> bodies;
    for (std::uint64_t character = 1; character <= players; ++character) {
      const bool is_here = world_->registry().find(CharacterId{character}) != world::Registry::none;
      Buffer& body = bodies.emplace_back();
      const board::Move move{board::directions[(character + ticks_) % 4], 1};
      const board::Entry entry{"Mina", board::Looks::queen};
      if (is_here) {
        wire::put(body.extend(wire::size_of(move)), move);
      } else {
        wire::put(body.extend(wire::size_of(entry)), entry);
      }
      inputs.push_back({is_here ? world::Input::Kind::command : world::Input::Kind::enter,
                        CharacterId{character}, wire::opcode_of<board::Move>, body.bytes()});
    }
    world_->tick(inputs, 1);
    recording.on_tick(*world_, inputs, 1);
  }
  struct Played {
    world::Replay result;
    std::string problem;
  };
  Played play_disk() {
    std::istringstream stream(disk_->contents());
    world::RecordFile file(stream);
    const auto heading = file.begin();
    EXPECT_TRUE(heading) << heading.error();
    auto recorded =
        make_recorded_world(this_program, [] { return std::make_unique<app::BoardGame>(); }, *heading);
    EXPECT_TRUE(recorded) << recorded.error();
    world::RecordPlay play(file, *recorded->world);
    return {world::replay(play), file.problem()};
  }
  /// Returns the lines that this test has logged.
  std::string new_log_lines() const {
    std::string text;
    for (const LogLine& line : log_lines_after(last_log_line_)) text += line.text + '\n';
    return text;
  }
  static std::uint64_t last_log_line() {
    const std::vector<LogLine> lines = log_lines_after(0);
    return lines.empty() ? 0 : lines.back().number;
  }
  static void wait_until(const auto& condition) {
    while (!condition()) std::this_thread::sleep_for(1ms);
  }

  app::BoardGame game_;
  std::unique_ptr<world::AnyWorld> world_;
  const std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  const std::uint64_t last_log_line_ = last_log_line();
  std::uint64_t ticks_ = 0;
};

TEST_F(RecordingTest, IsPlayedBackToTheSameHashes) {
  const auto recording = start();
  for (int i = 0; i < 250; ++i) {
    const std::uint64_t bytes = recording->bytes();
    tick(*recording);
    if (i % 60 == 59) wait_until([&] { return recording->bytes() > bytes; });  // several blocks
  }
  recording->finish(*world_);
  EXPECT_EQ(recording->ticks(), 250u);
  EXPECT_EQ(recording->bytes(), disk_->contents().size());
  EXPECT_FALSE(recording->has_stopped());

  const world::Replay result = play_disk().result;
  EXPECT_EQ(result.ending, world::RecordFile::Item::end);
  EXPECT_FALSE(result.differs_at);
  EXPECT_EQ(result.ticks, 250u);
  EXPECT_EQ(result.hashes, 3u) << "two in between, and one at the end";
  EXPECT_EQ(result.equal_at, 250u);
}

TEST_F(RecordingTest, HashesALargeWorldLessOften) {
  constexpr std::uint64_t players = 150'000;
  game_.map = {200, 200};
  game_.arrival_radius = 0;
  game_.players_max = players;
  world_ = game_.make_main_world();
  const auto recording = start();
  tick(*recording, players);
  for (std::uint64_t i = 2; i < players / Recording::entities_a_tick; ++i) recording->on_tick(*world_, {}, 1);
  const auto hashes = [&] {
    std::istringstream stream(disk_->contents());
    world::RecordFile file(stream);
    EXPECT_TRUE(file.begin());
    std::size_t ticks = 0;
    std::size_t count = 0;
    for (auto item = file.next(); item <= world::RecordFile::Item::hash; item = file.next())
      ++(item == world::RecordFile::Item::hash ? count : ticks);
    return std::pair(ticks, count);
  };
  wait_until([&] { return hashes().first == 149; });
  EXPECT_EQ(hashes().second, 0u);
  recording->on_tick(*world_, {}, 1);
  wait_until([&] { return hashes().first == 150; });
  EXPECT_EQ(hashes().second, 1u);
}

TEST_F(RecordingTest, WritesLongBeforeItsEnd) {
  const auto recording = start();
  const std::size_t heading = disk_->contents().size();
  EXPECT_GT(heading, 100u) << "the heading is there at once";
  for (int i = 0; i < 10; ++i) tick(*recording);
  wait_until([&] { return disk_->contents().size() > heading; });
  const Played played = play_disk();
  EXPECT_EQ(played.result.ending, world::RecordFile::Item::torn);
  EXPECT_GT(played.result.ticks, 0u);
}

TEST_F(RecordingTest, WithoutAnEndItHasAllTicksButNoEnd) {
  auto recording = start();
  for (int i = 0; i < 10; ++i) tick(*recording);
  recording.reset();
  const Played played = play_disk();
  EXPECT_EQ(played.result.ending, world::RecordFile::Item::torn);
  EXPECT_EQ(played.result.ticks, 10u);
}

TEST_F(RecordingTest, NeverWaitsForADiskThatIsStuck) {
  const auto recording = start();
  {
    const std::lock_guard lock(disk_->mutex);
    disk_->is_stuck = true;
  }
  tick(*recording);
  disk_->wait_for_a_write();
  for (int i = 0; i < 500; ++i) tick(*recording);  // while the write waits
  EXPECT_FALSE(recording->has_stopped());
  disk_->let_go();
  recording->finish(*world_);
  const world::Replay result = play_disk().result;
  EXPECT_EQ(result.ticks, 501u);
  EXPECT_FALSE(result.differs_at);
  EXPECT_EQ(result.ending, world::RecordFile::Item::end);
}

TEST_F(RecordingTest, StopsWhenTooManyBytesWaitForTheDisk) {
  constexpr std::size_t queue_bytes_max = 4'096;
  const auto recording = start(queue_bytes_max);
  {
    const std::lock_guard lock(disk_->mutex);
    disk_->is_stuck = true;
  }
  tick(*recording);
  disk_->wait_for_a_write();
  while (!recording->has_stopped()) tick(*recording);
  const std::uint64_t recorded = recording->ticks();
  EXPECT_LT(recorded, 1 + queue_bytes_max / 180);
  EXPECT_GT(recorded, queue_bytes_max / 400);
  disk_->let_go();
  wait_until([&] { return play_disk().result.ticks == recorded; });
  for (int i = 0; i < 50; ++i) tick(*recording);  // the game goes on, but with a gap there is no record
  recording->finish(*world_);
  const std::string log = new_log_lines();
  EXPECT_NE(
      log.find("the recording into a test has stopped: the disk is too slow, and 4096 bytes wait for it "
               "(record_queue_bytes_max). The game goes on"),
      log.npos)
      << log;

  const Played played = play_disk();
  EXPECT_EQ(played.result.ticks, recorded) << "all that were counted are there, and no others";
  EXPECT_FALSE(played.result.differs_at);
  EXPECT_EQ(played.result.ending, world::RecordFile::Item::torn) << "ticks are missing, so it has no end";
}

TEST_F(RecordingTest, ATickThatIsLargerThanTheQueueStopsIt) {
  const auto recording = start(4'096);
  tick(*recording, 1'000);
  EXPECT_TRUE(recording->has_stopped());
  EXPECT_EQ(recording->ticks(), 0u);
  recording->finish(*world_);
  EXPECT_EQ(play_disk().result.ticks, 0u);
}

TEST_F(RecordingTest, StopsWhenTheDiskIsFullAndTheFileIsGoodUpToThere) {
  const auto recording = start();
  {
    const std::lock_guard lock(disk_->mutex);
    disk_->capacity = disk_->bytes.size() + 5'000;
  }
  // Few ticks: they fill the disk, and would not fill the queue, however late the thread writes them.
  for (int i = 0; i < 200; ++i) tick(*recording);
  wait_until([&] { return recording->has_stopped(); });
  tick(*recording);
  recording->finish(*world_);
  const std::string log = new_log_lines();
  EXPECT_NE(log.find("the recording into a test has stopped: cannot write: write: "), log.npos) << log;
  EXPECT_EQ(log.find("recorded"), log.npos) << "it does not claim success: " << log;
  const Played played = play_disk();
  EXPECT_EQ(played.result.ending, world::RecordFile::Item::torn);
  EXPECT_FALSE(played.result.differs_at);
}

/// Breaks the law at the first words.
class BreakingGame : public world::tiles::TileGame {
 public:
  using TileGame::decide;
  void decide(const View&, const Self<world::tiles::Piece>&, const world::tiles::Say&, Proposals&) const {
    throw std::runtime_error("a test");
  }
};

TEST_F(RecordingTest, RecordsThatAWorldHasBroken) {
  auto recording = Recording::start("a test", std::make_unique<DiskFile>(disk_),
                                    world::tiles::recorded_heading(), 1u << 20);
  ASSERT_TRUE(recording) << recording.error();
  const world::Map map = world::Map::empty(20, 20);
  world::World<BreakingGame> world(world::WorldConfig{}, map);
  const auto take = [&](world::tiles::Inputs& inputs) {
    world.tick(inputs.list());
    (*recording)->on_tick(world, inputs.list(), 1);
  };
  world::tiles::Inputs enter;
  enter.enter(1, {"Mina", 1});
  take(enter);
  world::tiles::Inputs say;
  say.send(1, world::tiles::Say{"boo"});
  take(say);
  ASSERT_NE(world.broken(), "");
  (*recording)->finish(world);

  std::istringstream stream(disk_->contents());
  world::RecordFile file(stream);
  ASSERT_TRUE(file.begin());
  world::World<BreakingGame> again(world::WorldConfig{}, map);
  world::RecordPlay play(file, again);
  const world::Replay result = world::replay(play);
  EXPECT_FALSE(result.differs_at) << result.why;
  EXPECT_EQ(result.ticks, 2u);
  EXPECT_EQ(result.ending, world::RecordFile::Item::end);
  EXPECT_NE(again.broken(), "");
}

TEST_F(RecordingTest, EndsThoughTheDiskNeverAnswers) {
  auto recording = start();
  {
    const std::lock_guard lock(disk_->mutex);
    disk_->is_stuck = true;
  }
  tick(*recording);
  disk_->wait_for_a_write();
  recording->finish(*world_, 1ms);
  recording.reset();
  EXPECT_NE(new_log_lines().find("the record in a test has no end, because the disk does not answer"),
            std::string::npos);
  disk_->let_go();
}

TEST_F(RecordingTest, DoesNotStartOnADiskThatIsFull) {
  disk_->capacity = 20;
  const auto recording = Recording::start("a test", std::make_unique<DiskFile>(disk_),
                                          heading_of(this_program, game_, *world_), 4'096);
  ASSERT_FALSE(recording);
  EXPECT_TRUE(recording.error().starts_with("cannot record into a test: write: ")) << recording.error();
}

TEST(RecordFileNameTest, HasTheTimeOfTheStartWhereTheSettingWantsIt) {
  EXPECT_EQ(record_file_name("/var/a b.record"), "/var/a b.record");
  const std::string name = record_file_name("x-{time}.record");
  EXPECT_EQ(name.size(), std::string_view("x-20261127-185245.record").size()) << name;
  EXPECT_TRUE(name.starts_with("x-20") && name.ends_with(".record")) << name;
  EXPECT_EQ(name.find_first_not_of("0123456789-", 2), name.find(".record")) << name;
}

}  // namespace
}  // namespace madang::server
