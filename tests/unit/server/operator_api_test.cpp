// The operator's calls while a thread of the server does not run: the answer lacks only the part of that
// thread.
#include "madang/server/operator_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "board/board_config.h"
#include "madang/server/metrics.h"
#include "madang/server/thread_crew.h"

namespace madang::server {
namespace {

/// A server whose workers never turn. The runner ticks only when a test calls it.
class StalledServerTest : public testing::Test {
 protected:
  explicit StalledServerTest(std::unique_ptr<world::AnyWorld> main_world =
                                 board::make_world({.width = 64, .height = 64, .obstacle_percent = 0})) {
    const auto make_gateway = [&](net::Worker& worker) {
      auto gateway = std::make_unique<net::Gateway>(worker, runners_, shouts_);
      gateways_.push_back(gateway.get());
      return gateway;
    };
    server_ = Server::make({.listen = "127.0.0.1:0", .workers = 1, .io = io_}, make_gateway).value();
    runners_.set_gateways(gateways_);
    if (main_world) runners_.add("", std::move(main_world));
    observed_ = std::make_unique<Observed>(limits_, no_settings_, *server_, runners_, gateways_,
                                           std::vector{ThreadClock(thread_)}, sanctions_, restart_);
    api_ = std::make_unique<OperatorApi>(*observed_, samples_);
  }

  void enter(std::string name) {
    net::Request enter;
    enter.kind = world::Input::Kind::enter;
    enter.session = SessionId{++sessions_};
    enter.character = CharacterId{sessions_};
    enter.body = std::string(2, '\0') + static_cast<char>(name.size()) + name + '\0';
    ASSERT_TRUE(runners_[0].requests().push(std::move(enter)));
  }
  /// Repeats the request until there is an answer, like a worker.
  wire::HttpResponse ask(std::string method, std::string target, std::string body = "", int tries = 1'000) {
    net::HttpExchange exchange;
    exchange.request.method = std::move(method);
    exchange.request.target = std::move(target);
    exchange.request.body = std::move(body);
    for (int i = 0; i < tries; ++i) {
      const net::HttpVerdict verdict = api_->on_request(exchange);
      if (!verdict.is_retry()) return verdict.response();
      clock_ += 50ms;
      next_ = runners_[0].turn(clock_);
      std::this_thread::sleep_for(10ms);
    }
    return {.status = wire::HttpStatus::service_unavailable};
  }

#ifdef _WIN32
  io::Backend io_ = io::Backend::iocp;
#else
  io::Backend io_ = io::Backend::epoll;
#endif
  const std::vector<ShownSetting> no_settings_;
  const Limits limits_;
  net::WorldRunners runners_{board::game_info(), 1, 20, limits_};
  net::ShoutBudget shouts_{limits_};
  net::Sanctions sanctions_{10};
  RestartPlan restart_;
  Samples samples_;
  std::vector<net::Gateway*> gateways_;
  std::unique_ptr<Server> server_;
  std::jthread thread_{[](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
  }};
  std::unique_ptr<Observed> observed_;
  std::unique_ptr<OperatorApi> api_;
  std::uint64_t sessions_ = 0;
  Time clock_{1h};
  Time next_{};
};

TEST_F(StalledServerTest, PlayersAreListedWithoutAddressesIfTheirWorkerDoesNotAnswer) {
  enter("Anna");
  enter("Bert");
  const wire::HttpResponse response = ask("GET", "/operator/api/players");
  ASSERT_EQ(response.status, wire::HttpStatus::ok);
  const auto page = nlohmann::json::parse(response.own_body);
  ASSERT_EQ(page["players"].size(), 2u);
  EXPECT_EQ(page["players"][0]["name"], "Anna");
  EXPECT_TRUE(page["players"][0]["address"].is_null());
  EXPECT_EQ(page["players"][0]["canSanctionAddress"], false);
  EXPECT_EQ(page["players"][0]["session"], "1");
  EXPECT_EQ(page["players"][0]["attributes"]["name"], "\"Anna\"");
  EXPECT_EQ(page["players"][0]["attributes"]["looks"], "king");
}

TEST_F(StalledServerTest, TheAnswerOfTheRunnerIsComplete) {
  EXPECT_EQ(ask("GET", "/operator/api/state").status, wire::HttpStatus::ok);
  EXPECT_EQ(ask("GET", "/operator/api/settings").status, wire::HttpStatus::ok);
}

TEST_F(StalledServerTest, AGoodbyeWaitsOnlyForItsWorker) {
  EXPECT_EQ(ask("POST", "/operator/api/goodbye", R"({"session": "1"})", 3).status,
            wire::HttpStatus::service_unavailable);
}

TEST_F(StalledServerTest, ASanctionIsInForceAlthoughAWorkerHasNotAppliedItYet) {
  const auto status =
      ask("POST", "/operator/api/sanction", R"({"kind": "ban", "name": "Anna", "minutes": 1})").status;
  EXPECT_EQ(status, wire::HttpStatus::no_content);
  EXPECT_EQ(sanctions_.count(net::Sanction::Kind::ban, steady_now()), 1u);
}

TEST_F(StalledServerTest, AMisspeltMemberIsRefusedAndDoesNothing) {
  const auto status = [&](const char* path, const char* body) { return ask("POST", path, body).status; };
  using wire::HttpStatus::bad_request;
  EXPECT_EQ(status("/operator/api/sanction",
                   R"({"kind": "ban", "name": "Anna", "minutes": 1, "adress": "192.0.2.1"})"),
            bad_request);
  EXPECT_EQ(sanctions_.count(net::Sanction::Kind::ban, steady_now()), 0u);
  EXPECT_EQ(status("/operator/api/restart", R"({"seconds": 60, "reasn": "update"})"), bad_request);
  EXPECT_EQ(status("/operator/api/announce", R"({"text": "hello", "to": "all"})"), bad_request);
  for (const char* body : {"", "[]", "[{}]", "1", "null", "{", R"("text")"})
    EXPECT_EQ(status("/operator/api/announce", body), bad_request) << body;
}

TEST_F(StalledServerTest, AMainWorldThatIsOneZoneHasNoBordersAndNoLoads) {
  EXPECT_TRUE(nlohmann::json::parse(ask("GET", "/operator/api/state").own_body)["zones"].is_null());
  EXPECT_EQ(metrics_text(*observed_, {}).find("madang_zone_busy_seconds_total{"), std::string::npos);
}

/// A server whose main world is cut into two columns and three rows. Its workers turn.
struct CutServerTest : StalledServerTest {
  CutServerTest() : StalledServerTest(cut_world()) {
    crew_ = ThreadCrew::make(6, 1).value();
    runners_.set_crew(*crew_);
    observed_->crew = crew_.get();
    EXPECT_TRUE(server_->start());
  }
  static std::unique_ptr<world::AnyWorld> cut_world() {
    auto world = board::make_world({.width = 100, .height = 60, .cell_size = 8, .obstacle_percent = 0});
    EXPECT_FALSE(world->cut({2, 3}));
    return world;
  }
  nlohmann::json zones() {
    return nlohmann::json::parse(ask("GET", "/operator/api/state").own_body)["zones"];
  }

