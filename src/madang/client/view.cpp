#include "madang/client/view.h"

#include <algorithm>
#include <cstdlib>

namespace madang::client {

namespace {

/// The coordinate of a tile in its cell has one byte.
constexpr std::uint16_t cell_size_max = 256;

int tiles_between(Position a, Position b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

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
  const Position position{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
  const std::optional<std::size_t> index = index_of(cell_of(position));
  if (!index) return Tile::unknown;
  const std::size_t size = welcome_.cell_size;
  const std::size_t bit = position.y % size * size + position.x % size;
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
  own_position_ = {welcome.x, welcome.y};
  obstacle_bytes_ = (std::size_t{welcome.cell_size} * welcome.cell_size + 7) / 8;
  return CloseReason::none;
}

CloseReason View::on(const wire::Moved& moved) {
  const Position position{moved.x, moved.y};
  const bool stepped = moved.result == wire::MoveResult::ok;
  if (tiles_between(own_position_, position) != (stepped ? 1 : 0))
    findings_.add(Violation::own_position, "entity {} was at ({}, {}) and is moved to ({}, {}), {}",
                  welcome_.entity, own_position_.x, own_position_.y, position.x, position.y,
                  stepped ? "by one step" : "although the move was refused");
  // A piece takes at most one step a tick. So the cells must have brought the step before this one, unless
  // the cell is throttled or stale.
  const SeenPiece* own = pieces_.find(welcome_.alias);
  const std::optional<std::size_t> own_cell = index_of(cell_of(own_position_));
  if (stepped && (!own || own->position != own_position_) && own_cell && !cells_[*own_cell].is_throttled)
    findings_.add(Violation::own_position, "entity {} is at ({}, {}), and the cells never said so",
                  welcome_.entity, own_position_.x, own_position_.y);
  own_position_ = position;
  return CloseReason::none;
}

void View::check_own(std::uint32_t alias, Position position) {
  if (alias == welcome_.alias && position != own_position_)
    findings_.add(Violation::own_position, "entity {} is at ({}, {}), but a cell shows it at ({}, {})",
                  welcome_.entity, own_position_.x, own_position_.y, position.x, position.y);
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
    const bool gone = cell_of(piece.position) == cell;
    if (gone && has_names_) names_.erase(piece.alias);
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
  if (is_throttled(cell))
    findings_.add(Violation::step_while_throttled, "steps in cell ({}, {}), whose steps are suppressed",
                  cell.x, cell.y);
  for (const wire::Step& one : packet.steps) step(one, cell, false);
  return CloseReason::none;
}

CloseReason View::on(const wire::CellThrottled& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (watches(cell, "CellThrottled")) set_throttled(cell, true);
  return CloseReason::none;
}

CloseReason View::on(const wire::CellPositions& positions) {
  const Cell cell{positions.cell_x, positions.cell_y};
  if (!watches(cell, "CellPositions")) return CloseReason::none;
  for (const wire::Step& one : positions.pieces) step(one, cell, true);
  set_throttled(cell, false);
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
  const std::optional<Position> position = position_in(cell, piece.x, piece.y, piece.alias);
  if (!position) return;
  check_ground(*position, piece.alias);
  check_own(piece.alias, *position);
  SeenPiece* known = pieces_.find(piece.alias);
  const std::uint64_t entity_before = known                           ? known->entity
                                      : piece.alias == welcome_.alias ? welcome_.entity
                                                                      : piece.entity;
  if (piece.entity != entity_before) {
    findings_.add(Violation::alias_clash, "piece {:#x} is entity {} and now entity {}", piece.alias,
                  entity_before, piece.entity);
  } else if (known) {
    if (cell_of(known->position) == cell)
      findings_.add(Violation::entered_twice, "piece {:#x} enters cell ({}, {}), where it is already",
                    piece.alias, cell.x, cell.y);
    if (!is_throttled(cell_of(known->position))) check_way(*known, *position);
  }
  const SeenPiece seen{piece.alias, *position, piece.entity, piece.looks};
  if (known) {
    *known = seen;
  } else {
    pieces_.insert(seen);
  }
  if (has_names_) names_[piece.alias] = piece.name;
}

/// After suppressed steps a piece may be on any tile of its cell.
void View::step(const wire::Step& step, Cell cell, bool was_suppressed) {
  ++updates_;
  const std::optional<Position> position = position_in(cell, step.x, step.y, step.alias);
  if (!position) return;
  SeenPiece* known = pieces_.find(step.alias);
  if (!known) {
    findings_.add(Violation::unknown_mover, "piece {:#x}, which entity {} does not see, moves to ({}, {})",
                  step.alias, welcome_.entity, position->x, position->y);
    return;
  }
  if (cell_of(known->position) != cell)
    findings_.add(Violation::wrong_cell, "piece {:#x} moves within cell ({}, {}), but stands at ({}, {})",
                  step.alias, cell.x, cell.y, known->position.x, known->position.y);
  check_ground(*position, step.alias);
  if (!was_suppressed) check_way(*known, *position);
  check_own(step.alias, *position);
  known->position = *position;
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
  // A piece that entered another cell in the same tick is already there.
  if (cell_of(known->position) != cell) return;
  pieces_.erase(alias);
  if (has_names_) names_.erase(alias);
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

View::Cell View::cell_of(Position position) const {
  return {static_cast<std::uint16_t>(position.x / welcome_.cell_size),
          static_cast<std::uint16_t>(position.y / welcome_.cell_size)};
}

bool View::is_throttled(Cell cell) const {
  const std::optional<std::size_t> index = index_of(cell);
  return index && cells_[*index].is_throttled;
}

void View::set_throttled(Cell cell, bool is_throttled) {
  if (const std::optional<std::size_t> index = index_of(cell)) cells_[*index].is_throttled = is_throttled;
}

std::size_t View::throttled_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(cells_, &Cell::is_throttled));
}

std::optional<Position> View::position_in(Cell cell, std::uint8_t x, std::uint8_t y, std::uint32_t alias) {
  const std::uint32_t size = welcome_.cell_size;
  const std::uint32_t map_x = cell.x * size + x;
  const std::uint32_t map_y = cell.y * size + y;
  if (x >= size || y >= size || map_x >= welcome_.map_width || map_y >= welcome_.map_height) {
    findings_.add(Violation::outside_of_cell, "piece {:#x} is at ({}, {}) of cell ({}, {})", alias, x, y,
                  cell.x, cell.y);
    return std::nullopt;
  }
  return Position{static_cast<std::uint16_t>(map_x), static_cast<std::uint16_t>(map_y)};
}

void View::check_ground(Position position, std::uint32_t alias) {
  if (tile(position.x, position.y) == Tile::obstacle)
    findings_.add(Violation::on_obstacle, "piece {:#x} stands on the obstacle at ({}, {})", alias, position.x,
                  position.y);
}

void View::check_way(const SeenPiece& piece, Position to) {
  if (tiles_between(piece.position, to) >= 2)
    findings_.add(Violation::too_far,
                  "piece {:#x} (entity {}), seen by entity {}, jumps from ({}, {}) to ({}, {})", piece.alias,
                  piece.entity, welcome_.entity, piece.position.x, piece.position.y, to.x, to.y);
}

}  // namespace madang::client
