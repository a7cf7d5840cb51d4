// Masks from scores, and the scores' training (docs/arithmetic.md, "Supermasks").
#pragma once
#include "exp.h"
#include "optimizer.h"
#include "philox.h"
#include "reduce.h"

// Positions that are worked on at a time: a multiple of the virtual lanes.
enum { SCORES_AT_A_TIME = 512 };

// Lanes whose position lies before `count`.
INLINE Ints before(int32_t position, int32_t count) { return count_from(position) < splat_int(count); }

// Regions are followed by a line that may be read; only what lies before `count` is written.
INLINE void store_before(float *p, int32_t position, int32_t count, Floats v) {
  if (position + WIDTH <= count) {
    store(p + position, v);
    return;
  }
  for (int j = 0; position + j < count; j++) p[position + j] = v[j];
}

INLINE Floats sigmoid_vector(Floats x) {
  const Floats e = exp_vector(zeros() - absolute(x));
  const Floats q = splat(1.0f) / (splat(1.0f) + e);
  return choose(x < zeros(), e * q, q);
}

// All ones where the word is below floor(p · 2³²), as integers that are moved down by 2³¹. p from ½ on is cut to its distance from ½,
// which is exact, so that every product fits.
INLINE Ints drawn_below(Ints words, Floats p) {
  const Ints certain = p >= splat(1.0f), upper = p >= splat(0.5f), lowest = splat_int(INT32_MIN);
  const Floats rest = keep(~certain, p - keep(upper, splat(0.5f)));
  const Ints bound = __builtin_convertvector(rest * splat(0x1p32f), Ints) ^ (lowest & ~upper);
  return ((words ^ lowest) < bound) | certain;
}


INLINE float mask_factor(int32_t count, int32_t ones, int32_t rescale) {
  return rescale && ones ? (float)count / (float)ones : 1.0f;
}

// weights (count), which hold +0 or the values that the mask keeps, times the factor.
INLINE void scale_masked(float *weights, int32_t count, float factor) {
  for (int32_t i = 0; i < count; i += WIDTH)
    store_before(weights, i, count, load(weights + i) * splat(factor) + zeros());
}

KERNEL void sample_mask(const Context *c, const SampleMask *o) {
  const float *scores = floats_at(c, o->scores), *values = floats_at(c, o->values);
  float *weights = floats_at(c, o->weights);
  const RandomStream stream = {{(uint32_t)o->key0, (uint32_t)o->key1},
                               {(uint32_t)o->counter1, (uint32_t)o->counter2, (uint32_t)ints_at(c, o->counters)[c->step]}};
  uint32_t words[SCORES_AT_A_TIME] __attribute__((aligned(64)));
  Ints ones = splat_int(0);
  for (int32_t start = 0; start < o->count; start += SCORES_AT_A_TIME) {
    const int32_t end = o->count - start < SCORES_AT_A_TIME ? o->count : start + SCORES_AT_A_TIME;
    for (int32_t at = start; at < end; at += 4) philox(&stream, (uint32_t)at / 4, words + (at - start));
    for (int32_t i = start; i < end; i += WIDTH) {
      const Ints drawn = *(const Ints *)(words + (i - start));
      const Ints bits = drawn_below(drawn, sigmoid_vector(keep(before(i, o->count), load(scores + i)))) & before(i, o->count);
      ones = ones - bits;
      store_before(weights, i, o->count, keep(bits, load(values + i)));
    }
  }
  int32_t total_ones = 0;
  for (int j = 0; j < WIDTH; j++) total_ones += ones[j];
  *ints_at(c, o->ones) = total_ones;
  scale_masked(weights, o->count, mask_factor(o->count, total_ones, o->rescale));
}

// Bits whose order as unsigned integers is that of the floats; no NaN.
INLINE uint32_t ordered(float f) {
  union {
    float f;
    uint32_t bits;
  } u = {f};
  return u.bits ^ ((uint32_t)-(int32_t)(u.bits >> 31) | 0x80000000u);
}

