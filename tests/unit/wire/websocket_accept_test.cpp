#include "madang/wire/websocket_accept.h"

#include <gtest/gtest.h>

namespace madang::wire {
namespace {

TEST(WebSocketAccept, AnswersTheExampleOfTheStandard) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketAccept, AnswersWhateverTheKeyIs) {
  EXPECT_EQ(accept_key(""), "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");
  EXPECT_EQ(accept_key(std::string(1000, 'x')).size(), 28u);
}

}  // namespace
}  // namespace madang::wire
