// Max pooling of windows of 2 × 2 in a convolution's own kernels: only the largest value of a window is kept, and which of the four it was, row by
// row; NO_WINNER where no gradient passes. Winners of a pixel's 64 lanes are 16 words: lane l is byte l ÷ 16 of word l mod 16.
#pragma once
#include "pixels.h"

enum { WINDOW = 2, WINDOW_VALUES = WINDOW * WINDOW, NO_WINNER = WINDOW_VALUES };

// Where in its word the winner of a lane begins, and the bits that it takes.
INLINE int byte_of(int lane) { return 8 * (lane / VIRTUAL_LANES); }
#define ALL_OF_BYTE(byte) ((int32_t)(0xffu << (byte)))

// Floats that are kept of so many if they are pooled, which is so if there are winners; and the winners of `floats` kept ones further on.
INLINE size_t kept_of(size_t floats, const int32_t *winners) { return winners ? floats / WINDOW_VALUES : floats; }
INLINE int32_t *winners_at(int32_t *winners, size_t floats) { return winners ? winners + floats / LANES * VIRTUAL_LANES : 0; }

// A row of windows of a tile, for 16 lanes from `lane` on. sums: the upper row's first pixel, `row` floats before the lower one's; y, winners: the
// row's first pixel.
KERNEL void pool_sums(const float *sums, size_t row, size_t group_size, int32_t windows, int relu, int lane, float *y, int32_t *winners) {
  const int byte = byte_of(lane);
  const Ints others = splat_int(~ALL_OF_BYTE(byte)), none = splat_int(NO_WINNER << byte);
  for (int32_t q = 0; q < windows; q++, sums += WINDOW * GROUP, y += LANES, winners += VIRTUAL_LANES)
    UNROLL for (int g = 0; g < LANE_GROUPS; g++)
      UNROLL for (int v = 0; v < GROUP; v += WIDTH) {
        const float *from = sums + g * group_size + v;
        const Floats first = load(from);
        Floats most = relu ? zeros() : first;
        Ints winner = none;
        if (!relu) winner &= ~(first == first);
        UNROLL for (int k = 0; k < WINDOW_VALUES; k++) {
          const Floats x = load(from + k / WINDOW * row + k % WINDOW * GROUP);
          const Ints wins = x > most;
          most = choose(wins, x, most);
          winner = choose_int(wins, splat_int(k << byte), winner);
        }
        store(y + lane + g * GROUP + v, most);
        Ints *word = (Ints *)(winners + g * GROUP + v);
        *word = (*word & others) | winner;
      }
}

// The gradient at `pixels` neighbouring values of a window, the first of which is number `place`: a pooled value's, where it won.
INLINE void spread_window(const int pixels, const float *dy, const int32_t *winners, int place, int byte, float *to, size_t group_size) {
  UNROLL for (int g = 0; g < LANE_GROUPS; g++)
    UNROLL for (int v = 0; v < GROUP; v += WIDTH) {
      const Floats d = load(dy + g * GROUP + v);
      const Ints winner = *(const Ints *)(winners + g * GROUP + v) & splat_int(ALL_OF_BYTE(byte));
      UNROLL for (int p = 0; p < pixels; p++)
        store(to + g * group_size + p * GROUP + v, keep(winner == splat_int((place + p) << byte), d));
    }
}

// For WIDTH lanes from `lane` on, whether a window's value won in this row.
INLINE Ints wins_in_row(const int32_t *winners, int lane, int32_t row) {
  const int byte = byte_of(lane);
  const Ints winner = *(const Ints *)(winners + lane % VIRTUAL_LANES) & splat_int((int32_t)(0xfeu << byte));
  return winner == splat_int(row % WINDOW * WINDOW << byte);
}

// A row of a channel that is read: of its values, or of the windows that it passes through.
typedef struct {
  const float *values;
  const int32_t *winners; // null if it is not pooled
  int32_t row;
  ptrdiff_t ahead; // how many floats further on lies what is copied after it
} SourceRow;

// Of a block (channels, height, width) that is pooled if it has winners. After it, channel `next` is copied.
INLINE SourceRow source_row(const float *x, const int32_t *winners, int32_t channel, int32_t next, int32_t row, int32_t height, int32_t width) {
  const ptrdiff_t plane = (ptrdiff_t)kept_of((size_t)height * width * LANES, winners), ahead = (next - channel) * plane;
  if (!winners) return (SourceRow){x + channel * plane + (size_t)row * width * LANES, 0, row, ahead};
  const size_t at = channel * plane + (size_t)(row / WINDOW) * (width / WINDOW) * LANES;
  return (SourceRow){x + at, winners + at / LANES * VIRTUAL_LANES, row, ahead};
}

// Pixels `first` … `end` − 1 of a pooled row.
KERNEL void spread_pixels(const SourceRow *from, int32_t first, int32_t end, int lane, float *to, size_t group_size) {
  const int byte = byte_of(lane), above = from->row % WINDOW * WINDOW;
  const float *dy = from->values + (size_t)(first / WINDOW) * LANES + lane;
  const int32_t *winners = from->winners + (size_t)(first / WINDOW) * VIRTUAL_LANES;
  const ptrdiff_t winners_ahead = from->ahead / LANES * VIRTUAL_LANES;
  int32_t x = first;
  if (x % WINDOW != 0 && x < end) {
    spread_window(1, dy, winners, above + 1, byte, to, group_size);
    x++, to += GROUP, dy += LANES, winners += VIRTUAL_LANES;
  }
  for (; x + WINDOW <= end; x += WINDOW, to += WINDOW * GROUP, dy += LANES, winners += VIRTUAL_LANES) {
    __builtin_prefetch(dy + from->ahead);
    __builtin_prefetch(winners + winners_ahead);
    spread_window(WINDOW, dy, winners, above, byte, to, group_size);
  }
  if (x < end) spread_window(1, dy, winners, above, byte, to, group_size);
}

// Pixels `first` … `end` − 1 of a row. What is copied after them is asked for.
INLINE void copy_pixels(const SourceRow *from, int32_t first, int32_t end, int lane, float *to, size_t group_size) {
  if (from->winners) {
    spread_pixels(from, first, end, lane, to, group_size);
    return;
  }
  const float *pixel = from->values + (ptrdiff_t)first * LANES + lane;
  for (int32_t p = first; p < end; p++, pixel += LANES, to += GROUP) copy_pixel(pixel, from->ahead, to, group_size);
}
