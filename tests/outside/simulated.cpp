// A whole game in the simulator, in a program of somebody else.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "duel/duel.h"
#include "madang/sim/simulation.h"

using namespace std::chrono_literals;

static std::uint64_t hash_of_all = 0;

static std::string play(std::uint64_t seed) {
  madang::sim::Simulation<duel::Duel> game(seed);
  auto& ann = game.join("Ann");
  auto& bob = game.join("Bob");
  for (int i = 0; i < 3; ++i) {
    bob.send(duel::Fire{});
    game.run(1s);
  }
  if (!ann.has_ended() || ann.ending()->text != "you are beaten") return "Ann is not beaten";
  hash_of_all = hash_of_all * 31 + game.hash();
  return game.problems();
}

int main() {
  const std::string failure = madang::sim::first_failure(20, play);
  std::printf("simulation: %s\n", failure.empty() ? "ok" : failure.c_str());
  const unsigned long long hash = hash_of_all;
  std::printf("hash of all events and states: %llx\n", hash);
  return failure.empty() ? 0 : 1;
}
