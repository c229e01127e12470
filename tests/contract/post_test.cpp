// Posts: post() is the only call for other threads.
#include <atomic>
#include <thread>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Posts);

TEST_P(Posts, OfTheOwnThreadCompleteWithTheirKeyAndValue) {
  EXPECT_TRUE(side().port().post(7, 0xdead'beef'0000'0001u));
  EXPECT_TRUE(side().port().post(8, 2));
  EXPECT_TRUE(side().posts.empty());
  ASSERT_TRUE(run_until([&] { return side().posts.size() == 2; }));
  EXPECT_EQ(side().posts, (std::vector<std::pair<Key, std::uint64_t>>{{7, 0xdead'beef'0000'0001u}, {8, 2}}));
  EXPECT_EQ(side().port().operations_in_flight(), 0u);
}

TEST_P(Posts, ComeInTheOrderOfTheThreadThatPostedThem) {
  constexpr std::uint64_t threads = 4;
  constexpr std::uint64_t each = 5000;
  Port& port = side().port();
  side().turn(Duration::zero());
  std::vector<std::thread> posters;
  for (std::uint64_t thread = 0; thread < threads; ++thread)
    posters.emplace_back([&port, thread] {
      for (std::uint64_t i = 0; i < each; ++i)
        while (!port.post(thread, i)) std::this_thread::yield();
    });
  expect_other_threads();
  const bool all_came = run_until([&] { return side().posts.size() == threads * each; });
  for (std::thread& poster : posters) poster.join();
  ASSERT_TRUE(all_came);
  std::vector<std::uint64_t> next(threads, 0);
  for (const auto& [thread, value] : side().posts) ASSERT_EQ(value, next[thread]++);
}

TEST_P(Posts, AreRefusedWhenTheQueueIsFullAndTakenAgainLater) {
  PortOptions with = options();
  with.posts_max = 8;
  Side& small = make_side(with);
  for (std::uint64_t i = 0; i < 8; ++i) EXPECT_TRUE(small.port().post(1, i));
  EXPECT_FALSE(small.port().post(1, 8));
  ASSERT_TRUE(run_until([&] { return small.posts.size() == 8; }));
  EXPECT_TRUE(small.port().post(1, 9));
  ASSERT_TRUE(run_until([&] { return small.posts.size() == 9; }));
}

TEST_P(Posts, WakeATurnThatWaitsWithoutEnd) {
  // A lost wake-up would make this wait without end. So the test tries it many times, at different moments.
  Port& port = side().port();
  side().turn(Duration::zero());
  std::atomic<std::uint64_t> seen{0};
  constexpr std::uint64_t posts = 200;
  std::thread poster([&] {
    for (std::uint64_t i = 1; i <= posts; ++i) {
      if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(i % 7 * 50));
      while (!port.post(1, i)) std::this_thread::yield();
      while (seen.load() < i) std::this_thread::yield();
    }
  });
  while (side().posts.size() < posts) {
    side().turn(Port::forever);
    seen = side().posts.size();
  }
  poster.join();
}

TEST_P(Posts, WakeAPortThatHasNothingElseWhicheverComesFirst) {
  if (is_simulated()) GTEST_SKIP() << "a simulated turn never waits";
  // There is no timer and no socket, so only the post can end the turn.
  Side& bare = make_side();
  for (const bool post_comes_first : {true, false}) {
    for (std::uint64_t round = 1; round <= 300; ++round) {
      std::atomic<bool> about_to_wait{false};
      std::thread poster([&] {
        while (!post_comes_first && !about_to_wait) std::this_thread::yield();
        if (!post_comes_first && round % 3 == 0) std::this_thread::sleep_for(200us);
        EXPECT_TRUE(bare.port().post(1, round));
      });
      if (post_comes_first) poster.join();
      about_to_wait = true;
      const std::size_t before = bare.posts.size();
      while (bare.posts.size() == before) bare.turn(Port::forever);
      if (!post_comes_first) poster.join();
      EXPECT_EQ(bare.posts.back().second, round);
    }
  }
}

TEST_P(Posts, KeepComingWhileTheSocketsAreBusy) {
  const auto [client, server] = connect();
  server.receive();
  Port& port = side().port();
  expect_other_threads();
  std::thread poster([&port] {
    for (std::uint64_t i = 0; i < 2000; ++i)
      while (!port.post(5, i)) std::this_thread::yield();
  });
  const std::string text = pattern(3'000'000);
  client.send(text);
  const bool done =
      run_until([&] { return server.received().size() == text.size() && side().posts.size() == 2000; });
  poster.join();
  ASSERT_TRUE(done);
  EXPECT_TRUE(server.received() == text);
}

TEST_P(Posts, OnesThatPostAgainDoNotKeepTheSocketsWaiting) {
  const auto [client, server] = connect();
  server.receive();
  side().also = [&](const Completion& completion) {
    if (completion.kind == OperationKind::post && server.received().empty()) {
      EXPECT_TRUE(side().port().post(1, completion.value + 1));
    }
  };
  EXPECT_TRUE(side().port().post(1, 0));
  client.send("me too");
  ASSERT_TRUE(run_until([&] { return server.received() == "me too"; }));
}

}  // namespace
}  // namespace madang::contract
