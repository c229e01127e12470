// FrameStream: the bytes that each connection of the load sends and must receive. They are Madang frames of
// one size. Each frame has the number of its connection and its own number after the header. So each byte
// depends only on its connection and its position, and the load can check echoes without keeping the sent
// bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/wire/frame.h"

namespace echo {

class FrameStream {
 public:
  /// Bytes of each frame that are always compared: its header and its number.
  static constexpr std::size_t head_bytes = madang::wire::frame_header_bytes + sizeof(std::uint64_t);

  /// `frames_max` is the maximum number of frames of one call. Each of the `places` keeps its frames until
  /// the next call for that place.
  FrameStream(std::size_t frame_bytes, std::size_t frames_max, std::size_t places)
      : frame_bytes_(frame_bytes),
        place_bytes_(frames_max * frame_bytes),
        frames_((places + 1) * place_bytes_) {
    for (std::size_t i = 0; i < frames_.size(); ++i)
      frames_[i] = static_cast<std::byte>(i % frame_bytes * 31);
    for (std::size_t at = 0; at < frames_.size(); at += frame_bytes) {
      madang::store(&frames_[at], static_cast<std::uint16_t>(frame_bytes));
      madang::store(&frames_[at + sizeof(std::uint16_t)], opcode);
    }
  }

  /// Returns the frames from one position of the stream to another.
  madang::Bytes make(std::size_t place, std::uint32_t connection, std::uint64_t from, std::uint64_t to) {
    std::byte* start = &frames_[(place + 1) * place_bytes_];
    std::uint64_t number = number_of(connection, from / frame_bytes_);
    for (std::size_t at = 0; at < to - from; at += frame_bytes_)
      madang::store(start + at + madang::wire::frame_header_bytes, number++);
    return {start, to - from};
  }

  /// Returns true if `bytes` are the bytes at that position. Compares all bytes if `whole` is true, or else
  /// only the head of each frame.
  bool check(std::uint32_t connection, std::uint64_t position, madang::Bytes bytes, bool whole) {
    std::byte* expected = frames_.data();  // the first place is for comparisons
    std::size_t offset = position % frame_bytes_;
    std::uint64_t number = number_of(connection, position / frame_bytes_);
    for (; !bytes.empty(); ++number, offset = 0) {
      const std::size_t here = std::min(bytes.size(), frame_bytes_ - offset);
      madang::store(expected + madang::wire::frame_header_bytes, number);
      const std::size_t compared = whole ? here : std::min(here, head_bytes - std::min(head_bytes, offset));
      if (std::memcmp(expected + offset, bytes.data(), compared) != 0) return false;
      bytes = bytes.subspan(here);
    }
    return true;
  }

 private:
  static constexpr std::uint16_t opcode = 1;

  static std::uint64_t number_of(std::uint32_t connection, std::uint64_t frame) {
    return std::uint64_t{connection} << 40 | frame;
  }

  std::size_t frame_bytes_;
  std::size_t place_bytes_;
  std::vector<std::byte> frames_;
};

}  // namespace echo
