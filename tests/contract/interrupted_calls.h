// System calls that do a part of their work, or that a signal interrupts. POSIX only.
#pragma once

namespace madang::contract {

/// From here on the system takes a few bytes of each send, and does so at once.
void shorten_sends(bool shorten);
/// From here on each connect() ends with EINTR, and the kernel goes on with it, as it does after a signal;
/// each second recv() ends with EINTR and has read nothing.
void interrupt_calls(bool interrupt);
/// From here on each wait for the kernel says that a signal interrupted it. io_uring's has submitted and has
/// completions all the same; each second epoll_wait() has fetched nothing.
void interrupt_waits(bool interrupt);

}  // namespace madang::contract
