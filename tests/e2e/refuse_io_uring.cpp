// refuse_io_uring PROGRAM [ARGUMENT...]: runs the program as many containers would, where the system call
// that makes an io_uring is answered with "permission denied".

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>

namespace {

/// The filter is inherited by the program that is executed, and cannot be taken off again.
bool refuse_io_uring() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = sizeof rules / sizeof *rules, .filter = rules};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("refuse_io_uring PROGRAM [ARGUMENT...]\n", stderr);
    return 2;
  }
  if (!refuse_io_uring()) {
    std::perror("refuse_io_uring: seccomp");
    return 2;
  }
  ::execvp(arguments[1], arguments + 1);
  std::perror(arguments[1]);
  return 2;
}
