// AnyView: what one client knows of the world of any game, as a Connection needs it. A view applies the
// packets of the server in their order (madang/client/view.h). One thread.
#pragma once

#include <string>

#include "madang/base/close_reason.h"
#include "madang/wire/frame.h"
#include "madang/wire/session_packets.h"

namespace madang::client {

class AnyView {
 public:
  AnyView() = default;
  AnyView(const AnyView&) = delete;
  AnyView& operator=(const AnyView&) = delete;
  virtual ~AnyView() = default;

  /// Applies one packet. Returns none, or the reason why the connection must end: the bytes are not a packet,
  /// or the packet cannot come now.
  virtual CloseReason apply(const wire::Frame& frame) = 0;

  /// Begins to fetch the memory that the frames in these bytes need. Changes nothing, so nobody must call it.
  /// But if the memory of a view is out of the caches, to fetch it piece by piece takes most of the time.
  virtual void prefetch(Bytes received) const = 0;

  bool is_welcomed() const { return welcome_.cell_size != 0; }
  /// Returns the Welcome of the server; one without values until it has come.
  const wire::Welcome& welcome() const { return welcome_; }

 protected:
  /// Keeps the Welcome. Returns bad_packet if its numbers are not those of a map, or if the cells are larger
  /// than `cell_size_max`. Returns wrong_state for a second Welcome.
  CloseReason keep(const wire::Welcome& welcome, std::uint32_t cell_size_max);

 private:
  wire::Welcome welcome_;  // cell_size is 0 until it has come
  std::string world_;      // the name in the Welcome
};

}  // namespace madang::client
