// Columns: the attributes of the entities of a world, one array for each kind.
//
// Owned by a zone; one thread. No allocation in a world of constant size.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "madang/base/growth.h"
#include "madang/wire/table.h"
#include "madang/world/attributes.h"

namespace madang::world {

/// The number of a type in a list.
template <class T, class List>
inline constexpr std::uint8_t index_in = 0xff;
template <class T, class First, class... Rest>
inline constexpr std::uint8_t index_in<T, wire::Types<First, Rest...>> =
    std::same_as<T, First> ? std::uint8_t{0}
                           : static_cast<std::uint8_t>(index_in<T, wire::Types<Rest...>> == 0xff
                                                           ? 0xff
                                                           : index_in<T, wire::Types<Rest...>> + 1);

template <class T, class List>
inline constexpr bool is_in = index_in<T, List> != 0xff;

template <class Kinds>
class Columns;
template <class... Kinds>
class Columns<wire::Types<Kinds...>> {
 public:
  using List = wire::Types<Kinds...>;
  static_assert(sizeof...(Kinds) <= 32, "a game has at most 32 kinds of entities");
  static_assert((State<Kinds> && ...), "the attributes of each kind are a struct with a whole table");
  static constexpr std::array<std::string_view, sizeof...(Kinds)> names = {Kinds::table.name...};

  template <class E>
  E& at(std::uint32_t place) {
    return column<E>().values[place];
  }
  template <class E>
  const E& at(std::uint32_t place) const {
    return std::get<Column<E>>(columns_).values[place];
  }

  /// Adds the attributes of an entity, and returns their place.
  template <class E>
  std::uint32_t add(const E& attributes) {
    Column<E>& column = this->column<E>();
    if (column.free.empty()) {
      make_room(column.values);
      column.values.push_back(attributes);
      return static_cast<std::uint32_t>(column.values.size() - 1);
    }
    const std::uint32_t place = column.free.back();
    column.free.pop_back();
    column.values[place] = attributes;
    return place;
  }
  /// Removes all attributes.
  void clear() { ((column<Kinds>().values.clear(), column<Kinds>().free.clear()), ...); }
  void remove(std::uint8_t kind, std::uint32_t place) {
    with(kind, place, [&]<class E>(E&) { column<E>().free.push_back(place); });
  }

  /// Calls visit(attributes) with the attributes of an entity of this kind.
  template <class Visit>
  void with(std::uint8_t kind, std::uint32_t place, Visit visit) {
    (void)((index_in<Kinds, List> == kind && (visit(at<Kinds>(place)), true)) || ...);
  }
  template <class Visit>
  void with(std::uint8_t kind, std::uint32_t place, Visit visit) const {
    (void)((index_in<Kinds, List> == kind && (visit(at<Kinds>(place)), true)) || ...);
  }

  /// Lets the processor fetch the attributes of an entity, while it does something else.
  void prefetch(std::uint8_t kind, std::uint32_t place) const {
    with(kind, place, [](const auto& attributes) { __builtin_prefetch(&attributes); });
  }

  std::size_t memory_bytes() const {
    return ((std::get<Column<Kinds>>(columns_).values.capacity() * sizeof(Kinds) +
             std::get<Column<Kinds>>(columns_).free.capacity() * sizeof(std::uint32_t)) +
            ...);
  }

 private:
  template <class E>
  struct Column {
    std::vector<E> values;
    std::vector<std::uint32_t> free;
  };
  template <class E>
  Column<E>& column() {
    return std::get<Column<E>>(columns_);
  }
  std::tuple<Column<Kinds>...> columns_;
};

}  // namespace madang::world
