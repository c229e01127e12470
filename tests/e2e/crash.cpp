// crash: has had a second thread, and reads where nothing is. Its exit code must not be 0.

#include <cstdio>
#include <thread>

int main() {
  std::thread([] {}).join();
  volatile int* volatile nowhere = nullptr;
  std::printf("%d\n", *nowhere);
}
