// ArenaBot: a bot that plays as arena/bot.h decides, from what it sees. Now and then it says a word.
#pragma once

#include <array>
#include <string_view>

#include "arena/bot.h"
#include "arena/rules.h"
#include "madang/base/time.h"
#include "madang/client/bot.h"

namespace arena {

namespace client = madang::client;

class ArenaBot final : public client::Bot<ArenaBot, Arena> {
 public:
  /// Each hit and each death is counted once: by the bot that was hit.
  static constexpr std::array<std::string_view, 4> counters = {"shots", "hits", "kills", "words_heard"};
  static constexpr bool has_main_world = false;

  Entry entry() { return {.name = {}, .colour = static_cast<std::uint8_t>(random().below(8))}; }
  void on_entered();
  void act();
  void on(const Steered& steered) { answered(steered.client_time); }
  void on(const Fired& fired);
  void on(const wire::CellSaid& said);
  void on_told(const client::Seen& by, const Hit& hit);
  void on_told(const client::Seen& by, const Killed& killed);

 private:
  Sight sight() const;

  Heading steering_ = Heading::stop;
};

}  // namespace arena
