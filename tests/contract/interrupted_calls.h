// Interrupted calls: they make system calls do a part of their work, or end as after a signal. POSIX only.
#pragma once

namespace madang::contract {

/// Makes each later send() send only a few bytes.
void shorten_sends(bool shorten);
/// Makes each later connect() end with EINTR while the kernel continues the connect, as after a signal. Makes
/// each second recv() end with EINTR, without bytes.
void interrupt_calls(bool interrupt);
/// Makes each later wait for the kernel end as after a signal. io_uring's wait has still submitted the
/// entries and has completions. Each second epoll_wait() returns no events.
void interrupt_waits(bool interrupt);

}  // namespace madang::contract
