#include "madang/client/connection.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "unit/client/tiny_server.h"

namespace madang::client {
namespace {

constexpr io::Key test_key = 42;
constexpr TinyServer::Client first = 1;
constexpr std::uint64_t test_schema = 0x123456789abcdef0;

/// A connection, its owner, and a server for it.
class ConnectionTest : public testing::Test, protected ConnectionOwner, private io::CompletionHandler {
 protected:
  ConnectionTest() {
    server_.on_frame = [this](TinyServer::Client client, const wire::Frame& frame) {
      wire::visit_packet(
          wire::SessionClientPackets{}, frame,
          wire::Overloaded{[&](const wire::Login& login) {
                             login_name_ = login.name;
                             login_schema_ = login.schema;
                             login_entry_ = as_text(login.entry);
                             if (lets_in_) let_in(client);
                           },
                           [&](const wire::Say&) { ++says_; }, [&](const wire::Ping&) { ++pings_; },
                           [&](const wire::Logout&) {
                             if (answers_logout_) say_goodbye(CloseReason::client_left);
                           },
                           [](const auto&) {}});
    };
  }

  void let_in(TinyServer::Client client) {
    server_.welcome(client);
    server_.begin_cell<small::SmallParts::Entities>(client, small::Walker{.name = "you"});
  }
  void say_goodbye(CloseReason reason) { server_.tell(first, wire::Goodbye{reason, text_of(reason)}); }

  void start() {
    ASSERT_TRUE(connection_.start(
        server_.address(),
        {.schema = test_schema, .name = "Mina", .entry = as_bytes(std::string_view("hat"))}));
  }
  void start_and_play() {
    start();
    run(1s);
    ASSERT_TRUE(connection_.is_active());
  }

  /// One turn of an owner: handles completions, checks the clock, and flushes.
  void run(Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) {
      server_.turn();
      port_.turn(*this, Duration::zero());
      connection_.watch_clock();
      if (std::exchange(wants_flush_, false)) connection_.flush();
      network_.advance(std::min(end, network_.now() + 100ms));
    }
  }
  /// Waits for the end of the connection, at most until its deadlines are over. Returns the ending.
  Ending ending() {
    run(20s);
    EXPECT_TRUE(ending_.has_value());
    return ending_.value_or(Ending{});
  }

  void on_completion(io::Completion& completion) override {
    EXPECT_EQ(completion.key, test_key);
    connection_.on_completion(completion);
  }
  void on_welcome(Connection&) override { ++welcomes_; }
  void on_packet(Connection&, const wire::Frame& frame) override { opcodes_.push_back(frame.opcode); }
  void on_end(Connection&, const Ending& ending) override {
    EXPECT_FALSE(ending_.has_value()) << "it ended twice";
    ending_ = ending;
    EXPECT_EQ(port_.operations_in_flight(), 0u);
  }
  void wants_flush(Connection&) override { wants_flush_ = true; }

  io::SimNetwork network_;
  TinyServer server_{network_};
  BufferPool pool_;
  Findings findings_;
  io::SimPort port_{network_};
  View<small::SmallParts> view_{findings_};
  Connection connection_{port_, test_key, pool_, *this, view_};

  bool lets_in_ = true;
  bool answers_logout_ = true;
  std::string login_name_;
  std::uint64_t login_schema_ = 0;
  std::string login_entry_;
  int says_ = 0;
  int pings_ = 0;

