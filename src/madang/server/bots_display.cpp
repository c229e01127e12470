#include "madang/server/bots_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace madang::server {

namespace {

constexpr std::uint32_t bar_width = 40;

std::string bar(std::uint32_t part, std::uint32_t whole) {
  const auto filled =
      static_cast<std::uint32_t>(std::uint64_t{std::min(part, whole)} * bar_width / std::max(whole, 1u));
  return fmt::format("[{}{}]", std::string(filled, '#'), std::string(bar_width - filled, '.'));
}

std::string delay_text(const DelayQuantiles& delay) {
  return fmt::format("p50 {:.1f}  p99 {:.1f}  p99.9 {:.1f} ms", delay.p50, delay.p99, delay.p999);
}

}  // namespace

DelayQuantiles quantiles_of(const client::DelayHistogram& histogram) {
  const auto ms = [](std::uint32_t microseconds) { return microseconds / 1000.0; };
  return {ms(histogram.quantile(0.5)), ms(histogram.quantile(0.99)), ms(histogram.quantile(0.999)),
          ms(histogram.max())};
}

std::string words_of(std::string_view counter) {
  std::string words(counter);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string bytes_text(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", value / 1e3);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.1f} GB", value / 1e9);
}

BotsDisplay::BotsDisplay(std::FILE* stream, std::string title, std::span<const std::string_view> counters,
                         bool long_run)
    : stream_(stream),
      title_(std::move(title)),
      counters_(counters),
      seconds_a_line_(long_run ? 5 : 1),
      terminal_(stream) {
  if (!terminal_.works()) note(title_);
}

void BotsDisplay::draw(const BotsProgress& progress) {
  if (!terminal_.works()) return;
  const client::BotsStats& stats = progress.stats;
  block_.clear();
  block_.push_back(fmt::format("{}   {}", title_, progress.time));
  const auto row = [this](std::string_view name, std::string_view text) {
    block_.push_back(fmt::format("{:<14} {}", name, text));
  };
  row("players", fmt::format("{} {} of {}", bar(stats.connected, progress.players_wanted), stats.connected,
                             progress.players_wanted));
  if (!progress.step.empty()) row("step", progress.step);
  for (std::size_t i = 0; i < counters_.size(); ++i)
    row(words_of(counters_[i]),
        fmt::format("{} a second; {} in total", progress.rates.counted[i], stats.counted[i]));
  row("delay", fmt::format("{}, in the last second", delay_text(progress.delay_lately)));
  row("", fmt::format("{}, max {:.1f} ms, in total", delay_text(progress.delay), progress.delay.max));
  row("traffic", fmt::format("{} in, {} out a second", bytes_text(progress.rates.bytes_in),
                             bytes_text(progress.rates.bytes_out)));
  if (stats.worlds_entered + stats.worlds_refused > 0)
    row("worlds", fmt::format("{} changes, {} refused", stats.worlds_entered, stats.worlds_refused));
  row("texts", fmt::format("{} refused", stats.not_said));
  row("found", fmt::format("{} violations, {} errors", stats.violations, stats.errors));
  draw_block();
}

void BotsDisplay::write(const BotsProgress& progress) {
  if (terminal_.works()) return;
  if (seconds_until_line_ == 0) {
    print(line_of(progress) + '\n');
    seconds_until_line_ = seconds_a_line_;
  }
  --seconds_until_line_;
}

std::string BotsDisplay::line_of(const BotsProgress& progress) const {
  const client::BotsStats& stats = progress.stats;
  std::string line =
      fmt::format("{}: players {}/{}", progress.time, stats.connected, progress.players_wanted);
  for (std::size_t i = 0; i < counters_.size(); ++i)
    line += fmt::format(", {} {}/s", words_of(counters_[i]), progress.rates.counted[i]);
  line += fmt::format(
      ", delay p50 {:.1f} p99 {:.1f} p99.9 {:.1f} ms, in {}/s, out {}/s, texts refused {}, violations {}, "
      "errors {}",
      progress.delay_lately.p50, progress.delay_lately.p99, progress.delay_lately.p999,
      bytes_text(progress.rates.bytes_in), bytes_text(progress.rates.bytes_out), stats.not_said,
      stats.violations, stats.errors);
  if (!progress.step.empty()) line += "; " + progress.step;
  return line;
}

void BotsDisplay::note(std::string_view line) {
  // The line is printed where the block was, and the block is drawn again below the line.
  if (lines_drawn_ > 0) print(fmt::format("\x1b[{}A\x1b[J", lines_drawn_));
  lines_drawn_ = 0;
  print(fmt::format("{}\n", line));
  if (terminal_.works()) draw_block();
}

void BotsDisplay::end_block() {
  block_.clear();
  lines_drawn_ = 0;
}

void BotsDisplay::draw_block() {
  std::string text;
  if (lines_drawn_ > 0) text = fmt::format("\x1b[{}A", lines_drawn_);
  // A line that is too long would take two rows, but is counted as one row.
  const auto width = static_cast<std::size_t>(std::max(terminal_.columns() - 1, 20));
  for (const std::string& line : block_) text += fmt::format("\x1b[2K{}\n", line.substr(0, width));
  lines_drawn_ = block_.size();
  print(text);
}

void BotsDisplay::print(std::string_view text) {
  if (failure_) return;
  errno = 0;
  std::fwrite(text.data(), 1, text.size(), stream_);
  if (std::fflush(stream_) != 0 || std::ferror(stream_)) failure_ = os_error(errno, "write");
}

}  // namespace madang::server
