// An echo server on libuv. All connections share one receive buffer, because libuv reads and calls back at
// once. uv_try_write sends the reply at once. uv_write sends the part that did not fit.
#include <uv.h>

#include <array>
#include <string>

#include "server.h"

namespace {

std::array<char, 65536> receive_buffer;

struct Write {
  uv_write_t request;
  std::string bytes;
};

void on_close(uv_handle_t* handle) { delete reinterpret_cast<uv_tcp_t*>(handle); }

void close(uv_stream_t* stream) {
  auto* handle = reinterpret_cast<uv_handle_t*>(stream);
  if (!uv_is_closing(handle)) uv_close(handle, on_close);
}

void on_allocate(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(receive_buffer.data(), receive_buffer.size());
}

void on_written(uv_write_t* request, int status) {
  if (status < 0) close(request->handle);
  delete reinterpret_cast<Write*>(request);
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  if (count < 0) return close(stream);
  if (count == 0) return;
  const auto size = static_cast<std::size_t>(count);
  const uv_buf_t reply = uv_buf_init(buffer->base, static_cast<unsigned>(size));
  const int sent = uv_try_write(stream, &reply, 1);
  if (sent < 0 && sent != UV_EAGAIN) return close(stream);
  const auto done = static_cast<std::size_t>(sent < 0 ? 0 : sent);
  if (done == size) return;
  auto* rest = new Write{.request = {}, .bytes = std::string(buffer->base + done, size - done)};
  const uv_buf_t unsent = uv_buf_init(rest->bytes.data(), static_cast<unsigned>(rest->bytes.size()));
  uv_write(&rest->request, stream, &unsent, 1, on_written);
}

void on_connection(uv_stream_t* listener, int status) {
  if (status < 0) return;
  auto* connection = new uv_tcp_t;
  uv_tcp_init(listener->loop, connection);
  auto* stream = reinterpret_cast<uv_stream_t*>(connection);
  if (uv_accept(listener, stream) != 0) return close(stream);
  uv_tcp_nodelay(connection, 1);
  uv_read_start(stream, on_allocate, on_read);
}

}  // namespace

int main(int argc, char** argv) {
  echo::raise_descriptor_limit();
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t listener;
  uv_tcp_init(loop, &listener);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", static_cast<int>(echo::argument(argc, argv, 1, 0)), &address);
  if (uv_tcp_bind(&listener, reinterpret_cast<sockaddr*>(&address), 0) != 0) echo::die("bind");
  if (uv_listen(reinterpret_cast<uv_stream_t*>(&listener), echo::backlog, on_connection) != 0)
    echo::die("listen");
  int size = sizeof address;
  uv_tcp_getsockname(&listener, reinterpret_cast<sockaddr*>(&address), &size);
  echo::announce(ntohs(address.sin_port));
  uv_run(loop, UV_RUN_DEFAULT);
}
