#include "app/play_command.h"

#include <fmt/core.h>
#include <utf8.h>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "app/play_picture.h"
#include "app/terminal.h"
#include "board/board_config.h"
#include "board/client/player_view.h"
#include "board/client/sent_words.h"
#include "madang/base/limits.h"
#include "madang/base/log.h"
#include "madang/base/random.h"
#include "madang/base/text.h"
#include "madang/client/connection.h"
#include "madang/client/login_entry.h"
#include "madang/client/reentry.h"
#include "madang/server/stop_signal.h"
#include "madang/wire/dispatch.h"

namespace madang::app {

namespace {

constexpr Duration picture_interval = 33ms;
constexpr Duration ping_interval = 2s;
constexpr Duration clock_interval = 1s;
constexpr std::size_t chat_lines_max = 100;
constexpr std::size_t name_bytes_max = Limits{}.name_bytes_max;
constexpr std::size_t text_bytes_max = Limits{}.text_bytes_max;

std::string user_name() {
  for (const char* variable : {"USER", "USERNAME"})
    if (const char* name = std::getenv(variable); name && presentable_name(name, name_bytes_max)) return name;
  return "guest";
}

/// The game of one player: its connection, and the next connection after one that ended.
class Game final : private io::CompletionHandler, private client::ConnectionOwner {
 public:
  Game(std::unique_ptr<io::Port> port, Terminal& terminal, const io::Address& server, std::string name,
       std::string world, board::Looks looks, Language language)
      : port_(std::move(port)),
        terminal_(terminal),
        server_(server),
        world_(std::move(world)),
        looks_(looks),
        language_(language),
        reentry_(scatter(static_cast<std::uint64_t>(port_->now().count()))) {
    state_.name = std::move(name);
  }

  /// Starts the first connection, or the next one.
  Result<void> start() {
    state_.notice = fmt::format("connecting to {} ...", server_.text());
    connection_.reset();  // it refers to the view
    if (view_ && view_->is_welcomed()) left_ = std::move(view_);
    view_ = std::make_unique<board::PlayerView>(findings_);
    client::ConnectionOwner& owner = *this;
    connection_.emplace(*port_, connection_key, pool_, owner, *view_);
    const Buffer entry = client::login_entry(board::Entry{.looks = looks_});
    return connection_->start(server_, {.schema = board::game_info().protocol.schema,
                                        .name = state_.name,
                                        .world = world_,
                                        .entry = entry.bytes()});
  }

  /// Handles one picture: handles packets and keys, and draws the screen.
  void turn() {
    port_->turn(*this, picture_interval);
    const Time now = port_->now();
    if (ended_) decide_what_follows(*std::exchange(ended_, std::nullopt), now);
    KeyPress press;
    while (!ending_ && terminal_.read_key(press)) handle_key(press);
    if (ending_) return;
    if (retry_at_) {
      wait_for_retry(now);
    } else {
      step_if_due(now);
      keep_alive(now);
    }
    const Terminal::Size size = terminal_.size();
    terminal_.show(draw_play(view(), state_, size.columns, size.rows));
  }

  /// Logs out. Without a connection, the game ends at once.
  void leave() {
    if (retry_at_) {
      ending_ = last_ending_;
      return;
    }
    state_.notice = "leaving ...";
    connection_->log_out();
    connection_->flush();
  }

  /// Returns how the game ended, or none while the game goes on.
  const std::optional<client::Ending>& ending() const { return ending_; }

  /// Returns the reason as a text. A player that was never in the world gets the server's text alone.
  std::string describe(const client::Ending& ending) const {
    if (ending.has_goodbye && !reentry_.was_in_world()) return ending.text;
    return client::describe(ending, language_);
  }

 private:
  static constexpr io::Key connection_key = 1;

  void on_completion(io::Completion& completion) override { connection_->on_completion(completion); }

  void on_welcome(client::Connection&) override {
    if (last_ending_) note_chat("(you are in)");
    last_ending_.reset();
    left_.reset();
    said_ = {};  // NotSaid counts the texts of one session
    reentry_.entered();
    state_.notice.clear();
  }