  int welcomes_ = 0;
  bool wants_flush_ = false;
  std::vector<std::uint16_t> opcodes_;
  std::optional<Ending> ending_;
};

TEST_F(ConnectionTest, LogsInWithItsNameItsEntryAndTheSchemaThatItSpeaks) {
  start_and_play();
  EXPECT_EQ(login_name_, "Mina");
  EXPECT_EQ(login_entry_, "hat");
  EXPECT_EQ(login_schema_, test_schema);
  EXPECT_EQ(welcomes_, 1);
  EXPECT_EQ(view_.find(connection_.view().welcome().entity)->position, (world::Position{5, 5}));
}

TEST_F(ConnectionTest, GivesItsOwnerEveryPacketInOrderAlthoughTheyComeByteByByte) {
  network_.settings.is_byte_by_byte = true;
  start_and_play();
  const std::vector<std::uint16_t> expected = {wire::opcode_of<wire::Welcome>,
                                               wire::opcode_of<wire::CellBegin>, world::kind_opcode_min};
  EXPECT_EQ(opcodes_, expected);
  EXPECT_EQ(view_.entity_count(), 1u);
}

TEST_F(ConnectionTest, DispatchesTheLargestFrame) {
  start_and_play();
  const std::vector<small::Step> steps(wire::items_per_frame<small::CellMove>(), small::Step{1, 5, 5});
  server_.tell(first, small::CellMove{0, 0, steps});
  server_.tell(first, wire::Pong{});
  run(1s);
  EXPECT_EQ(opcodes_.back(), wire::opcode_of<wire::Pong>);
  EXPECT_EQ(view_.updates(), 1 + steps.size());
}

TEST_F(ConnectionTest, SendsAllPacketsOfATurnInOneSend) {
  network_.settings.splits_percent = 0;
  start_and_play();
  for (int i = 0; i < 5; ++i) connection_.send(wire::Say{.text = "hello"});
  run(1s);
  EXPECT_EQ(says_, 5);
  EXPECT_EQ(server_.receives().size(), 2u) << "the login, and all texts together";
  EXPECT_EQ(connection_.bytes_out(), server_.receives()[0] + server_.receives()[1]);
}

TEST_F(ConnectionTest, SendsPacketsThatWereAppendedDuringASendAfterIt) {
  network_.settings.socket_buffer_bytes = 8;  // so that sends last
  start_and_play();
  for (int i = 0; i < 10; ++i) {
    connection_.send(wire::Say{.text = "hello"});
    connection_.flush();
  }
  run(2s);
  EXPECT_EQ(says_, 10);
}

TEST_F(ConnectionTest, DropsPacketsThatAreSentBeforeTheWelcome) {
  start();
  connection_.send(wire::Say{.text = "hello"});
  run(1s);
  EXPECT_EQ(says_, 0);
  EXPECT_TRUE(connection_.is_active());
}

TEST_F(ConnectionTest, SendsAPingWhenItHasSentNothingForAWhile) {
  start_and_play();
  run(9s);
  EXPECT_EQ(pings_, 0);
  run(2s);
  EXPECT_EQ(pings_, 1);
  run(20s);
  EXPECT_EQ(pings_, 3);
}

TEST_F(ConnectionTest, SendsNoPingWhileItSendsPackets) {
  start_and_play();
  for (int i = 0; i < 6; ++i) {
    connection_.send(wire::Say{.text = "hello"});
    run(5s);
  }
  EXPECT_EQ(pings_, 0);
}

// --- The end of a connection ---

TEST_F(ConnectionTest, LogsOutRegularly) {
  start_and_play();
  connection_.log_out();
  EXPECT_TRUE(ending().is_regular());
  EXPECT_EQ(ending().reason, CloseReason::client_left);
  EXPECT_EQ(connection_.state(), ConnectionState::ended);
  EXPECT_EQ(server_.clients_open(), 0u);
}

TEST_F(ConnectionTest, LogsOutDuringTheLogin) {
  lets_in_ = false;
  start();
  run(100ms);
  ASSERT_EQ(connection_.state(), ConnectionState::handshake);
  connection_.log_out();
  EXPECT_TRUE(ending().is_regular());
}

TEST_F(ConnectionTest, IsGoneAtOnceWhenItLogsOutBeforeItIsConnected) {
  start();
  connection_.log_out();
  EXPECT_TRUE(ending().is_regular());
  EXPECT_FALSE(ending().was_connected);
}

TEST_F(ConnectionTest, DoesNotWaitForeverForTheAnswerToItsLogout) {
  answers_logout_ = false;
  start_and_play();
  connection_.log_out();
  run(4s);
  EXPECT_FALSE(ending_.has_value());
  EXPECT_FALSE(ending().is_regular());
  EXPECT_EQ(describe(ending()), "the server did not answer the logout");
}

TEST_F(ConnectionTest, ReportsTheReasonOfTheGoodbye) {
  start_and_play();
  say_goodbye(CloseReason::server_stopping);
  EXPECT_FALSE(ending().is_regular()) << "no request came before";
  EXPECT_EQ(ending().reason, CloseReason::server_stopping);
  EXPECT_EQ(describe(ending()), "the server said goodbye: the server is stopping; come back soon");
}

TEST_F(ConnectionTest, ReportsAGoodbyeInWordsThatAreSafeForATerminal) {
  start_and_play();
  server_.tell(first, wire::Goodbye{CloseReason::kicked, "\x1b[2J\x1b]0;mine\a out \xf0"});
  EXPECT_EQ(describe(ending()), "the server said goodbye: .[2J.]0;mine. out \ufffd");
}

TEST_F(ConnectionTest, ReportsAServerThatDoesNotListen) {
  ASSERT_TRUE(connection_.start(io::Address::loopback(1), {.schema = test_schema, .name = "Mina"}));
  EXPECT_FALSE(ending().was_connected);
  EXPECT_EQ(ending().error.code, ErrorCode::connection_refused);
  EXPECT_EQ(describe(ending()), "connection refused: no server is there");
}

TEST_F(ConnectionTest, ReportsALostConnection) {
  start_and_play();
  server_.close(first, io::CloseMode::reset);
  EXPECT_EQ(ending().reason, CloseReason::connection_lost);
  EXPECT_EQ(describe(ending()), "connection reset by the peer");
}

TEST_F(ConnectionTest, ReportsAnEndWithoutAGoodbye) {
  start_and_play();
  server_.close(first, io::CloseMode::orderly);
  EXPECT_EQ(ending().reason, CloseReason::connection_lost);
  EXPECT_EQ(describe(ending()), "the server ended the connection without a goodbye");
}

TEST_F(ConnectionTest, GivesUpOnAServerThatDoesNotAnswerTheLogin) {
  lets_in_ = false;
  start();
  run(14s);
  EXPECT_FALSE(ending_.has_value());
  EXPECT_EQ(ending().reason, CloseReason::login_timeout);
  EXPECT_EQ(describe(ending()), "the server did not answer the login in time");
}

TEST_F(ConnectionTest, EndsOnAnImpossibleFrame) {
  start_and_play();
  server_.tell_bytes(first, Buffer::copy(as_bytes(std::string_view("\x03\0\0\0", 4))));
  EXPECT_EQ(ending().reason, CloseReason::bad_frame_size);
  EXPECT_EQ(describe(ending()),
            "the server sent something that is not a packet of this protocol (bad_frame_size)");
}

TEST_F(ConnectionTest, EndsOnAnUnknownPacket) {
  start_and_play();
  server_.tell_bytes(first, Buffer::copy(as_bytes(std::string_view("\x04\0\xff\x7f", 4))));
  EXPECT_EQ(ending().reason, CloseReason::unknown_opcode);
}

TEST_F(ConnectionTest, IgnoresPacketsAfterAGoodbye) {
  start_and_play();
  say_goodbye(CloseReason::kicked);
  server_.tell(first, wire::Pong{});
  EXPECT_EQ(ending().reason, CloseReason::kicked);
  EXPECT_EQ(opcodes_.back(), wire::opcode_of<wire::Goodbye>);
}

TEST_F(ConnectionTest, CanBeDroppedAtAnyTime) {
  start_and_play();
  connection_.send(wire::Say{.text = "hello"});
  connection_.drop();
  connection_.drop();
  EXPECT_TRUE(ending().was_requested);
}

}  // namespace
}  // namespace madang::client
