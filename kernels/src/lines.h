// Lines of 64 bytes that will be copied soon. They are asked for a few at a time, between other work, which then does not wait for them.
#pragma once
#include "pooled.h"

// 16 lanes of `pixels` pixels in each of `rows` rows of some channels; where they are pooled, of the windows' values, with their winners.
typedef struct {
  const float *block, *channel, *at; // the channel at hand, and the row at hand
  const int32_t *winners;            // of the block, or null
  size_t plane, width;               // floats of a channel and of a row
  int32_t rows, pixels;
  int32_t row, pixel, left;
} Lines;

// Of a block (channels, height, width), pooled if it has winners: rows and columns from the first to the one before the last, those that there are.
INLINE Lines lines_of(const float *x, const int32_t *winners, int32_t height, int32_t width, int32_t first, int32_t channels, int32_t top,
                      int32_t bottom, int32_t left, int32_t right, int32_t lane) {
  if (bottom > height) bottom = height;
  if (right > width) right = width;
  if (top >= bottom || left >= right) return (Lines){.left = 0};
  if (winners) {
    height /= WINDOW, width /= WINDOW, top /= WINDOW, left /= WINDOW;
    bottom = (bottom + WINDOW - 1) / WINDOW, right = (right + WINDOW - 1) / WINDOW;
  }
  Lines lines = {.block = x,
                 .winners = winners,
                 .plane = (size_t)height * width * LANES,
                 .width = (size_t)width * LANES,
                 .rows = bottom - top,
                 .pixels = right - left,
                 .left = channels * (bottom - top) * (right - left)};
  lines.channel = lines.at = x + first * lines.plane + top * lines.width + (size_t)left * LANES + lane;
  return lines;
}

INLINE void ask_for_lines(Lines *lines, int32_t count) {
  for (; count > 0 && lines->left > 0; count--, lines->left--) {
    const float *line = lines->at + (size_t)lines->pixel * LANES;
    __builtin_prefetch(line, 0, 2);
    if (lines->winners) __builtin_prefetch(lines->winners + (size_t)(line - lines->block) / LANES * VIRTUAL_LANES, 0, 2);
    if (++lines->pixel < lines->pixels) continue;
    lines->pixel = 0;
    lines->at += lines->width;
    if (++lines->row < lines->rows) continue;
    lines->row = 0;
    lines->at = lines->channel += lines->plane;
  }
}
