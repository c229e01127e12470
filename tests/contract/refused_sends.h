// Refuses what the ports of this program send, as a machine does that has no memory left for it.
#pragma once

namespace madang::contract {

/// From here on, every send or none.
void refuse_sends(bool refuse);

}  // namespace madang::contract
