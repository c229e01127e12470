// Sanctions: the mutes and bans of the operator. A muted player may not speak; a banned player may not log
// in. Each has an end and a reason.
//
// Sanctions are kept in memory only, so a restart forgets them. One list for the whole server; any thread. If
// there is no sanction of a kind, a look-up of this kind costs one load. Owns copies of all its data.
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

#include "madang/base/time.h"
#include "madang/io/address.h"

namespace madang::net {

struct Sanction {
  enum class Kind : std::uint8_t { mute, ban };
  /// Maximum size of a reason, so that the reason and the end fit into a packet.
  static constexpr std::size_t reason_bytes_max = 120;

  std::uint64_t id = 0;  ///< given by Sanctions::add
  Kind kind = Kind::mute;
  std::string name;                    ///< in its normal form (madang/base/text.h); compared byte by byte
  std::optional<io::Address> address;  ///< without its port; an IPv6 address stands for its /64 network
  Time until{};
  std::int64_t until_ms = 0;  ///< the same end, in milliseconds since 1970
  std::string reason;         ///< words that can be shown; may be empty

  /// Returns whether a sanction may have this address. The address of this machine is not allowed, because
  /// all players behind a proxy that is not in trusted_proxies have it.
  static bool allows_address(const io::Address& address) { return !address.is_loopback(); }
  /// Returns whether the sanction is about a player of this name or address. Does not look at `until`.
  bool is_about(std::string_view player, const io::Address& from) const;
  /// Returns the end as "2026-11-27 09:00 UTC".
  std::string until_text() const;
  /// Returns the text for the player: "you are banned until 2026-11-27 09:00 UTC: REASON". At most 255 bytes.
  std::string words() const;
};

class Sanctions {
 public:
  explicit Sanctions(std::size_t sanctions_max) : max_(sanctions_max) {}

  /// Adds a sanction. It replaces an older one of the same kind, name and address. Returns its id, or nothing
  /// if the list is full.
  std::optional<std::uint64_t> add(Sanction sanction, Time now);
  /// Ends a sanction early. Returns it, or nothing if there is no sanction with this id any more.
  std::optional<Sanction> lift(std::uint64_t id, Time now);

  /// Returns the sanction of this kind that holds for this player now.
  std::optional<Sanction> find(Sanction::Kind kind, std::string_view name, const io::Address& from,
                               Time now) const;
  /// Returns the sanctions that hold now, the newest last.
  std::vector<Sanction> list(Time now) const;
  /// Returns how many sanctions of this kind hold now.
  std::size_t count(Sanction::Kind kind, Time now) const;
  /// Returns a number that each add() and each lift() changes.
  std::uint64_t version() const { return version_.load(std::memory_order_relaxed); }

 private:
  void forget_ended(Time now);
  void recount();

  const std::size_t max_;
  mutable std::mutex mutex_;
  std::vector<Sanction> all_;
  std::uint64_t last_id_ = 0;
  std::array<std::atomic<std::size_t>, 2> counts_{};  // by kind; including sanctions that have ended
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace madang::net
