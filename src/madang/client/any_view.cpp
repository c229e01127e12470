#include "madang/client/any_view.h"

#include <bit>

namespace madang::client {

namespace {

constexpr std::uint32_t map_side_max = 1u << 31;  // see world/position.h

bool is_side_of_map(std::uint32_t side, std::uint32_t cell_size) {
  // A cell's column and row are u16.
  return side > 0 && side <= map_side_max && (side - 1) / cell_size <= UINT16_MAX;
}

}  // namespace

CloseReason AnyView::keep(const wire::Welcome& welcome, std::uint32_t cell_size_max) {
  if (is_welcomed()) return CloseReason::wrong_state;
  const bool is_right = std::has_single_bit(welcome.cell_size) && welcome.cell_size <= cell_size_max &&
                        std::has_single_bit(welcome.units_per_tile) &&
                        welcome.units_per_tile <= welcome.cell_size &&
                        is_side_of_map(welcome.map_width, welcome.cell_size) &&
                        is_side_of_map(welcome.map_height, welcome.cell_size) &&
                        welcome.x < welcome.map_width && welcome.y < welcome.map_height && welcome.entity;
  if (!is_right) return CloseReason::bad_packet;
  world_.assign(welcome.world);
  welcome_ = welcome;
  welcome_.world = world_;
  return CloseReason::none;
}

}  // namespace madang::client