  void on_packet(client::Connection&, const wire::Frame& frame) override {
    using Packets =
        wire::Types<board::Moved, wire::Pong, wire::CellSaid, wire::Shouted, wire::Announced, wire::NotSaid>;
    wire::visit_packet(
        Packets{}, frame,
        wire::Overloaded{
            [&](const board::Moved& moved) { note_delay(moved.client_time); },
            [&](const wire::Pong& pong) { note_delay(pong.client_time); },
            [&](const wire::CellSaid& said) {
              const auto speaker = view_->find_piece({said.cell_x, said.cell_y}, said.alias);
              note_chat(fmt::format("{}: {}", speaker ? speaker->name : "", said.text));
            },
            [&](const wire::Shouted& shouted) {
              note_chat(fmt::format("{} shouts: {}", shouted.name, shouted.text));
            },
            [&](const wire::Announced& announced) { note_chat(fmt::format("*** {} ***", announced.text)); },
            [&](const wire::NotSaid& not_said) { note_not_said(not_said); },
        });
  }

  void on_end(client::Connection&, const client::Ending& ending) override { ended_ = ending; }
  void wants_flush(client::Connection&) override {}  // every turn() ends with a flush

  /// Returns the current view. Until that has a Welcome, returns the last view that had one.
  const board::PlayerView& view() const { return left_ && !view_->is_welcomed() ? *left_ : *view_; }

  void decide_what_follows(const client::Ending& ending, Time now) {
    const std::optional<Duration> wait = reentry_.wait_after(ending);
    if (!wait) {
      ending_ = ending;
      return;
    }
    if (!last_ending_) note_chat(fmt::format("({})", describe(ending)));
    last_ending_ = ending;
    retry_at_ = now + *wait;
    wanted_.reset();
    state_.delay_ms = -1;
  }

  void wait_for_retry(Time now) {
    if (now < *retry_at_) {
      const auto left_s = std::chrono::ceil<std::chrono::seconds>(*retry_at_ - now).count();
      state_.notice = fmt::format("again in {} s   Esc: leave   {}", left_s, describe(*last_ending_));
      return;
    }
    retry_at_.reset();
    if (const Result<void> started = start(); !started)
      ended_ = client::Ending{.reason = CloseReason::connection_lost, .error = started.error()};
  }

  void keep_alive(Time now) {
    if (now >= next_ping_) {
      next_ping_ = now + ping_interval;
      connection_->send(wire::Ping{.client_time = client::client_time(now)});
    }
    if (now >= next_clock_) {
      next_clock_ = now + clock_interval;
      connection_->watch_clock();
    }
    connection_->flush();
  }

  void note_delay(std::uint32_t sent) {
    state_.delay_ms = client::microseconds_since(sent, port_->now()) / 1000.0;
  }
  /// Shows why a text was refused, and puts the text back into the chat line. If the player is typing another
  /// text, it only shows the refused text.
  void note_not_said(const wire::NotSaid& not_said) {
    const std::string_view why =
        wire::enumeration<wire::NotSaidReason>.values[static_cast<std::size_t>(not_said.reason)].doc;
    std::string words = said_.remove(not_said.number);
    if (!state_.is_typing && state_.typed.empty()) {
      note_chat(fmt::format("(not said: {})", why));
      state_.typed = std::move(words);
      state_.is_typing = !state_.typed.empty();
    } else {
      note_chat(fmt::format("(not said: \"{}\": {})", words, why));
    }
  }
  void note_chat(std::string line) {
    state_.chat.push_back(std::move(line));
    if (state_.chat.size() > chat_lines_max) state_.chat.pop_front();
  }

  void handle_key(const KeyPress& press) {
    switch (press.key) {
      case Key::up: wanted_ = board::Direction::up; break;
      case Key::down: wanted_ = board::Direction::down; break;
      case Key::left: wanted_ = board::Direction::left; break;
      case Key::right: wanted_ = board::Direction::right; break;
      case Key::enter:
        if (state_.is_typing && !connection_->is_active()) break;  // the text stays in the chat line
        if (state_.is_typing) speak();
        state_.is_typing = !state_.is_typing;
        break;
      case Key::escape:
        if (!std::exchange(state_.is_typing, false)) leave();
        state_.typed.clear();
        break;
      case Key::backspace: erase_last_character(); break;
      case Key::character:
        if (state_.is_typing && state_.typed.size() + 4 <= text_bytes_max)
          utf8::unchecked::append(press.character, std::back_inserter(state_.typed));
        break;
    }
  }

