// "Did you mean": the name that somebody who mistyped another most likely had in mind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madang::app {

/// The one of `names` that is nearest to `typed`, when it is near enough to be meant.
std::optional<std::string> closest_name(std::string_view typed, const std::vector<std::string>& names);

/// "; did you mean tick_rate?", or nothing when no name is near enough.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace madang::app
