#include "madang/world/kind_packets.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace madang::world {
namespace {

/// A kind whose hidden attribute is of a type that no packet carries.
struct Safe {
  std::uint8_t colour = 0;
  std::array<Position, 2> corners{};
  std::uint32_t code = 0;

  static constexpr auto table =
      attributes("Safe", "A thing with a secret.", shown("colour", &Safe::colour, "for everybody"),
                 hidden("corners", &Safe::corners, "for nobody"), own("code", &Safe::code, "for its owner"));
};

template <Audience audience>
std::vector<std::string> names_for() {
  std::vector<std::string> names;
  for (const wire::FieldInfo& info : attribute_infos<Safe, audience>(false)) names.emplace_back(info.name);
  return names;
}

TEST(KindPackets, NameOnlyTheAttributesOfTheirAudience) {
  EXPECT_EQ(names_for<Audience::everybody>(), std::vector<std::string>{"colour"});
  EXPECT_EQ(names_for<Audience::owner>(), std::vector<std::string>{"code"});
}

TEST(KindPackets, GiveEachAttributeOfAnAudienceItsOwnBit) {
  using Own = AttributesFor<Safe, Audience::owner>;
  EXPECT_EQ(Own::all, 1u);
  EXPECT_EQ(Own::difference(Safe{}, Safe{.code = 5}), 1u);
  EXPECT_EQ(Own::difference(Safe{}, Safe{.colour = 5}), 0u);
}

}  // namespace
}  // namespace madang::world
