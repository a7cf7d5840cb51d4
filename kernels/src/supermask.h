// Masks from scores, and the scores' training (docs/arithmetic.md, "Supermasks").
#pragma once
#include "exp.h"
#include "optimizer.h"
#include "philox.h"
#include "reduce.h"

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

// p[k] = 1 ÷ (1 + e⁻ˣ) of x[k], for `count` vectors.
INLINE void sigmoid_vectors(const int count, const Floats x[], Floats p[]) {
  Floats e[SIDE_BY_SIDE];
  UNROLL for (int k = 0; k < count; k++) p[k] = zeros() - absolute(x[k]);
  exp_vectors(count, p, e);
  UNROLL for (int k = 0; k < count; k++) {
    const Floats q = splat(1.0f) / (splat(1.0f) + e[k]);
    p[k] = choose(x[k] < zeros(), e[k] * q, q);
  }
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

// One bit a lane.
#if WIDTH == 16
typedef uint16_t __attribute__((may_alias)) LaneBits;
#else
typedef uint8_t __attribute__((may_alias)) LaneBits;
#endif

INLINE Ints lane_bit(void) {
  Ints bits;
  UNROLL for (int j = 0; j < WIDTH; j++) bits[j] = 1 << j;
  return bits;
}

// The lanes of a mask as bits, and back.
INLINE LaneBits bits_of(Ints mask) {
#if WIDTH == 16 && defined(__AVX512F__)
  return (LaneBits)_mm512_test_epi32_mask((__m512i)mask, (__m512i)mask);
#elif WIDTH == 8 && defined(__AVX__)
  return (LaneBits)_mm256_movemask_ps((__m256)mask);
#elif WIDTH == 4 && defined(__SSE2__)
  return (LaneBits)_mm_movemask_ps((__m128)mask);
#elif WIDTH == 4 && defined(__aarch64__)
  return (LaneBits)vaddvq_u32((uint32x4_t)(mask & lane_bit()));
#elif WIDTH == 4 && defined(__wasm_simd128__)
  return (LaneBits)wasm_i32x4_bitmask((v128_t)mask);
#else
  int32_t bits = 0;
  UNROLL for (int j = 0; j < WIDTH; j++) bits |= mask[j] & (1 << j);
  return (LaneBits)bits;
#endif
}
INLINE Ints lanes_of(LaneBits bits) { return (splat_int(bits) & lane_bit()) != splat_int(0); }

// Draws the bits of all positions into bits (count ÷ WIDTH, rounded up; 0 beyond the last) and returns how many are ones.
INLINE int32_t draw_bits(const RandomStream *stream, const float *scores, float *probabilities, int32_t count, LaneBits *bits) {
  Ints words[4 * GROUPS], ones = splat_int(0);
  int32_t start = 0;
  for (; start + WORDS_AT_A_TIME <= count; start += WORDS_AT_A_TIME) {
    philox(stream, (uint32_t)start / 4, words);
    UNROLL for (int part = 0; part < 4 * GROUPS; part += SIDE_BY_SIDE) {
      const int32_t i = start + part * WIDTH;
      Floats x[SIDE_BY_SIDE], p[SIDE_BY_SIDE];
      UNROLL for (int k = 0; k < SIDE_BY_SIDE; k++) x[k] = load(scores + i + k * WIDTH);
      sigmoid_vectors(SIDE_BY_SIDE, x, p);
      UNROLL for (int k = 0; k < SIDE_BY_SIDE; k++) {
        const Ints drawn = drawn_below(words[part + k], p[k]);
        ones = ones - drawn;
        bits[i / WIDTH + k] = bits_of(drawn);
        store(probabilities + i + k * WIDTH, p[k]);
      }
    }
  }
  philox(stream, (uint32_t)start / 4, words);
  for (int part = 0; start + part * WIDTH < count; part++) {
    const int32_t i = start + part * WIDTH;
    const Ints inside = before(i, count);
    Floats x = keep(inside, load(scores + i)), p;
    sigmoid_vectors(1, &x, &p);
    const Ints drawn = drawn_below(words[part], p) & inside;
    ones = ones - drawn;
    bits[i / WIDTH] = bits_of(drawn);
    store_before(probabilities, i, count, p);
  }
  int32_t total_ones = 0;
  for (int j = 0; j < WIDTH; j++) total_ones += ones[j];
  return total_ones;
}

// The bits are kept at the beginning of the weights until they are all drawn. Weights are then written from the last to the first: what
// a weight overwrites are bits of later ones.
KERNEL void sample_mask(const Context *c, const SampleMask *o) {
  const float *values = floats_at(c, o->values);
  float *weights = floats_at(c, o->weights);
  LaneBits *bits = (LaneBits *)weights;
  const RandomStream stream = {{(uint32_t)o->key0, (uint32_t)o->key1},
                               {(uint32_t)o->counter1, (uint32_t)o->counter2, (uint32_t)ints_at(c, o->counters)[c->step]}};
  const int32_t ones = draw_bits(&stream, floats_at(c, o->scores), floats_at(c, o->probabilities), o->count, bits);
  *ints_at(c, o->ones) = ones;
  const Floats factor = splat(mask_factor(o->count, ones, o->rescale));
  int32_t i = o->count - o->count % WIDTH;
  if (i < o->count) store_before(weights, i, o->count, keep(lanes_of(bits[i / WIDTH]), load(values + i)) * factor + zeros());
  while (i > 0) {
    i -= WIDTH;
    const Ints kept = lanes_of(bits[i / WIDTH]);
    store(weights + i, keep(kept, load(values + i)) * factor + zeros());
  }
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
  int32_t i = 0;
  for (; i + VIRTUAL_LANES <= count; i += VIRTUAL_LANES)
    UNROLL for (int p = 0; p < PARTS; p++) {
      const int32_t at = i + p * WIDTH;
      part[p] = part[p] + load(gradient + at) * load(weights + at);
    }
  if (i < count)
    for (int p = 0; p < PARTS; p++) {
      const int32_t at = i + p * WIDTH;
      part[p] = part[p] + keep(before(at, count), load(gradient + at) * load(weights + at));
    }
  return total(part);
}

// What the gradients at all scores of a layer have in common.
typedef struct {
  Floats factor, share, pressure;
} ScoreGradient;

// The gradient at WIDTH scores, from that at their weights. probabilities: of sampled masks.
INLINE Floats score_gradient(const int sampled, const ScoreGradient *s, const float *gradient, const float *values, const float *probabilities) {
  const Floats d = (load(gradient) * load(values)) * s->factor;
  if (!sampled) return d;
  const Floats p = load(probabilities);
  return ((d - s->share) + s->pressure) * (p * (splat(1.0f) - p));
}

// All scores but the last few, whole vectors. Returns what optimize_vector does.
INLINE Floats update_vectors(const int kind, const int sampled, const Optimizer *optimizer, const ScoreGradient *score, const float *gradient,
                             const float *values, const float *probabilities, const Stateful *layer, int32_t count) {
  const Optimizer o = *optimizer; // copies, which nothing that is stored here can change
  const ScoreGradient s = *score;
  float *scores = layer->values, *first = layer->first, *second = layer->second;
  Floats check = zeros();
  for (int32_t i = 0; i + WIDTH <= count; i += WIDTH) {
    const Floats g = score_gradient(sampled, &s, gradient + i, values + i, probabilities + i);
    check = check + optimize_vector(kind, 0, &o, g, scores + i, first + i, second + i);
  }
  return check;
}

// Returns whether all new scores are finite.
KERNEL int score_update(const Context *c, const ScoreUpdate *o) {
  const float *values = floats_at(c, o->values), *weights = floats_at(c, o->weights), *gradient = floats_at(c, o->gradient);
  const float *probabilities = optional_floats_at(c, o->probabilities);
  const float *row = floats_at(c, o->constants) + (size_t)c->step * CONSTANTS_ROW;
  const Optimizer optimizer = undecayed_at(c, o->optimizer, o->constants);
  const Stateful layer = stateful_at(c, o->scores, o->first, o->second);
  const int32_t ones = *ints_at(c, o->ones);
  const float through_factor = o->rescale && ones ? gradient_through_factor(gradient, weights, o->count) / (float)ones : 0.0f;
  const ScoreGradient score = {splat(mask_factor(o->count, ones, o->rescale)), splat(through_factor), splat(row[8])};
  const int sampled = o->kind == MASK_SAMPLED;
  Floats check;
#define CASE(kind)                                                                                                      \
  case kind:                                                                                                           \
    check = sampled ? update_vectors(kind, 1, &optimizer, &score, gradient, values, probabilities, &layer, o->count)                  \
                    : update_vectors(kind, 0, &optimizer, &score, gradient, values, probabilities, &layer, o->count);                 \
    break;
  switch (o->optimizer) {
    CASE(OPTIMIZER_SGD)
    CASE(OPTIMIZER_MOMENTUM)
    default:
      CASE(OPTIMIZER_ADAM)
  }
#undef CASE
  const int32_t last = o->count - o->count % WIDTH;
  if (last < o->count) {
    float g[WIDTH] __attribute__((aligned(64)));
    store(g, score_gradient(sampled, &score, gradient + last, values + last, probabilities + last));
    check = check + optimize(&optimizer, g, &layer, (size_t)last, o->count - last);
  }
  return all_finite(check);
}
