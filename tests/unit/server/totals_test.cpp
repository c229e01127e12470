#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "madang/server/server.h"

namespace madang::server {
namespace {

struct Silent final : net::Service {
  net::Verdict on_frame(net::Session&, const wire::Frame&) override { return net::Verdict::handled(); }
};

TEST(Totals, TheReasonsOfEndsAreDescribedWithThoseOfTheGame) {
  static constexpr std::array<CloseReasonText, 2> own = {{{"mated", "checkmate"}, {"resigned", "given up"}}};
  Server::Totals totals;
  EXPECT_EQ(describe_closed(totals), "none");
  totals.close_reasons = CloseReasons(own);
  totals.closed[static_cast<std::size_t>(CloseReason::flooding)] = 1;
  totals.closed[static_cast<std::size_t>(game_close_reason(1))] = 2;
  EXPECT_EQ(describe_closed(totals), "flooding 1, resigned 2");
}

TEST(Totals, AServerKnowsTheReasonsOfItsGame) {
  static constexpr std::array<CloseReasonText, 1> own = {{{"mated", "checkmate"}}};
  ServerOptions options{.listen = "127.0.0.1:0", .workers = 1, .close_reasons = CloseReasons(own)};
  const auto server = Server::make(options, [](net::Worker&) { return std::make_unique<Silent>(); });
  ASSERT_TRUE(server.has_value()) << server.error();
  EXPECT_EQ((*server)->totals().close_reasons[game_close_reason(0)].name, "mated");
}

}  // namespace
}  // namespace madang::server
