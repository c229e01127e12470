// An echo server on asio (standalone, callbacks), in the library's own style: the pending handlers keep a
// session alive. A session has a buffer of its own. The size of the buffer is an argument, for large
// messages.
#include <asio.hpp>
#include <memory>
#include <vector>

#include "server.h"

namespace {

using asio::ip::tcp;

class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::size_t buffer_bytes) : socket_(std::move(socket)), buffer_(buffer_bytes) {
    socket_.set_option(tcp::no_delay(true));
  }

  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](const std::error_code& error, std::size_t count) {
                              if (!error) self->write(count);
                            });
  }

 private:
  void write(std::size_t count) {
    asio::async_write(socket_, asio::buffer(buffer_.data(), count),
                      [self = shared_from_this()](const std::error_code& error, std::size_t) {
                        if (!error) self->read();
                      });
  }

  tcp::socket socket_;
  std::vector<char> buffer_;
};

void accept(tcp::acceptor& acceptor, std::size_t buffer_bytes) {
  acceptor.async_accept([&acceptor, buffer_bytes](const std::error_code& error, tcp::socket socket) {
    if (!error) std::make_shared<Session>(std::move(socket), buffer_bytes)->read();
    accept(acceptor, buffer_bytes);
  });
}

}  // namespace

int main(int argc, char** argv) {
  echo::raise_descriptor_limit();
  asio::io_context context(1);  // one thread: no locks
  const auto port = static_cast<asio::ip::port_type>(echo::argument(argc, argv, 1, 0));
  tcp::acceptor acceptor(context);
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen(echo::backlog);
  accept(acceptor, echo::argument(argc, argv, 2, 4096));
  echo::announce(acceptor.local_endpoint().port());
  context.run();
}
