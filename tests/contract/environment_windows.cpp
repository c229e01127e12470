#include <windows.h>

#include "contract/environment.h"
#include "contract/refused_sends.h"

namespace madang::contract {

namespace {

class RealEnvironment final : public Environment {
 public:
  explicit RealEnvironment(io::Backend backend) : backend_(backend) {}

  Result<std::unique_ptr<io::Port>> make_port(const io::PortOptions& options) override {
    return io::make_port(backend_, options);
  }
  Time now() const override { return steady_now(); }
  bool pass_time(Time) override { return true; }

  std::size_t descriptors_open() const override {
    DWORD handles = 0;
    ::GetProcessHandleCount(::GetCurrentProcess(), &handles);
    return handles;
  }
  bool allow_descriptors(std::size_t) override { return false; }  // Windows has no such limit
  void allow_all_descriptors() override {}
  void refuse_sends(bool refuse) override { contract::refuse_sends(refuse); }
  std::size_t descriptors_max() const override { return 16u << 20; }

 private:
  io::Backend backend_;
};

}  // namespace

std::unique_ptr<Environment> make_real_environment(const Setting& setting) {
  return std::make_unique<RealEnvironment>(setting.backend);
}

}  // namespace madang::contract
