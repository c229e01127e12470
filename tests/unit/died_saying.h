// DiedSaying: a matcher for what a death test's child wrote to standard error: texts in their order, and
// others not at all.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace madang {

class DiedSaying {
 public:
  using is_gtest_matcher = void;

  explicit DiedSaying(std::vector<std::string> in_order, std::vector<std::string> not_at_all = {})
      : in_order_(std::move(in_order)), not_at_all_(std::move(not_at_all)) {}

  bool MatchAndExplain(const std::string& said, std::ostream* why) const {
    std::size_t from = 0;
    for (const std::string& text : in_order_) {
      const std::size_t at = said.find(text, from);
      if (at == said.npos) {
        if (why) *why << "\"" << text << "\" is missing, or stands too early";
        return false;
      }
      from = at + text.size();
    }
    for (const std::string& text : not_at_all_)
      if (said.find(text) != said.npos) {
        if (why) *why << "there is \"" << text << "\"";
        return false;
      }
    return true;
  }
  void DescribeTo(std::ostream* out) const { *out << "says what it should, in order"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "does not say what it should"; }

 private:
  std::vector<std::string> in_order_;
  std::vector<std::string> not_at_all_;
};

}  // namespace madang