  void erase_last_character() {
    if (state_.typed.empty()) return;
    auto last = state_.typed.end();
    utf8::unchecked::prior(last);
    state_.typed.erase(last, state_.typed.end());
  }

  void speak() {
    const std::string typed = std::exchange(state_.typed, {});
    const bool is_shout = typed.starts_with('!');
    const std::string_view text = std::string_view(typed).substr(is_shout ? 1 : 0);
    if (text.empty()) return;
    if (connection_->is_active()) said_.add(typed);
    if (is_shout) {
      connection_->send(wire::Shout{.text = text});
    } else {
      connection_->send(wire::Say{.text = text});
    }
  }

  /// Sends the move that the player wants, as soon as the move interval since the last move has passed.
  void step_if_due(Time now) {
    if (!wanted_ || now < next_step_ || !connection_->is_active()) return;
    connection_->send(board::Move{.direction = *wanted_, .client_time = client::client_time(now)});
    wanted_.reset();
    next_step_ = now + std::chrono::milliseconds(view_->move_interval_ms());
  }

  client::Findings findings_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  Terminal& terminal_;
  const io::Address server_;
  const std::string world_;
  const board::Looks looks_;
  const Language language_;
  client::Reentry reentry_;
  std::unique_ptr<board::PlayerView> view_;
  std::optional<client::Connection> connection_;
  std::unique_ptr<board::PlayerView> left_;    // of the last connection that was in the world
  std::optional<client::Ending> ended_;        // the end of the connection, until turn() handles it
  std::optional<client::Ending> last_ending_;  // the last end, until the player is in the world again
  std::optional<client::Ending> ending_;       // the end of the game
  std::optional<Time> retry_at_;
  PlayState state_;
  std::optional<board::Direction> wanted_;
  Time next_step_{};
  Time next_ping_{};
  Time next_clock_{};
  board::SentWords said_;  // the texts as the player typed them
};

/// Plays until the game ends. Returns how it ended.
client::Ending play(Game& game, Terminal& terminal, server::StopSignal& stop_signal) {
  bool is_leaving = false;
  for (;;) {
    game.turn();
    if (const auto& ending = game.ending()) return *ending;
    const bool is_asked = stop_signal.wait(Duration::zero());
    // A second stop signal ends the program without waiting for the goodbye.
    if (is_leaving && is_asked) return {.was_requested = true};
    if (is_leaving || (!is_asked && terminal.is_open())) continue;
    is_leaving = true;
    game.leave();
  }
}

/// Prints the line on standard error. Returns the exit code of the program.
int fail_play(std::string_view line) {
  log_last_words(fmt::format("madang: {}\n", line));
  return 1;
}

}  // namespace

int run_play(const PlayOptions& options) {
  const Language language = system_language();
  const auto server = io::Address::resolve(options.connect);
  if (!server) return fail_play(server.error());
  const std::string name = options.name.empty() ? user_name() : options.name;
  if (!presentable_name(name, name_bytes_max))
    return fail_play(
        fmt::format("--name: a name must have 1 to {} bytes of UTF-8, and only characters that can be shown",
                    name_bytes_max));

  set_log_level(LogLevel::off);  // lines of the log would destroy the picture
  auto port = io::make_port(options.io);
  if (!port) return fail_play(describe(port.error(), language));
  server::StopSignal stop_signal;
  auto terminal = Terminal::open();
  if (!terminal) return fail_play(terminal.error());

  Game game(std::move(*port), **terminal, *server, name, options.world, options.looks, language);
  if (const Result<void> started = game.start(); !started) {
    terminal->reset();
    return fail_play(describe(started.error(), language));
  }
  const client::Ending ending = play(game, **terminal, stop_signal);
  terminal->reset();  // the last line must stay on the screen
  if (ending.was_requested) return 0;
  const bool is_refused = !ending.was_connected && ending.error.code == ErrorCode::connection_refused;
  return fail_play(fmt::format("{}: {}{}", server->text(), game.describe(ending),
                               is_refused ? "; is `madang serve` running?" : ""));
}

}  // namespace madang::app
