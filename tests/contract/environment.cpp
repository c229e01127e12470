#include "contract/environment.h"

#include <cstdlib>

#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"

namespace madang::contract {

namespace {

class SimEnvironment final : public Environment {
 public:
  explicit SimEnvironment(const io::SimSettings& settings) : network_(settings) {}

  Result<std::unique_ptr<io::Port>> make_port(const io::PortOptions& options) override {
    return std::make_unique<io::SimPort>(network_, options);
  }
  Time now() const override { return network_.now(); }
  bool pass_time(Time latest) override { return network_.advance(latest); }

  std::size_t descriptors_open() const override { return network_.descriptors_open(); }
  bool allow_descriptors(std::size_t more) override {
    network_.settings.descriptors_max = network_.descriptors_open() + static_cast<std::uint32_t>(more);
    return true;
  }
  void allow_all_descriptors() override {
    network_.settings.descriptors_max = io::SimSettings().descriptors_max;
  }
  void refuse_sends(bool refuse) override { network_.settings.sends_refused_percent = refuse ? 100 : 0; }
  std::size_t descriptors_max() const override { return network_.settings.descriptors_max; }

 private:
  io::SimNetwork network_;
};

}  // namespace

io::PortOptions Setting::options() const {
  io::PortOptions options;
  if (is_tiny) {
    options.submission_entries = 2;
    options.completion_entries = 4;
    options.receive_buffers = 2;
    options.receive_buffer_bytes = 16;
    // Under Wine, each receive asks another process, which takes 0.2 ms.
    options.receive_bytes_max = backend == io::Backend::iocp ? 2048 : 16;
    options.accepts_pending = 1;
  }
  return options;
}

std::vector<Setting> settings() {
  std::vector<Setting> all{{.name = "sim_rough", .is_simulated = true, .is_rough = true}};
  const auto add = [&](const char* name, bool is_simulated, io::Backend backend) {
    all.push_back({.name = name, .is_simulated = is_simulated, .backend = backend, .is_tiny = false});
    all.push_back({.name = std::string(name) + "_tiny",
                   .is_simulated = is_simulated,
                   .backend = backend,
                   .is_tiny = true});
  };
  add("sim", true, io::Backend::automatic);
#ifdef _WIN32
  add("iocp", false, io::Backend::iocp);
#else
  add("epoll", false, io::Backend::epoll);
  add("uring", false, io::Backend::uring);
#endif
  return all;
}

std::unique_ptr<Environment> make_environment(const Setting& setting, std::uint64_t seed) {
  if (!setting.is_simulated) return make_real_environment(setting);
  io::SimSettings with{.seed = seed};
  if (setting.is_rough) {
    with.delay_min = 0ms;
    with.delay_max = 50ms;
    with.splits_percent = 100;
    with.socket_buffer_bytes = 1000;
    with.work_time = 20us;
  }
  return std::make_unique<SimEnvironment>(with);
}

std::uint64_t seed_of_this_run() {
  const char* text = std::getenv("MADANG_SEED");
  return text ? std::strtoull(text, nullptr, 0) : 1;
}

}  // namespace madang::contract
