#include "client/view.h"

#include <algorithm>
#include <cstdlib>

namespace madang::client {

namespace {

/// A tile within a cell is told in one byte.
constexpr std::uint16_t cell_size_max = 256;

int tiles_between(Place a, Place b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

}  // namespace

CloseReason View::apply(const wire::Frame& frame) {
  return wire::visit_server_packet(frame, [this](const auto& packet) {
    using Packet = std::remove_cvref_t<decltype(packet)>;
    if constexpr (std::is_same_v<Packet, wire::Welcome>) {
      return is_welcomed() ? CloseReason::wrong_state : on(packet);
    } else if constexpr (std::is_same_v<Packet, wire::Goodbye> || std::is_same_v<Packet, wire::Pong> ||
                         std::is_same_v<Packet, wire::Shouted> || std::is_same_v<Packet, wire::Announced> ||
                         std::is_same_v<Packet, wire::NotSaid>) {
      return CloseReason::none;
    } else {
      return is_welcomed() ? on(packet) : CloseReason::wrong_state;
    }
  });
}

Tile View::tile(int x, int y) const {
  if (x < 0 || y < 0 || x >= welcome_.map_width || y >= welcome_.map_height) return Tile::obstacle;
  const Place place{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
  const std::optional<std::size_t> index = index_of(cell_of(place));
  if (!index) return Tile::unknown;
  const std::size_t size = welcome_.cell_size;
  const std::size_t bit = place.y % size * size + place.x % size;
  const auto byte = std::to_integer<unsigned>(obstacles_[*index * obstacle_bytes_ + bit / 8]);
  return byte >> (bit % 8) & 1 ? Tile::obstacle : Tile::free;
}

std::string_view View::name_of(std::uint32_t alias) const {
  const auto found = names_.find(alias);
  return found == names_.end() ? std::string_view() : found->second;
}

// --- The client itself ---

CloseReason View::on(const wire::Welcome& welcome) {
  if (welcome.cell_size == 0 || welcome.cell_size > cell_size_max || welcome.alias == 0)
    return CloseReason::bad_packet;
  welcome_ = welcome;
  own_place_ = {welcome.x, welcome.y};
  obstacle_bytes_ = (std::size_t{welcome.cell_size} * welcome.cell_size + 7) / 8;
  return CloseReason::none;
}

CloseReason View::on(const wire::Moved& moved) {
  const Place place{moved.x, moved.y};
  const bool stepped = moved.result == wire::MoveResult::ok;
  if (tiles_between(own_place_, place) != (stepped ? 1 : 0))
    findings_.add(Violation::own_position, "entity {} was at ({}, {}) and is moved to ({}, {}), {}",
                  welcome_.entity, own_place_.x, own_place_.y, place.x, place.y,
                  stepped ? "by one step" : "though the move was refused");
  // A piece takes at most one step a tick: of the step before this one the cells must have told by now.
  // A cell that this client does not get for want of means says nothing.
  const SeenPiece* own = pieces_.find(welcome_.alias);
  const std::optional<std::size_t> own_cell = index_of(cell_of(own_place_));
  if (stepped && (!own || own->place != own_place_) && own_cell && !cells_[*own_cell].is_thin)
    findings_.add(Violation::own_position, "entity {} is at ({}, {}), and the cells never said so",
                  welcome_.entity, own_place_.x, own_place_.y);
  own_place_ = place;
  return CloseReason::none;
}

void View::check_own(std::uint32_t alias, Place place) {
  if (alias == welcome_.alias && place != own_place_)
    findings_.add(Violation::own_position, "entity {} is at ({}, {}), but a cell shows it at ({}, {})",
                  welcome_.entity, own_place_.x, own_place_.y, place.x, place.y);
}

// --- Cells ---

CloseReason View::on(const wire::CellBegin& begin) {
  if (begin.obstacles.size() != obstacle_bytes_) return CloseReason::bad_packet;
  const Cell cell{begin.cell_x, begin.cell_y};
  if (const std::optional<std::size_t> index = index_of(cell)) {
    findings_.add(Violation::begun_twice, "cell ({}, {}) begins and is watched already", cell.x, cell.y);
    std::ranges::copy(begin.obstacles,
                      obstacles_.begin() + static_cast<std::ptrdiff_t>(*index * obstacle_bytes_));
    return CloseReason::none;
  }
  cells_.push_back(cell);
  obstacles_.insert(obstacles_.end(), begin.obstacles.begin(), begin.obstacles.end());
  return CloseReason::none;
}

CloseReason View::on(const wire::CellForget& forget) {
  const Cell cell{forget.cell_x, forget.cell_y};
  const std::optional<std::size_t> index = index_of(cell);
  if (!index) {
    findings_.add(Violation::forgot_unwatched, "cell ({}, {}) is forgotten and was not watched", cell.x,
                  cell.y);
    return CloseReason::none;
  }
  cells_[*index] = cells_.back();
  cells_.pop_back();
  const auto bytes_at = [&](std::size_t at) {
    return obstacles_.begin() + static_cast<std::ptrdiff_t>(at * obstacle_bytes_);
  };
  std::copy_n(bytes_at(cells_.size()), obstacle_bytes_, bytes_at(*index));
  obstacles_.resize(cells_.size() * obstacle_bytes_);
  pieces_.erase_if([&](const SeenPiece& piece) {
    const bool gone = cell_of(piece.place) == cell;
    if (gone && keep_names_) names_.erase(piece.alias);
    return gone;
  });
  return CloseReason::none;
}

CloseReason View::on(const wire::CellEnter& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellEnter")) return CloseReason::none;
  for (const wire::Piece& piece : packet.pieces) {
    if (piece.alias == 0) return CloseReason::bad_packet;
    enter(piece, cell);
  }
  return CloseReason::none;
}

CloseReason View::on(const wire::CellMove& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellMove")) return CloseReason::none;
  if (is_thin(cell))
    findings_.add(Violation::step_while_thin, "steps in cell ({}, {}), whose steps are held back", cell.x,
                  cell.y);
  for (const wire::Step& one : packet.steps) step(one, cell, false);
  return CloseReason::none;
}

CloseReason View::on(const wire::CellThin& thin) {
  const Cell cell{thin.cell_x, thin.cell_y};
  if (watches(cell, "CellThin")) set_thin(cell, true);
  return CloseReason::none;
}

CloseReason View::on(const wire::CellPositions& positions) {
  const Cell cell{positions.cell_x, positions.cell_y};
  if (!watches(cell, "CellPositions")) return CloseReason::none;
  for (const wire::Step& one : positions.pieces) step(one, cell, true);
  set_thin(cell, false);
  return CloseReason::none;
}

CloseReason View::on(const wire::CellLeave& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellLeave")) return CloseReason::none;
  for (const wire::Alias& piece : packet.pieces) leave(piece.alias, cell);
  return CloseReason::none;
}

CloseReason View::on(const wire::Said& said) {
  if (!pieces_.find(said.alias))
    findings_.add(Violation::unknown_speaker, "piece {:#x}, which entity {} does not see, speaks", said.alias,
                  welcome_.entity);
  return CloseReason::none;
}

// --- Pieces ---

void View::enter(const wire::Piece& piece, Cell cell) {
  ++updates_;
  const std::optional<Place> place = place_in(cell, piece.x, piece.y, piece.alias);
  if (!place) return;
  check_ground(*place, piece.alias);
  check_own(piece.alias, *place);
  SeenPiece* known = pieces_.find(piece.alias);
  const std::uint64_t entity_before = known                           ? known->entity
                                      : piece.alias == welcome_.alias ? welcome_.entity
                                                                      : piece.entity;
  if (piece.entity != entity_before) {
    findings_.add(Violation::alias_clash, "piece {:#x} is entity {} and now entity {}", piece.alias,
                  entity_before, piece.entity);
  } else if (known) {
    if (cell_of(known->place) == cell)
      findings_.add(Violation::entered_twice, "piece {:#x} enters cell ({}, {}), where it is already",
                    piece.alias, cell.x, cell.y);
    if (!is_thin(cell_of(known->place))) check_way(*known, *place);
  }
  const SeenPiece seen{piece.alias, *place, piece.entity, piece.looks};
  if (known) {
    *known = seen;
  } else {
    pieces_.insert(seen);
  }
  if (keep_names_) names_[piece.alias] = piece.name;
}

/// After steps that were held back a piece may be anywhere in its cell.
void View::step(const wire::Step& step, Cell cell, bool held_back) {
  ++updates_;
  const std::optional<Place> place = place_in(cell, step.x, step.y, step.alias);
  if (!place) return;
  SeenPiece* known = pieces_.find(step.alias);
  if (!known) {
    findings_.add(Violation::unknown_mover, "piece {:#x}, which entity {} does not see, moves to ({}, {})",
                  step.alias, welcome_.entity, place->x, place->y);
    return;
  }
  if (cell_of(known->place) != cell)
    findings_.add(Violation::wrong_cell, "piece {:#x} moves within cell ({}, {}), but stands at ({}, {})",
                  step.alias, cell.x, cell.y, known->place.x, known->place.y);
  check_ground(*place, step.alias);
  if (!held_back) check_way(*known, *place);
  check_own(step.alias, *place);
  known->place = *place;
}

void View::leave(std::uint32_t alias, Cell cell) {
  ++updates_;
  const SeenPiece* known = pieces_.find(alias);
  if (!known) {
    findings_.add(Violation::unknown_leaver,
                  "piece {:#x}, which entity {} does not see, leaves cell ({}, {})", alias, welcome_.entity,
                  cell.x, cell.y);
    return;
  }
  // One that entered another cell in the same tick is there already.
  if (cell_of(known->place) != cell) return;
  pieces_.erase(alias);
  if (keep_names_) names_.erase(alias);
}

// --- Checks ---

std::optional<std::size_t> View::index_of(Cell cell) const {
  const auto found = std::ranges::find(cells_, cell);
  if (found == cells_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - cells_.begin());
}

bool View::watches(Cell cell, std::string_view packet) {
  if (index_of(cell)) return true;
  findings_.add(Violation::unwatched_cell, "a {} about cell ({}, {}), which entity {} does not watch", packet,
                cell.x, cell.y, welcome_.entity);
  return false;
}

View::Cell View::cell_of(Place place) const {
  return {static_cast<std::uint16_t>(place.x / welcome_.cell_size),
          static_cast<std::uint16_t>(place.y / welcome_.cell_size)};
}

bool View::is_thin(Cell cell) const {
  const std::optional<std::size_t> index = index_of(cell);
  return index && cells_[*index].is_thin;
}

void View::set_thin(Cell cell, bool thin) {
  if (const std::optional<std::size_t> index = index_of(cell)) cells_[*index].is_thin = thin;
}

std::size_t View::thin_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(cells_, &Cell::is_thin));
}

std::optional<Place> View::place_in(Cell cell, std::uint8_t x, std::uint8_t y, std::uint32_t alias) {
  const std::uint32_t size = welcome_.cell_size;
  const std::uint32_t map_x = cell.x * size + x;
  const std::uint32_t map_y = cell.y * size + y;
  if (x >= size || y >= size || map_x >= welcome_.map_width || map_y >= welcome_.map_height) {
    findings_.add(Violation::outside_of_cell, "piece {:#x} is at ({}, {}) of cell ({}, {})", alias, x, y,
                  cell.x, cell.y);
    return std::nullopt;
  }
  return Place{static_cast<std::uint16_t>(map_x), static_cast<std::uint16_t>(map_y)};
}

void View::check_ground(Place place, std::uint32_t alias) {
  if (tile(place.x, place.y) == Tile::obstacle)
    findings_.add(Violation::on_obstacle, "piece {:#x} stands on the obstacle at ({}, {})", alias, place.x,
                  place.y);
}

void View::check_way(const SeenPiece& piece, Place to) {
  if (tiles_between(piece.place, to) >= 2)
    findings_.add(Violation::too_far,
                  "piece {:#x} (entity {}), seen by entity {}, jumps from ({}, {}) to ({}, {})", piece.alias,
                  piece.entity, welcome_.entity, piece.place.x, piece.place.y, to.x, to.y);
}

}  // namespace madang::client
