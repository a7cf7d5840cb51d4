// Max pooling, and inputs that are standardised.
#pragma once
#include "context.h"

// Of a plane (height, width, LANES): rows and columns of windows that lie wholly inside.
typedef struct {
  int32_t width, size, stride, rows, columns;
} Windows;

INLINE Windows windows_of(int32_t height, int32_t width, int32_t size, int32_t stride) {
  return (Windows){width, size, stride, (height - size) / stride + 1, (width - size) / stride + 1};
}

KERNEL void max_pool(const Context *c, const MaxPool *op) {
  const Windows w = windows_of(op->height, op->width, op->size, op->stride);
  const float *plane = floats_at(c, op->x);
  float *y = floats_at(c, op->y);
  for (int32_t n = 0; n < op->blocks * op->channels; n++, plane += (size_t)op->height * op->width * LANES)
    for (int32_t r = 0; r < w.rows; r++)
      for (int32_t q = 0; q < w.columns; q++, y += LANES) {
        const float *window = plane + ((size_t)r * w.stride * w.width + q * w.stride) * LANES;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          Floats most = load(window + lane);
          for (int32_t i = 0; i < w.size; i++)
            for (int32_t j = 0; j < w.size; j++) {
              const Floats x = load(window + ((size_t)i * w.width + j) * LANES + lane);
              most = choose(x > most, x, most);
            }
          store(y + lane, most);
        }
      }
}

// dx overlaps nothing else.
KERNEL void max_pool_input_gradient(const Context *c, const MaxPoolInputGradient *op) {
  const Windows w = windows_of(op->height, op->width, op->size, op->stride);
  const size_t plane = (size_t)op->height * op->width * LANES;
  const float *x = floats_at(c, op->x), *y = floats_at(c, op->y), *dy = floats_at(c, op->dy);
  float *dx = floats_at(c, op->dx);
  // Windows that lie side by side and leave nothing out are written once.
  const int covers = w.stride == w.size && w.rows * w.size == op->height && w.columns * w.size == op->width;
  for (int32_t n = 0; n < op->blocks * op->channels; n++, x += plane, dx += plane) {
    if (!covers)
      for (size_t k = 0; k < plane; k += WIDTH) store(dx + k, zeros());
    for (int32_t r = 0; r < w.rows; r++)
      for (int32_t q = 0; q < w.columns; q++, y += LANES, dy += LANES) {
        const size_t window = ((size_t)r * w.stride * w.width + q * w.stride) * LANES;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          const Floats most = load(y + lane);
          Ints open = splat_int(-1);
          if (op->relu) open = most > zeros();
          for (int32_t i = 0; i < w.size; i++)
            for (int32_t j = 0; j < w.size; j++) {
              const size_t at = window + ((size_t)i * w.width + j) * LANES + lane;
              const Ints wins = (load(x + at) == most) & open;
              open &= ~wins;
              store(dx + at, (covers ? zeros() : load(dx + at)) + keep(wins, load(dy + lane)));
            }
        }
      }
  }
}

KERNEL void standardise(const Context *c, const Standardise *op) {
  const int32_t *sizes = optional_ints_at(c, op->sizes);
  const int32_t size = sizes ? sizes[c->step] : op->count - c->step * LANES;
  float *x = floats_at(c, op->x);
  for (int32_t b = 0; b < op->blocks; b++)
    for (int32_t k = 0; k < op->features; k++, x += LANES) {
      const Floats factor = splat(floats_at(c, op->factors)[k]), shift = splat(floats_at(c, op->shifts)[k]);
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        const Ints inside = count_from(b * LANES + lane) < splat_int(size);
        store(x + lane, keep(inside, load(x + lane) * factor + shift));
      }
    }
}
