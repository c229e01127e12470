// Sanctions: which players may not talk (a mute) or not come in (a ban), until when, and why.
//
// The operator decides them. They are kept in memory alone: a restart forgets them. One for the whole server;
// any thread. While there is none of a kind, a look at it costs one load. Owns copies of all that it is
// given.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "io/address.h"

namespace madang::net {

struct Sanction {
  enum class Kind : std::uint8_t { mute, ban };
  /// What the longest reason may take, so that it fits a packet beside the time.
  static constexpr std::size_t reason_bytes_max = 120;

  std::uint64_t id = 0;  ///< given by Sanctions::add
  Kind kind = Kind::mute;
  std::string name;                    ///< in its normal form (base/text.h); compared byte by byte
  std::optional<io::Address> address;  ///< its port does not count; an IPv6 address counts as its /64 network
  Time until{};
  std::int64_t until_ms = 0;  ///< the same, since 1970
  std::string reason;         ///< words that can be shown; may be empty

  /// Whether it holds for a player of this name or address. Its time is not looked at.
  bool is_about(std::string_view player, const io::Address& from) const;
  /// "2026-11-27 09:00 UTC"
  std::string until_text() const;
  /// "you are banned until 2026-11-27 09:00 UTC: REASON"; for the player. At most 255 bytes.
  std::string words() const;
};

class Sanctions {
 public:
  explicit Sanctions(std::size_t sanctions_max) : max_(sanctions_max) {}

  /// Returns its id. It replaces an older one of the same kind, name and address. None: all places are
  /// taken.
  std::optional<std::uint64_t> add(Sanction sanction, Time now);
  /// Ends it early. Returns what was lifted; none: there is no such sanction any more.
  std::optional<Sanction> lift(std::uint64_t id, Time now);

  /// The sanction of that kind that holds for this player now.
  std::optional<Sanction> find(Sanction::Kind kind, std::string_view name, const io::Address& from,
                               Time now) const;
  /// Those that hold now, the newest last.
  std::vector<Sanction> list(Time now) const;
  /// How many hold now.
  std::size_t count(Sanction::Kind kind, Time now) const;
  /// Another number after each add() and lift().
  std::uint64_t version() const { return version_.load(std::memory_order_relaxed); }

 private:
  void forget_ended(Time now);
  void recount();

  const std::size_t max_;
  mutable std::mutex mutex_;
  std::vector<Sanction> all_;
  std::uint64_t last_id_ = 0;
  std::array<std::atomic<std::size_t>, 2> counts_{};  // by kind, ended ones too
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace madang::net
