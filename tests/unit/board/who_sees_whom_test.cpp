// Which players see which pieces: over a million random moves, the clients agree with a search of all pieces.
//
// In watchers_test.cpp each client gets all events. Here a client gets only the events of its watched cells,
// as through a gateway, so that a crowd can walk for a long time. After each tick the test compares all
// clients that got something with the search. Sometimes it compares all clients. The search knows only the
// corners of the watched rectangles. It knows the positions of pieces from the private answers to their
// owners.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "unit/board/board.h"
#include "unit/board/client_model.h"
#include "unit/board/script.h"

namespace madang::board {
namespace {

/// Returns MADANG_SEED, or 1.
std::uint64_t seed_of_this_run() {
  const char* text = std::getenv("MADANG_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}

/// The clients of all players in the world, and the clients that got something in the last tick.
class Audience {
 public:
  explicit Audience(const Board& board) : board_(board) {}

  void tell(const Script& script) {
    const TickEvents& events = board_.events;
    told_.clear();
    changes_.clear();
    for (const WatchChanged& change : events.watch_changes)
      EXPECT_TRUE(changes_.emplace(change.owner, &change).second) << "two changes of one owner in a tick";
    std::erase_if(clients_, [&](const auto& entry) { return !script.players().contains(entry.first); });

    nearby_.tick = events.tick;
    nearby_.newly_watched = events.newly_watched;
    for (const auto& [owner, player] : script.players()) {
      const auto change = changes_.find(owner);
      tell_one(owner, change == changes_.end() ? nullptr : change->second);
    }
  }

  const std::vector<SessionId>& told() const { return told_; }
  const std::map<SessionId, ClientModel>& clients() const { return clients_; }

 private:
  void tell_one(SessionId owner, const WatchChanged* change) {
    ClientModel& client = clients_.try_emplace(owner, board_.zone.grid()).first->second;
    gather_changes_in(change ? change->now : client.watch());
    if (nearby_.cells.empty() && !change) return;
    client.apply(board_.zone, nearby_, change);
    told_.push_back(owner);
  }

  /// The cells of a tick are ascending. The watched cells of a row are ascending too.
  void gather_changes_in(const CellRect& watch) {
    const std::vector<CellChanges>& all = board_.events.cells;
    const Grid& grid = board_.zone.grid();
    nearby_.cells.clear();
    for (std::uint32_t row = watch.y0; row <= watch.y1; ++row) {
      auto changes = std::ranges::lower_bound(all, grid.at(watch.x0, row), {}, &CellChanges::cell);
      const CellIndex last = grid.at(watch.x1, row);
      for (; changes != all.end() && changes->cell <= last; ++changes) nearby_.cells.push_back(*changes);
    }
  }

  const Board& board_;
  std::map<SessionId, ClientModel> clients_;
  std::vector<SessionId> told_;
  std::map<SessionId, const WatchChanged*> changes_;
  TickEvents nearby_;  // what one client is told
};

/// A rectangle of tiles.
struct Area {
  int left;
  int top;
  std::uint32_t width;
  std::uint32_t height;

  bool contains(int x, int y) const {
    return (static_cast<std::uint32_t>(x - left) < width) & (static_cast<std::uint32_t>(y - top) < height);
  }
};

/// Searches all pieces for each question.
class Search {
 public:
  Search(const ZoneConfig& config, const Script& script)
      : cell_size_(static_cast<int>(config.cell_size)),
        view_(static_cast<int>(config.view_radius)),
        // A cell is watched if one of its tiles is near enough. So its far side may be farther by a cell.
        farthest_(static_cast<int>(config.leave_radius) + cell_size_ - 1) {
    all_.reserve(script.players().size());
    for (const auto& [owner, player] : script.players())
      all_.push_back({player.position.x, player.position.y, &player});
  }

  /// Returns what is wrong with the view of the client of `self`; nothing if all is right.
  std::string disagreement(const ScriptPlayer& self, const ClientModel& client) const {
    if (!client.violations().empty()) return client.violations().front();
    const Area watched = area_of(client.watch());
    const Area near = area_around(self.position, view_);
    const Area far = area_around(self.position, farthest_);
    std::size_t in_sight = 0;
    for (const Standing& other : all_) {
      const bool is_watched = watched.contains(other.x, other.y);
      if (!(is_watched | near.contains(other.x, other.y))) continue;
      ++in_sight;
      if (!is_watched) return fmt::format("{} is near and not watched", text_of(other));
      if (!far.contains(other.x, other.y)) return fmt::format("{} is far and watched", text_of(other));
      const auto seen = client.pieces().find(other.player->alias);
      if (seen == client.pieces().end()) return fmt::format("{} is not seen", text_of(other));
      if (!is_right(seen->second, *other.player)) return fmt::format("{} is seen wrong", text_of(other));
    }
    if (client.pieces().size() == in_sight) return {};
    return fmt::format("sees {} pieces where {} stand", client.pieces().size(), in_sight);
  }

 private:
  struct Standing {
    std::uint16_t x;
    std::uint16_t y;
    const ScriptPlayer* player;
  };

  Area area_of(const CellRect& cells) const {
    const auto tiles = [this](int count) { return static_cast<std::uint32_t>(count * cell_size_); };
    return {cells.x0 * cell_size_, cells.y0 * cell_size_, tiles(cells.x1 + 1 - cells.x0),
            tiles(cells.y1 + 1 - cells.y0)};
  }

  static Area area_around(Position center, int radius) {
    const auto side = static_cast<std::uint32_t>(2 * radius + 1);
    return {center.x - radius, center.y - radius, side, side};
  }

  static bool is_right(const SeenPiece& seen, const ScriptPlayer& player) {
    return seen.position == player.position && seen.id == player.id && seen.name == player.name;
  }

  static std::string text_of(const Standing& other) {
    return fmt::format("{} at {}, {}", other.player->name, other.x, other.y);
  }

  int cell_size_;
  int view_;
  int farthest_;
  std::vector<Standing> all_;
};

struct Country {
  std::string name;
  ZoneConfig config;
  Habits habits;
};

void PrintTo(const Country& country, std::ostream* out) { *out << country.name; }

constexpr ZoneConfig lively(ZoneConfig config) {
  config.move_interval_ticks = 1;
  config.move_slack_ticks = 0;
  return config;
}

const Country countries[] = {
    {"Town", lively({.width = 120, .height = 120}), {.players = 170}},
    {"WideLandWhereFewMove",
     lively({.width = 500, .height = 400}),
     {.players = 250, .move_percent = 20, .turn_percent = 2}},
    {"SmallCells",
     lively({.width = 163, .height = 101, .cell_size = 4, .view_radius = 9, .leave_radius = 13}),
     {.players = 170, .turn_percent = 3}},
    {"LargeCellsWithoutHysteresis",
     lively({.width = 200, .height = 300, .cell_size = 32, .view_radius = 10, .leave_radius = 10}),
     {.players = 170, .turn_percent = 5}},
    {"MazeOfComersAndGoers",
     lively({.width = 91, .height = 117, .cell_size = 8, .obstacle_percent = 30, .players_max = 150}),
     {.players = 150, .leave_permille = 50, .turn_percent = 40}},
};
constexpr int moves_of_each_country = 1'000'000 / static_cast<int>(std::size(countries));
static_assert(moves_of_each_country * std::size(countries) == 1'000'000);

class WhoSeesWhom : public testing::TestWithParam<Country> {
 protected:
  static void compare(const Search& search, const ScriptPlayer& self, const ClientModel& client) {
    ASSERT_EQ(search.disagreement(self, client), "")
        << "for " << self.name << " at " << self.position.x << ", " << self.position.y;
  }

  static void compare_those_told(const Search& search, const Script& script, const Audience& audience) {
    for (const SessionId owner : audience.told())
      compare(search, script.players().at(owner), audience.clients().at(owner));
  }

  static void compare_everybody(const Search& search, const Script& script, const Audience& audience) {
    for (const auto& [owner, client] : audience.clients())
      compare(search, script.players().at(owner), client);
  }
};

TEST_P(WhoSeesWhom, IsWhatASearchOfAllPiecesFinds) {
  const std::uint64_t seed = seed_of_this_run();
  SCOPED_TRACE(fmt::format("run again with MADANG_SEED={}", seed));
  ZoneConfig config = GetParam().config;
  config.seed = seed;
  Board board(config);
  Script script(~seed, GetParam().habits);
  Audience audience(board);
  for (std::ptrdiff_t moves = 0; moves < moves_of_each_country;) {
    for (Command& command : script.next()) board.queue(std::move(command));
    board.tick();
    script.learn(board.events);
    moves += std::ranges::count(board.events.moved, MoveResult::moved, &Moved::result);

    const std::uint64_t tick = board.zone.tick_number();
    SCOPED_TRACE(fmt::format("tick {}", tick));
    ASSERT_LT(tick, 20'000u) << "too few moves";
    ASSERT_EQ(board.zone.player_count(), script.players().size());
    audience.tell(script);
    const Search search(config, script);
    compare_those_told(search, script, audience);
    if (tick % 50 == 0) compare_everybody(search, script, audience);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Countries, WhoSeesWhom, testing::ValuesIn(countries),
                         [](const auto& country) { return country.param.name; });

}  // namespace
}  // namespace madang::board
