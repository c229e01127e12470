// System calls that do a part of their work, or that a signal interrupts. POSIX only.
#pragma once

namespace madang::contract {

/// From here on the system takes a few bytes of each send, and does so at once.
void shorten_sends(bool shorten);
/// From here on each connect() ends with EINTR. The kernel goes on with it, as it does after a signal.
void interrupt_connects(bool interrupt);

}  // namespace madang::contract
