// Dropout: what is kept is drawn by counters, so the backward pass draws the same again.
#pragma once
#include "context.h"
#include "philox.h"

KERNEL void dropout(const Context *c, const Dropout *op) {
  // Whole draws; of the last one what is left, which is whole vectors.
  enum { AT_A_TIME = WORDS_AT_A_TIME };
  const int32_t *key = ints_at(c, op->stream);
  const RandomStream stream = {{(uint32_t)key[0], (uint32_t)key[1]},
                               {(uint32_t)key[2], (uint32_t)key[3], (uint32_t)ints_at(c, op->counters)[c->step]}};
  const Floats factor = splat(floats_at(c, op->factor)[0]);
  // Integers that are moved down by 2³¹ compare as unsigned ones.
  const Ints lowest = splat_int(INT32_MIN), bound = splat_int(op->bound) ^ lowest;
  const float *x = floats_at(c, op->x), *gate = optional_floats_at(c, op->gate);
  float *y = floats_at(c, op->y);
  Ints words[AT_A_TIME / WIDTH];
  const Rows part = rows_of(c, op->count / LANES);
  const int32_t past = part.end * LANES;
  for (int32_t start = part.first * LANES; start < past; start += AT_A_TIME) {
    philox(&stream, (uint32_t)start / 4, words);
    const int32_t end = past - start < AT_A_TIME ? past - start : AT_A_TIME;
    for (int32_t k = 0; k < end; k += WIDTH) {
      Ints kept = (words[k / WIDTH] ^ lowest) < bound;
      if (gate) kept &= load(gate + start + k) > zeros();
      store(y + start + k, keep(kept, load(x + start + k) * factor + zeros()));
    }
  }
}
