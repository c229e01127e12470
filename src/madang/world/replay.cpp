#include "madang/world/replay.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "madang/base/check.h"

namespace madang::world {
namespace {

using Item = RecordFile::Item;

/// Returns the inputs of a tick, sorted by character. Those of one character keep their order.
std::vector<const Input*> sorted(std::span<const Input> inputs) {
  std::vector<const Input*> list;
  list.reserve(inputs.size());
  for (const Input& input : inputs) list.push_back(&input);
  std::ranges::sort(list, [](const Input* a, const Input* b) {
    return std::tie(a->character, a) < std::tie(b->character, b);
  });
  return list;
}

bool are_equal(const Input& a, const Input& b) {
  return a.kind == b.kind && a.character == b.character && a.opcode == b.opcode &&
         std::ranges::equal(a.body, b.body);
}

std::string describe(const AnyWorld& world, const Input& input) {
  return fmt::format("character {}: {}", input.character.value, world.describe(input));
}

/// Returns the first difference of the ticks that both plays have read.
std::optional<RecordDifference::Inputs> find_difference(const RecordPlay& one, const RecordPlay& other) {
  const auto difference = [&](std::string its, std::string their) {
    return RecordDifference::Inputs{one.tick_number(), std::move(its), std::move(their)};
  };
  if (one.length() != other.length())
    return difference(fmt::format("a tick as long as {} ordinary ticks", one.length()),
                      fmt::format("a tick as long as {} ordinary ticks", other.length()));
  const auto its = sorted(one.inputs());
  const auto their = sorted(other.inputs());
  const auto [a, b] =
      std::ranges::mismatch(its, their, [](const Input* x, const Input* y) { return are_equal(*x, *y); });
  if (a == its.end() && b == their.end()) return std::nullopt;
  // Of two inputs of different characters, the other record has none of the smaller one.
  const bool is_in_one = a != its.end() && (b == their.end() || (*a)->character <= (*b)->character);
  const bool is_in_other = b != their.end() && (a == its.end() || (*b)->character <= (*a)->character);
  constexpr std::string_view none = "no such input";
  return difference(is_in_one ? describe(one.world(), **a) : std::string(none),
                    is_in_other ? describe(other.world(), **b) : std::string(none));
}

}  // namespace

bool RecordPlay::differs(std::string why) {
  result_.differs_at = world_.tick_number();
  result_.why = std::move(why);
  return false;
}

bool RecordPlay::read() {
  has_tick_ = false;
  if (result_.ending || result_.differs_at) return false;
  for (;;) {
    const Item item = file_.next();
    const bool is_broken = !world_.broken().empty();
    if (item == Item::hash) {
      if (!is_broken && file_.hash() != world_.hash()) return differs("the hash of the state differs");
      ++result_.hashes;
      result_.equal_at = world_.tick_number();
    } else if (item == Item::broken) {
      has_broken_ = true;
      if (!is_broken) return differs("a rule broke the law when this was recorded, and does not now");
    } else if (is_broken && !has_broken_) {
      return differs(
          fmt::format("a rule breaks the law, and did not when this was recorded: {}", world_.broken()));
    } else if (item == Item::tick) {
      if (is_broken) return differs("the recorded world went on after a rule had broken the law");
      has_tick_ = true;
      return true;
    } else {
      result_.ending = item;
      return false;
    }
  }
}

void RecordPlay::play() {
  MADANG_CHECK(std::exchange(has_tick_, false), "no tick was read");
  world_.tick(file_.inputs(), file_.length());
  ++result_.ticks;
  result_.ordinary_ticks += file_.length();
  result_.inputs += file_.inputs().size();
}

Replay replay(RecordPlay& play, const ReplayProgress& progress) {
  while (play.read()) {
    play.play();
    if (progress) progress(play);
  }
  return play.result();
}

RecordDifference compare(RecordPlay& one, RecordPlay& other, const ReplayProgress& progress) {
  RecordDifference result;
  for (;;) {
    const bool has_one = one.read();
    const bool has_other = other.read();
    const bool is_wrong = one.result().differs_at || other.result().differs_at;
    if (!has_one || !has_other) {
      const auto tick_of = [](const RecordPlay& play, bool has) {
        return has ? fmt::format("a tick with {} inputs", play.inputs().size()) : "the record has ended";
      };
      const auto is_damaged = [](const RecordPlay& play) { return play.result().ending == Item::damaged; };
      if (has_one != has_other && !is_wrong && !is_damaged(one) && !is_damaged(other) && !result.inputs)
        result.inputs = {(has_one ? one : other).tick_number(), tick_of(one, has_one),
                         tick_of(other, has_other)};
      return result;
    }
    if (!result.inputs) result.inputs = find_difference(one, other);
    one.play();
    other.play();
    const bool is_broken = !one.world().broken().empty() || !other.world().broken().empty();
    if (!is_broken && one.world().hash() != other.world().hash()) {
      result.state = one.world().first_difference(other.world());
      return result;
    }
    if (!result.inputs) ++result.ticks_equal;
    if (progress) progress(one);
  }
}

}  // namespace madang::world
