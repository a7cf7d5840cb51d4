// Frozen weights: put back after each update to the values that they are held at.
#pragma once
#include "context.h"

// values[places[k]] = held[k]: places (count) i32, held (count) f32.
KERNEL void restore(const Context *c, const Restore *op) {
  const int32_t *places = ints_at(c, op->places);
  const float *held = floats_at(c, op->held);
  float *values = floats_at(c, op->values);
  for (int32_t k = 0; k < op->count; k++) values[places[k]] = held[k];
}
