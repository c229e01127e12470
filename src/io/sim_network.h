// SimNetwork: a network that is only pretended, under a clock that is moved by hand, from one seed.
//
// It plays the kernel for SimPorts: listeners, connections, socket buffers, descriptors. It delays, splits
// and resets what is sent, and so reorders across connections, never within one direction of one. Several
// SimPorts on one network are several workers in one thread:
//
//   do {
//     for (Port* port : ports) port->turn(handler, Duration::zero());
//   } while (network.advance());
//
// Same seed and same calls, same run: hash() is the same number. One thread; outlives its ports, and the
// NativeSockets that came from it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/slot_table.h"
#include "base/time.h"
#include "io/address.h"
#include "io/native_socket.h"
#include "io/port.h"

namespace madang::io {

class SimPort;

struct SimSettings {
  std::uint64_t seed = 1;
  Duration delay_min = std::chrono::microseconds(20);
  Duration delay_max = std::chrono::milliseconds(2);
  std::uint32_t splits_percent = 30;          ///< of what is sent: arrives in two parts, cut at any byte
  bool byte_by_byte = false;                  ///< everything arrives one byte at a time
  std::uint32_t socket_buffer_bytes = 65536;  ///< sent and not yet read by the peer; more waits in the port
  std::uint32_t resets_per_million = 0;       ///< of what is sent: the connection is reset instead
  std::uint32_t refusals_percent = 0;         ///< of connects, though somebody listens
  std::uint32_t sends_refused_percent = 0;    ///< of sends: the machine has no memory for them now
  std::uint32_t descriptors_max = 1u << 20;   ///< listeners and connections that are open at once
  Duration work_time = std::chrono::microseconds(1);  ///< what a turn with something to do takes
  Duration send_time{0};                              ///< what starting a send takes, see spend()
};

class SimNetwork final : public NativeSocketOwner {
 public:
  /// A file descriptor of the simulated machine. 0 is none.
  using Descriptor = Id<struct SimDescriptorTag>;

  explicit SimNetwork(const SimSettings& with = {}) : settings(with), random_(with.seed) {}
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;
  ~SimNetwork();

  SimSettings settings;  ///< all but the seed may be changed while it runs

  Time now() const { return now_; }
  /// Lets time pass until something happens: an arrival, a timer of any port, or `latest`. False when nothing
  /// is left that could happen, now or ever.
  bool advance(Time latest = Time::max());
  /// Work of the thread that runs now, in a callback or between turns: the clock is that much later at once.
  /// What arrives meanwhile is there after the next advance(); a timer whose time has come completes, as on a
  /// real machine, at the end of the turn or, if its turn has looked at the clock already, in the next.
  void spend(Duration duration) { now_ += std::max(duration, Duration::zero()); }
  /// Of all that has happened so far.
  std::uint64_t hash() const { return hash_; }
  std::uint32_t descriptors_open() const { return descriptors_open_; }

  // --- The kernel, as SimPort calls it ---

  Result<Descriptor> listen(const Address& address, int backlog);
  Result<Descriptor> connect(const Address& from_host, const Address& to);
  /// The next connection that waits at this listener; none when none does.
  Result<std::optional<Descriptor>> accept(Descriptor listener);
  /// From here on, what happens to it is told to that port.
  void attach(Descriptor descriptor, SimPort* port, Socket socket);
  Address local_address(Descriptor descriptor) const;
  Address peer_address(Descriptor descriptor) const;

  enum class ConnectState : std::uint8_t { pending, connected, failed };
  ConnectState connect_state(Descriptor descriptor) const;
  /// Why the connection failed, if it did.
  Error error_of(Descriptor descriptor) const;

  struct Read {
    std::string bytes;
    bool ended = false;  ///< the peer's end was reached
    Error error;
  };
  /// At most `bytes_max` of what has arrived. Nothing of all three: nothing yet.
  Read read(Descriptor descriptor, std::size_t bytes_max);
  /// Takes as many bytes as there is room for.
  Result<std::size_t> write(Descriptor descriptor, Bytes bytes);
  /// Of what this end has sent: what is on its way, or has arrived and waits to be read.
  std::size_t unread_by_peer(Descriptor descriptor) const { return at(descriptor).unread_by_peer; }
  /// Takes no more than that of what the peer has not read.
  void bound_sending(Descriptor descriptor, std::uint32_t bytes_max) {
    at(descriptor).unread_bytes_max = bytes_max;
  }
  void end_sending(Descriptor descriptor);
  void close(Descriptor descriptor, CloseMode mode);
  void close_native(std::uintptr_t handle) override;

  /// Tells the socket's port again that it should look, after `delay`.
  void remind(Descriptor descriptor, Duration delay);

  void add_port(SimPort* port) { ports_.push_back(port); }
  void remove_port(SimPort* port) { std::erase(ports_, port); }
  Random& random() { return random_; }

 private:
  /// One end of a connection, or a listener.
  struct End {
    Address local;
    Address remote;
    SimPort* port = nullptr;
    Socket socket;
    bool has_descriptor = true;  ///< not while it waits to be accepted
    ConnectState connect = ConnectState::connected;
    Error error;
    Descriptor peer;
    std::string arrived;  ///< of which the first `read` bytes have been read
    std::size_t read = 0;
    bool end_arrived = false;  ///< behind all that has
    bool end_sent = false;
    std::size_t unread_by_peer = 0;  ///< on its way, or arrived there
    std::uint32_t unread_bytes_max = UINT32_MAX;
    Time last_arrival{0};            ///< of what was sent in order: nothing may overtake it
    std::deque<Descriptor> waiting;  ///< listener: connections to be accepted
    std::size_t backlog = 0;

    std::size_t unread() const { return arrived.size() - read; }
  };
  enum class What : std::uint8_t { request, established, refused, bytes, end, reset, reminder };
  struct Event {
    What what{};
    Descriptor to;
    Descriptor from;
    Address address;  // request: where to
    std::string bytes;
  };
  using Pending = std::map<std::pair<Time, std::uint64_t>, Event>;

  End& at(Descriptor descriptor);
  const End& at(Descriptor descriptor) const { return const_cast<SimNetwork*>(this)->at(descriptor); }
  Result<Descriptor> open(const Address& local);
  Address free_address(Address host);
  Duration some_delay();
  void send_in_order(End& from, Event event);
  void schedule(Time when, Event event);
  void send_bytes(Descriptor from, End& end, std::string bytes);
  void deliver(Event& event);
  void deliver_request(Event& event);
  void fail(Descriptor descriptor, End& end, ErrorCode code, const char* doing);
  void notify(const End& end);
  void mix(std::uint64_t value) { hash_ = scatter(hash_ ^ value) + value; }

  Random random_;
  Time now_{0};
  std::uint64_t hash_ = 0;
  std::uint64_t scheduled_ = 0;
  std::uint32_t descriptors_open_ = 0;
  std::uint32_t next_port_number_ = 0;
  SlotTable<End, Descriptor> ends_{Descriptor::index_max};
  std::map<Address, Descriptor> listeners_;
  Pending pending_;
  std::vector<SimPort*> ports_;
};

}  // namespace madang::io
