#include "madang/keeper/transfer.h"

#include <fmt/core.h>

#include <utility>

namespace madang::keeper {

std::string text_of(const wire::Id& id) {
  return id.high == 0 ? fmt::format("{}", id.low) : fmt::format("{:016x}{:016x}", id.high, id.low);
}

std::string text_of(const Holder& holder) {
  if (holder == Holder::system()) return "system";
  const auto& types = wire::enumeration<HolderType>.values;
  const std::size_t type = std::to_underlying(holder.type);
  if (type >= types.size()) return fmt::format("holder of type {} {}", type, text_of(holder.id));
  return fmt::format("{} {}", types[type].name, text_of(holder.id));
}

}  // namespace madang::keeper
