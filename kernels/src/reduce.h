// Sums over a batch: 16 virtual lanes, then the halving tree: lanes j and j + 8, j and j + 4, j and j + 2, the last two.
// WIDTH sums are reduced at once: each level adds the two halves of two vectors and packs them into one.
#pragma once
#include "vector.h"

enum { VIRTUAL_LANES = 16, PARTS = VIRTUAL_LANES / WIDTH };

// Which half comes first does not matter to an addition, so most levels are one blend, one shuffle and one addition.
#if WIDTH == 16
INLINE Floats fold8(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31) +
         SHUFFLE_FLOATS(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}
INLINE Floats fold4(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         SHUFFLE_FLOATS(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
INLINE Floats fold2(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30, 31) +
         SHUFFLE_FLOATS(a, b, 2, 3, 16, 17, 6, 7, 20, 21, 10, 11, 24, 25, 14, 15, 28, 29);
}
INLINE Floats fold1(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         SHUFFLE_FLOATS(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}
#elif WIDTH == 8
// GCC would take a second shuffle where a blend does, so blends are asked for by name.
INLINE Floats fold4(Floats a, Floats b) {
  return (Floats)_mm256_blend_ps((__m256)a, (__m256)b, 0xf0) + SHUFFLE_FLOATS(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
}
INLINE Floats fold2(Floats a, Floats b) {
  return (Floats)_mm256_blend_ps((__m256)a, (__m256)b, 0xcc) + SHUFFLE_FLOATS(a, b, 2, 3, 8, 9, 6, 7, 12, 13);
}
INLINE Floats fold1(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 2, 8, 10, 4, 6, 12, 14) + SHUFFLE_FLOATS(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}
#else
INLINE Floats fold2(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 1, 4, 5) + SHUFFLE_FLOATS(a, b, 2, 3, 6, 7);
}
INLINE Floats fold1(Floats a, Floats b) {
  return SHUFFLE_FLOATS(a, b, 0, 2, 4, 6) + SHUFFLE_FLOATS(a, b, 1, 3, 5, 7);
}
#endif

// The 16 virtual lanes of one sum, folded to WIDTH lanes.
INLINE Floats fold_parts(const Floats part[PARTS]) {
#if WIDTH == 16
  return part[0];
#elif WIDTH == 8
  return part[0] + part[1];
#else
  return (part[0] + part[2]) + (part[1] + part[3]);
#endif
}

// sums (WIDTH), each folded to WIDTH lanes → one vector: lane j is the total of sums[j], plus +0.
// Written as nested calls so that few of the sums are alive at once when they are computed in place.
#if WIDTH == 16
#define REDUCE(sum)                                                                                                     \
  (fold1(fold2(fold4(fold8(sum(0), sum(4)), fold8(sum(8), sum(12))), fold4(fold8(sum(1), sum(5)), fold8(sum(9), sum(13)))), \
         fold2(fold4(fold8(sum(2), sum(6)), fold8(sum(10), sum(14))),                                                   \
               fold4(fold8(sum(3), sum(7)), fold8(sum(11), sum(15))))) +                                                \
   zeros())
#elif WIDTH == 8
#define REDUCE(sum)                                                                                                     \
  (fold1(fold2(fold4(sum(0), sum(4)), fold4(sum(1), sum(5))), fold2(fold4(sum(2), sum(6)), fold4(sum(3), sum(7)))) +     \
   zeros())
#else
#define REDUCE(sum) (fold1(fold2(sum(0), sum(1)), fold2(sum(2), sum(3))) + zeros())
#endif

// The total of one sum of 16 virtual lanes that starts at +0.
INLINE float total(const Floats part[PARTS]) {
  float lane[VIRTUAL_LANES] __attribute__((aligned(64)));
  for (int p = 0; p < PARTS; p++) store(lane + p * WIDTH, part[p]);
  for (int half = VIRTUAL_LANES / 2; half > 0; half /= 2)
    for (int j = 0; j < half; j++) lane[j] = lane[j] + lane[j + half];
  return lane[0];
}