  std::unique_ptr<ThreadCrew> crew_;
};

TEST_F(CutServerTest, TheStateHasTheBordersOfTheZonesInTiles) {
  // 13 x 8 cells of 8 tiles, the last ones narrower.
  EXPECT_EQ(zones()["columns"], 2);
  EXPECT_EQ(zones()["rows"], 3);
  EXPECT_EQ(zones()["x"], nlohmann::json({0, 48, 100}));
  EXPECT_EQ(zones()["y"], nlohmann::json({0, 16, 40, 60}));
}

TEST_F(CutServerTest, TheLoadOfAZoneIsTheShareOfTheTimeThatThreadsWorkedForIt) {
  EXPECT_EQ(zones()["loads"], nlohmann::json::array()) << "there is no sample";
  samples_.take(*observed_, 10s);
  crew_->run(2, [](std::size_t zone) {
    const Time end = steady_now() + (zone == 1 ? 6ms : 0ms);
    while (steady_now() < end) {
    }
  });
  samples_.take(*observed_, 10s + 10ms);
  const nlohmann::json loads = zones()["loads"];
  ASSERT_EQ(loads.size(), 6u);
  EXPECT_GE(loads[1], 0.6);
  EXPECT_EQ(loads[2], 0.0);
  EXPECT_EQ(loads[5], 0.0);
}

TEST_F(CutServerTest, TheMetricsHaveEachZoneAndTheThreadsOfTheCrew) {
  zones();  // ticks the world
  const std::string text = metrics_text(*observed_, {});
  const auto has = [&](const char* value) { return text.find(value) != std::string::npos; };
  EXPECT_TRUE(has("\nmadang_zone_busy_seconds_total{zone=\"0\"} ")) << text;
  EXPECT_TRUE(has("\nmadang_zone_busy_seconds_total{zone=\"5\"} ")) << text;
  EXPECT_GT(crew_->busy(5), Duration::zero());
  EXPECT_FALSE(has("madang_zone_busy_seconds_total{zone=\"6\"}"));
  EXPECT_TRUE(has("\nmadang_thread_cpu_seconds_total{thread=\"crew 1\"} "));
  EXPECT_FALSE(has("{thread=\"crew 2\"}"));
}

/// A server with rooms only, in which there is none at first.
struct HallServerTest : StalledServerTest {
  HallServerTest() : StalledServerTest(nullptr) {}
};

TEST_F(HallServerTest, TheOperatorIsAnsweredAlthoughThereIsNoMainWorld) {
  const auto state = nlohmann::json::parse(ask("GET", "/operator/api/state").own_body);
  EXPECT_EQ(state["game"], "board");
  EXPECT_TRUE(state["map"].is_null());
  EXPECT_TRUE(state["heat"].is_null());
  EXPECT_TRUE(state["limits"]["players"].is_null());
  EXPECT_EQ(nlohmann::json::parse(ask("GET", "/operator/api/players").own_body)["count"], 0);
  EXPECT_EQ(nlohmann::json::parse(ask("GET", "/operator/api/worlds").own_body)["count"], 0);
  EXPECT_EQ(ask("GET", "/operator/api/players?column=0&row=0").status, wire::HttpStatus::bad_request);
}

}  // namespace
}  // namespace madang::server
