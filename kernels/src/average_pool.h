// Means of windows, and shortcuts that leave out pixels.
#pragma once
#include "context.h"

// Pictures (planes, height, width, LANES) and their windows that lie wholly inside.
typedef struct {
  int32_t height, width, rows, columns, stride, out_rows, out_columns;
} AverageWindows;

#define AVERAGE_WINDOWS(op)                                                                                               \
  {op->height, op->width, op->rows, op->columns, op->stride, (op->height - op->rows) / op->stride + 1, (op->width - op->columns) / op->stride + 1}

KERNEL void average_pool(const Context *c, const AveragePool *op) {
  const AverageWindows w = AVERAGE_WINDOWS(op);
  const float *plane = floats_at(c, op->x);
  float *y = floats_at(c, op->y);
  const Floats size = splat((float)(w.rows * w.columns));
  for (int32_t n = 0; n < op->blocks * op->channels; n++, plane += (size_t)w.height * w.width * LANES)
    for (int32_t r = 0; r < w.out_rows; r++)
      for (int32_t q = 0; q < w.out_columns; q++, y += LANES) {
        const float *window = plane + ((size_t)r * w.stride * w.width + q * w.stride) * LANES;
        Floats sum[LANES / WIDTH];
        UNROLL for (int v = 0; v < LANES / WIDTH; v++) sum[v] = zeros();
        for (int32_t i = 0; i < w.rows; i++)
          for (int32_t j = 0; j < w.columns; j++) {
            const float *x = window + ((size_t)i * w.width + j) * LANES;
            UNROLL for (int v = 0; v < LANES / WIDTH; v++) sum[v] = sum[v] + load(x + v * WIDTH);
          }
        UNROLL for (int v = 0; v < LANES / WIDTH; v++) store(y + v * WIDTH, sum[v] / size + zeros());
      }
}

// dx overlaps nothing else.
KERNEL void average_pool_input_gradient(const Context *c, const AveragePoolInputGradient *op) {
  const AverageWindows w = AVERAGE_WINDOWS(op);
  const size_t plane = (size_t)w.height * w.width * LANES;
  const float *dy = floats_at(c, op->dy), *gate = optional_floats_at(c, op->gate);
  float *dx = floats_at(c, op->dx);
  const Floats size = splat((float)(w.rows * w.columns));
  for (int32_t n = 0; n < op->blocks * op->channels; n++, dx += plane) {
    for (size_t k = 0; k < plane; k += WIDTH) store(dx + k, zeros());
    for (int32_t r = 0; r < w.out_rows; r++)
      for (int32_t q = 0; q < w.out_columns; q++, dy += LANES) {
        float *window = dx + ((size_t)r * w.stride * w.width + q * w.stride) * LANES;
        Floats share[LANES / WIDTH];
        UNROLL for (int v = 0; v < LANES / WIDTH; v++) share[v] = load(dy + v * WIDTH) / size;
        for (int32_t i = 0; i < w.rows; i++)
          for (int32_t j = 0; j < w.columns; j++) {
            float *to = window + ((size_t)i * w.width + j) * LANES;
            UNROLL for (int v = 0; v < LANES / WIDTH; v++) store(to + v * WIDTH, load(to + v * WIDTH) + share[v]);
          }
      }
    if (!gate) continue;
    for (size_t k = 0; k < plane; k += WIDTH) store(dx + k, keep(load(gate + k) > zeros(), load(dx + k)));
    gate += plane;
  }
}

// y (blocks, outputs, rows, columns, LANES).
KERNEL void subsample(const Context *c, const Subsample *op) {
  const int32_t rows = (op->height - 1) / op->stride + 1, columns = (op->width - 1) / op->stride + 1;
  const float *x = floats_at(c, op->x);
  float *y = floats_at(c, op->y);
  for (int32_t b = 0; b < op->blocks; b++)
    for (int32_t channel = 0; channel < op->outputs; channel++)
      for (int32_t r = 0; r < rows; r++) {
        const float *from = x + ((size_t)(b * op->channels + channel) * op->height + r * op->stride) * op->width * LANES;
        for (int32_t q = 0; q < columns; q++, y += LANES)
          for (int lane = 0; lane < LANES; lane += WIDTH)
            store(y + lane, channel < op->channels ? load(from + (size_t)q * op->stride * LANES + lane) : zeros());
      }
}

// dx overlaps nothing else.
KERNEL void subsample_input_gradient(const Context *c, const SubsampleInputGradient *op) {
  const int32_t rows = (op->height - 1) / op->stride + 1, columns = (op->width - 1) / op->stride + 1;
  const float *gate = optional_floats_at(c, op->gate);
  float *dx = floats_at(c, op->dx);
  const size_t values = (size_t)op->blocks * op->channels * op->height * op->width * LANES;
  for (size_t k = 0; k < values; k += WIDTH) store(dx + k, zeros());
  for (int32_t b = 0; b < op->blocks; b++)
    for (int32_t channel = 0; channel < op->channels; channel++)
      for (int32_t r = 0; r < rows; r++) {
        const float *dy = floats_at(c, op->dy) + ((size_t)(b * op->outputs + channel) * rows + r) * columns * LANES;
        const size_t line = ((size_t)(b * op->channels + channel) * op->height + r * op->stride) * op->width * LANES;
        for (int32_t q = 0; q < columns; q++, dy += LANES)
          for (int lane = 0; lane < LANES; lane += WIDTH) {
            const size_t at = line + (size_t)q * op->stride * LANES + lane;
            const Floats gradient = load(dy + lane);
            store(dx + at, gate ? keep(load(gate + at) > zeros(), gradient) : gradient);
          }
      }
}

KERNEL void add(const Context *c, const Add *op) {
  const float *a = floats_at(c, op->a), *b = floats_at(c, op->b);
  float *y = floats_at(c, op->y);
  const Rows part = rows_of(c, op->count / LANES);
  for (size_t k = (size_t)part.first * LANES; k < (size_t)part.end * LANES; k += WIDTH) {
    const Floats sum = load(a + k) + load(b + k);
    store(y + k, op->relu ? relu(sum) : sum);
  }
}

KERNEL void add_gradient(const Context *c, const AddGradient *op) {
  const float *dy = floats_at(c, op->dy), *gate = optional_floats_at(c, op->gate);
  float *dx = floats_at(c, op->dx);
  const Rows part = rows_of(c, op->count / LANES);
  for (size_t k = (size_t)part.first * LANES; k < (size_t)part.end * LANES; k += WIDTH) {
    const Floats gradient = load(dy + k);
    store(dx + k, load(dx + k) + (gate ? keep(load(gate + k) > zeros(), gradient) : gradient));
  }
}