// The key of the `rank`-th largest of the scores, counted from 1, by 11, 11 and 10 bits; *equal is how many of that key are among the
// `rank` largest.
INLINE uint32_t ranked_key(const float *scores, int32_t count, int32_t rank, int32_t *counts, int32_t *equal) {
  static const int shifts[] = {21, 10, 0}, bits[] = {11, 11, 10};
  uint32_t prefix = 0, known = 0;
  for (int pass = 0; pass < 3; pass++) {
    const uint32_t digits = (1u << bits[pass]) - 1;
    for (uint32_t d = 0; d <= digits; d++) counts[d] = 0;
    for (int32_t i = 0; i < count; i++) {
      const uint32_t key = ordered(scores[i]);
      if ((key & known) == prefix) counts[(key >> shifts[pass]) & digits]++;
    }
    uint32_t digit = digits;
    for (; digit > 0 && counts[digit] < rank; digit--) rank -= counts[digit];
    prefix |= digit << shifts[pass];
    known |= digits << shifts[pass];
  }
  *equal = rank;
  return prefix;
}

KERNEL void top_mask(const Context *c, const TopMask *o) {
  const float *scores = floats_at(c, o->scores), *values = floats_at(c, o->values);
  float *weights = floats_at(c, o->weights);
  *ints_at(c, o->ones) = o->keep;
  if (o->keep == 0) {
    for (int32_t i = 0; i < o->count; i++) weights[i] = 0.0f;
    return;
  }
  int32_t equal;
  const uint32_t smallest = ranked_key(scores, o->count, o->keep, ints_at(c, o->scratch), &equal);
  for (int32_t i = o->count - 1; i >= 0; i--) {
    const uint32_t key = ordered(scores[i]);
    weights[i] = key > smallest || (key == smallest && equal-- > 0) ? values[i] : 0.0f;
  }
  scale_masked(weights, o->count, mask_factor(o->count, o->keep, o->rescale));
}

// Σ of gradient × weights over all positions.
INLINE float gradient_through_factor(const float *gradient, const float *weights, int32_t count) {
  Floats part[PARTS];
  for (int p = 0; p < PARTS; p++) part[p] = zeros();
  for (int32_t i = 0; i < count; i += VIRTUAL_LANES)
    UNROLL for (int p = 0; p < PARTS; p++) {
      const int32_t at = i + p * WIDTH;
      part[p] = part[p] + keep(before(at, count), load(gradient + at) * load(weights + at));
    }
  return total(part);
}

// Returns whether all new scores are finite.
KERNEL int score_update(const Context *c, const ScoreUpdate *o) {
  const float *values = floats_at(c, o->values), *weights = floats_at(c, o->weights), *gradient = floats_at(c, o->gradient);
  const float *row = floats_at(c, o->constants) + (size_t)c->step * CONSTANTS_ROW;
  Optimizer optimizer = optimizer_at(c, o->optimizer, o->constants);
  optimizer.decays = 0;
  const Stateful layer = {floats_at(c, o->scores), optional_floats_at(c, o->first), optional_floats_at(c, o->second)};
  const int32_t ones = *ints_at(c, o->ones);
  const Floats factor = splat(mask_factor(o->count, ones, o->rescale)), pressure = splat(row[8]), one = splat(1.0f);
  const Floats share = splat(o->rescale && ones ? gradient_through_factor(gradient, weights, o->count) / (float)ones : 0.0f);
  float g[SCORES_AT_A_TIME] __attribute__((aligned(64)));
  Floats check = zeros();
  for (int32_t start = 0; start < o->count; start += SCORES_AT_A_TIME) {
    const int32_t end = o->count - start < SCORES_AT_A_TIME ? o->count : start + SCORES_AT_A_TIME;
    for (int32_t i = start; i < end; i += WIDTH) {
      Floats d = (load(gradient + i) * load(values + i)) * factor;
      if (o->kind == MASK_SAMPLED) {
        const Floats p = sigmoid_vector(keep(before(i, o->count), load(layer.values + i)));
        d = ((d - share) + pressure) * (p * (one - p));
      }
      store(g + (i - start), d);
    }
    check = check + optimize(&optimizer, g, &layer, (size_t)start, end - start);
  }
  return all_finite(check);
}
