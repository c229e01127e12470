// "Did you mean": finds the name that a user probably meant when a typed name is wrong. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madang::server {

/// Returns the one of `names` that is most similar to `typed`, or none if no name is similar enough.
std::optional<std::string> closest_name(std::string_view typed, const std::vector<std::string>& names);

/// Returns "; did you mean tick_rate?", or an empty text if no name is similar enough.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace madang::server
