#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "contract/environment.h"
#include "contract/refused_sends.h"

namespace madang::contract {

namespace {

struct OpenDescriptors {
  std::size_t count = 0;
  rlim_t highest = 0;
};

OpenDescriptors open_descriptors() {
  OpenDescriptors open;
  DIR* folder = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    ++open.count;
    open.highest = std::max<rlim_t>(open.highest, std::strtoul(entry->d_name, nullptr, 10));
  }
  ::closedir(folder);
  --open.count;  // the folder itself
  return open;
}

class RealEnvironment final : public Environment {
 public:
  explicit RealEnvironment(io::Backend backend) : backend_(backend) { allow_all_descriptors(); }
  ~RealEnvironment() override { allow_all_descriptors(); }

  Result<std::unique_ptr<io::Port>> make_port(const io::PortOptions& options) override {
    return io::make_port(backend_, options);
  }
  Time now() const override { return steady_now(); }
  bool pass_time(Time) override { return true; }

  std::size_t descriptors_open() const override { return open_descriptors().count; }

  bool allow_descriptors(std::size_t more) override {
    // The limit is on the number of a descriptor, so first all free numbers below the highest are filled.
    const rlim_t highest = open_descriptors().highest;
    do {
      fillers_.push_back(::dup(STDERR_FILENO));
    } while (static_cast<rlim_t>(fillers_.back()) < highest);
    const rlimit limit{.rlim_cur = static_cast<rlim_t>(fillers_.back()) + 1 + more, .rlim_max = rlim_max()};
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  void allow_all_descriptors() override {
    for (const int descriptor : fillers_) ::close(descriptor);
    fillers_.clear();
    const rlimit limit{.rlim_cur = rlim_max(), .rlim_max = rlim_max()};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  void refuse_sends(bool refuse) override { contract::refuse_sends(refuse); }
  std::size_t descriptors_max() const override { return rlim_max(); }

 private:
  static rlim_t rlim_max() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max;
  }

  io::Backend backend_;
  std::vector<int> fillers_;
};

}  // namespace

std::unique_ptr<Environment> make_real_environment(const Setting& setting) {
  return std::make_unique<RealEnvironment>(setting.backend);
}

}  // namespace madang::contract
