// Weight gradients of convolutions, tap by tap: chains along the rows of a picture (docs/arithmetic.md), over those pixels at which the output's
// gradient is lit: not 0 in all lanes of a group. Of a pooled gradient, which is 0 in three of four values at least, that is half of them or more. What
// is left out are products with 0.
#pragma once
#include "patch.h"

// Vectors of chains that are worked on together, of so many taps; pixels of a word of bits that says which ones are lit.
enum { CHAINS = WIDTH == 16 ? 12 : 8, TAPS_TOGETHER = CHAINS / VECTORS, LIT_PIXELS = 64 };

// Lines that are asked for at once between other work.
enum { ASKED_OF_STRIP = 4 };

INLINE size_t lit_words(int32_t width) { return (width + LIT_PIXELS - 1) / LIT_PIXELS; }

// Where chains run, for a group of lanes: along rows of an output's gradient and of what each tap meets there.
typedef struct {
  const float *dy;
  size_t dy_row, x_row; // floats
  int32_t rows, width;
  uint64_t *lit; // (rows, lit_words); null where all pixels are taken
} ChainRows;

// Of a strip's rows.
INLINE ChainRows chain_rows(const Geometry *g, const Patch *patch, const float *strip, uint64_t *lit) {
  return (ChainRows){.dy = strip,
                     .dy_row = (size_t)g->out_width * GROUP,
                     .x_row = (size_t)g->stride * patch->columns * GROUP,
                     .rows = patch->tile_rows,
                     .width = g->out_width,
                     .lit = lit};
}

// Notes which pixels are lit.
INLINE void light_rows(const ChainRows *rows) {
  uint64_t *word = rows->lit;
  for (int32_t r = 0; r < rows->rows; r++) {
    const float *dy = rows->dy + r * rows->dy_row;
    for (int32_t first = 0; first < rows->width; first += LIT_PIXELS, word++) {
      const int32_t pixels = rows->width - first < LIT_PIXELS ? rows->width - first : LIT_PIXELS;
      *word = 0;
      for (int32_t p = 0; p < pixels; p++) *word |= (uint64_t)any_in_group(dy + (size_t)(first + p) * GROUP) << p;
    }
  }
}

// chain (taps) += what the taps meet at pixel number `at` of a row, counted in floats.
INLINE void add_pixel(const int taps, Floats chain[TAPS_TOGETHER][VECTORS], const float *dy, const float *const *x, size_t at) {
  UNROLL for (int v = 0; v < VECTORS; v++) {
    const Floats d = load(dy + at + v * WIDTH);
    UNROLL for (int t = 0; t < taps; t++) chain[t][v] = chain[t][v] + d * load(x[t] + at + v * WIDTH);
  }
}

// sums (taps, 16) += the chains of one row after the other, of all pixels or of those that are lit. from[t]: what tap t meets in the first one.
INLINE void add_rows_to_chains(const int taps, const int all, const ChainRows *rows, const float *const *from, float *sums) {
  const float *x[TAPS_TOGETHER];
  Floats sum[TAPS_TOGETHER][VECTORS];
  UNROLL for (int t = 0; t < taps; t++) {
    x[t] = from[t];
    UNROLL for (int v = 0; v < VECTORS; v++) sum[t][v] = load(sums + t * VIRTUAL_LANES + v * WIDTH);
  }
  const uint64_t *word = rows->lit;
  for (int32_t r = 0; r < rows->rows; r++) {
    // What is added to the address of x is added to that of dy too.
    const float *dy = rows->dy + r * ((ptrdiff_t)rows->dy_row - (ptrdiff_t)rows->x_row);
    const size_t begin = r * rows->x_row, end = begin + (size_t)rows->width * GROUP;
    Floats chain[TAPS_TOGETHER][VECTORS];
    UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < VECTORS; v++) chain[t][v] = zeros();
    if (all)
      for (size_t at = begin; at < end; at += GROUP) add_pixel(taps, chain, dy, x, at);
    else
      for (size_t first = begin; first < end; first += LIT_PIXELS * GROUP)
        for (uint64_t lit = *word++; lit; lit &= lit - 1) add_pixel(taps, chain, dy, x, first + (size_t)__builtin_ctzll(lit) * GROUP);
    UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < VECTORS; v++) sum[t][v] = sum[t][v] + chain[t][v];
  }
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < VECTORS; v++) store(sums + t * VIRTUAL_LANES + v * WIDTH, sum[t][v]);
}

typedef void AddChains(const ChainRows *, const float *const *, float *);

// Functions of their own, so that registers are allocated for the one loop.
#define ADD_CHAINS(taps)                                                                                                                       \
  KERNEL void add_##taps##_chains(const ChainRows *rows, const float *const *x, float *sums) { add_rows_to_chains(taps, 1, rows, x, sums); }   \
  KERNEL void add_##taps##_lit_chains(const ChainRows *rows, const float *const *x, float *sums) { add_rows_to_chains(taps, 0, rows, x, sums); }
ADD_CHAINS(1)
ADD_CHAINS(2)
ADD_CHAINS(3)
ADD_CHAINS(4)
#if WIDTH >= 8
ADD_CHAINS(5)
ADD_CHAINS(6)
ADD_CHAINS(7)
ADD_CHAINS(8)
#endif
#if WIDTH == 16
ADD_CHAINS(9)
ADD_CHAINS(10)
ADD_CHAINS(11)
ADD_CHAINS(12)
#endif
#undef ADD_CHAINS

// By the number of taps, for all pixels and for lit ones.
static AddChains *const add_chains_of[TAPS_TOGETHER + 1][2] = {
    {0, 0},
#define BOTH(taps) {add_##taps##_chains, add_##taps##_lit_chains}
    BOTH(1), BOTH(2), BOTH(3), BOTH(4),
#if WIDTH >= 8
    BOTH(5), BOTH(6), BOTH(7), BOTH(8),
#endif
#if WIDTH == 16
    BOTH(9), BOTH(10), BOTH(11), BOTH(12),
#endif
#undef BOTH
};

// sums (count, 16) += the chains of an output's taps, for one group of lanes: as many at a time as there are registers for, and about as many each time.
// values: the group's, of the patch; index: the taps' places among the patch's offsets, or null for the first `count`. Before each call some lines are
// asked for, if there are any.
INLINE void add_output_chains(const ChainRows *rows, const Patch *patch, const float *values, const uint16_t *index, int32_t count, float *sums,
                              Lines *lines) {
  for (int32_t calls = (count + TAPS_TOGETHER - 1) / TAPS_TOGETHER, k = 0, taken; calls > 0; calls--, k += taken) {
    const float *x[TAPS_TOGETHER];
    taken = (count - k + calls - 1) / calls;
    for (int32_t t = 0; t < taken; t++) x[t] = values + patch->offsets[index ? index[k + t] : k + t];
    if (lines) ask_for_lines(lines, ASKED_OF_STRIP);
    add_chains_of[taken][rows->lit != 0](rows, x, sums + (size_t)k * VIRTUAL_LANES);
  }
}
