// Unsent bytes: how many bytes the system holds for a peer that does not read, and their bound.
#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Unsent);

constexpr std::size_t piece_bytes = 16 * 1024;
constexpr std::size_t all_bytes = 4 * 1024 * 1024;
constexpr int bound = 32 * 1024;
constexpr int peer_buffer_bytes = 64 * 1024;
constexpr std::size_t segment_bytes_max = 64 * 1024;

/// Starts sends of 4 MiB in pieces, until no more of them complete. Returns the number of completed pieces.
std::size_t send_what_is_taken(const Peer& client, const std::function<void()>& pass_time) {
  const std::string piece(piece_bytes, 'x');
  constexpr std::size_t patience = 500;  // under Wine on a busy machine, a completion may take half a second
  std::size_t idle = 0;
  while (idle < patience && client.record().sends_done.size() * piece_bytes < all_bytes) {
    if (client.record().sends_are_done()) client.send(piece), idle = 0;
    pass_time();
    ++idle;
  }
  return client.record().sends_done.size();
}

TEST_P(Unsent, APeerThatNeverReadsHoldsNoMoreThanTheBound) {
  PortOptions with = options();
  with.receive_kernel_bytes = peer_buffer_bytes;  // the bound does not count the peer's memory
  Side& reader = make_side(with);
  with = options();
  with.unsent_bytes_max = bound;
  Side& bounded = make_side(with);
  Pair pairs[] = {connect(bounded, reader), connect(reader, bounded)};
  std::swap(pairs[1].client, pairs[1].server);  // the bound also holds for accepted connections
  for (const auto& [client, server] : pairs) {
    const std::size_t pieces = send_what_is_taken(client, [&] { run_for(2ms); });
    EXPECT_LE(bounded.port().unsent_bytes(client.socket), 2u * bound + segment_bytes_max);
    const std::size_t ours = 2u * bound + segment_bytes_max + piece_bytes;
    EXPECT_LE(pieces * piece_bytes, ours + 2u * peer_buffer_bytes);
    EXPECT_FALSE(client.record().sends_are_done()) << "another send waits in the port's memory";
    // The bound ends nothing: a peer that reads gets all bytes.
    server.receive();
    ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
    ASSERT_TRUE(run_until([&] { return server.received().size() == (pieces + 1) * piece_bytes; }));
    EXPECT_FALSE(client.record().sends_done.back());
  }
}

TEST_P(Unsent, IsNothingAtFirstGrowsWhileThePeerDoesNotReadAndIsNothingAgain) {
  const auto [client, server] = connect_narrowly();
  EXPECT_EQ(client.side->port().unsent_bytes(client.socket), 0u);
  client.send(pattern(1'000'000));
  run_for(50ms);
  ASSERT_FALSE(client.record().sends_are_done());
  if (GetParam().backend != io::Backend::iocp) {  // iocp cannot know
    EXPECT_GT(client.side->port().unsent_bytes(client.socket), 0u);
  }
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received().size() == 1'000'000; }));
  ASSERT_TRUE(run_until([&] { return client.side->port().unsent_bytes(client.socket) == 0; }));
}

}  // namespace
}  // namespace madang::contract
