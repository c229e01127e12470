// The law of the tick, and the Referee that watches over it.
//
// A tick takes a world from one state to the next in three steps.
//
//   1. Decide. Each entity that acts reads the world as it stood when the tick began, and proposes effects:
//      on itself, for this tick, or on others, for the next tick. Nothing changes while anybody decides.
//   2. Apply. Each addressee takes the effects on it, in a fixed order, and changes itself alone. What
//      follows for others is an effect of the next tick.
//   3. Exchange. Entities go to the cells in which they stand now. New entities appear, and those that leave
//      are gone.
//
// So the result does not depend on the order in which entities act, nor on the number of threads or zones. A
// rule that breaks the law makes the result depend on it. The Referee finds such rules: some always, because
// they cost nothing to find, and the others if WorldConfig::checks_law is set.
//
//   always       throws; runs without end (too many questions or effects); leaves the map
//   checks_law   changes what it only may read; keeps a state of its own; uses a clock or another source of
//                chance; looks further than WorldConfig::sight
//
// Without checks_law, a rule that looks too far sees nothing there.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace madang::world {

/// A rule has broken the law. The world that it belongs to cannot go on.
class LawBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What is being done, for the line that says which rule broke the law.
class Referee {
 public:
  /// Questions to the world, and effects, of one decision or one application.
  static constexpr std::uint32_t steps_max = 100'000;

  explicit Referee(bool checks_law) : checks_law_(checks_law) {}

  bool checks_law() const { return checks_law_; }
  /// Notes which rule runs now: `actor` is a kind of entity, `deed` the rule, `on` a command or an effect.
  void begin(std::uint64_t tick, std::string_view actor, std::string_view deed, std::string_view on) {
    tick_ = tick;
    actor_ = actor;
    deed_ = deed;
    on_ = on;
    steps_ = 0;
  }
  /// The same rule runs once more.
  void begin_again() { steps_ = 0; }
  /// Counts a question or an effect. Throws LawBroken if there were too many.
  void step() {
    if (++steps_ > steps_max) broken("it runs without end: more than 100,000 questions and effects");
  }
  /// Throws LawBroken with a line that names the rule.
  [[noreturn]] void broken(std::string_view what) const {
    throw LawBroken(
        fmt::format("tick {}: {} breaks the law when it {} {}: {}", tick_, actor_, deed_, on_, what));
  }

 private:
  bool checks_law_;
  std::uint64_t tick_ = 0;
  std::string_view actor_ = "the world";
  std::string_view deed_ = "makes";
  std::string_view on_ = "a tick";
  std::uint32_t steps_ = 0;
};

}  // namespace madang::world
