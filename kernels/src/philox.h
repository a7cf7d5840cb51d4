// Philox 4×32-10 (packages/arithmetic/src/philox.ts), one block a lane.
#pragma once
#include "vector.h"

typedef struct {
  uint32_t key[2], counter[3]; // the counter's upper three words
} RandomStream;

// Groups of WIDTH blocks that are computed side by side, and the words in them.
enum { GROUPS = 2, WORDS_AT_A_TIME = GROUPS * 4 * WIDTH };

// The upper and lower halves of each lane's product with `by`.
INLINE void multiply_wide(Ints x, uint32_t by, Ints *high, Ints *low) {
#if WIDTH == 16 && defined(__AVX512F__)
  const __m512i a = (__m512i)x, b = (__m512i)splat_int((int32_t)by);
  const __m512i even = _mm512_mul_epu32(a, b), odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), b);
  *high = (Ints)_mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), 0xaaaa, odd);
  *low = (Ints)_mm512_mask_mov_epi32(even, 0xaaaa, _mm512_slli_epi64(odd, 32));
#elif WIDTH == 8 && defined(__AVX2__)
  const __m256i a = (__m256i)x, b = (__m256i)splat_int((int32_t)by);
  const __m256i even = _mm256_mul_epu32(a, b), odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b);
  *high = (Ints)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
  *low = (Ints)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
#elif WIDTH == 4 && defined(__SSE2__)
  const __m128i a = (__m128i)x, b = (__m128i)splat_int((int32_t)by);
  const Ints even = (Ints)_mm_mul_epu32(a, b), odd = (Ints)_mm_mul_epu32(_mm_srli_epi64(a, 32), b);
  const Ints lows = (Ints)_mm_unpacklo_epi32((__m128i)even, (__m128i)odd), highs = (Ints)_mm_unpackhi_epi32((__m128i)even, (__m128i)odd);
  *low = (Ints)_mm_unpacklo_epi64((__m128i)lows, (__m128i)highs);
  *high = (Ints)_mm_unpackhi_epi64((__m128i)lows, (__m128i)highs);
#elif WIDTH == 4 && defined(__aarch64__)
  const uint32x4_t a = (uint32x4_t)x;
  const uint32x2_t b = vdup_n_u32(by);
  const uint32x4_t first = (uint32x4_t)vmull_u32(vget_low_u32(a), b), last = (uint32x4_t)vmull_u32(vget_high_u32(a), b);
  *low = (Ints)vuzp1q_u32(first, last);
  *high = (Ints)vuzp2q_u32(first, last);
#elif WIDTH == 4 && defined(__wasm_simd128__)
  const v128_t a = (v128_t)x, b = (v128_t)splat_int((int32_t)by);
  const v128_t first = wasm_u64x2_extmul_low_u32x4(a, b), last = wasm_u64x2_extmul_high_u32x4(a, b);
  *low = (Ints)wasm_i32x4_shuffle(first, last, 0, 2, 4, 6);
  *high = (Ints)wasm_i32x4_shuffle(first, last, 1, 3, 5, 7);
#else
  UNROLL for (int j = 0; j < WIDTH; j++) {
    const uint64_t product = (uint64_t)by * (uint32_t)x[j];
    (*high)[j] = (int32_t)(product >> 32);
    (*low)[j] = (int32_t)product;
  }
#endif
}

// Within each four lanes: the lower two of a and of b, or the upper two, one by one (ZIP) or as they stand (HALVES).
#if WIDTH == 16
#define ZIP_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define ZIP_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define HALVES_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HALVES_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#elif WIDTH == 8
#define ZIP_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define ZIP_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define HALVES_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HALVES_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define ZIP_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 4, 1, 5)
#define ZIP_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 6, 3, 7)
#define HALVES_LOW(a, b) SHUFFLE_FLOATS(a, b, 0, 1, 4, 5)
#define HALVES_HIGH(a, b) SHUFFLE_FLOATS(a, b, 2, 3, 6, 7)
#endif

// Which block a lane computes, so that turning each four lanes by four registers puts the words in order.
INLINE Ints blocks_from(uint32_t first) {
  Ints blocks;
  UNROLL for (int j = 0; j < WIDTH; j++) blocks[j] = WIDTH / 4 * (j % 4) + j / 4;
  return splat_int((int32_t)first) + blocks;
}

// words (GROUPS × 4 vectors): those of the blocks from `block` on, in order. Two groups, because one alone waits for its products.
INLINE void philox(const RandomStream *s, uint32_t block, Ints words[GROUPS * 4]) {
  Ints x0[GROUPS], x1[GROUPS], x2[GROUPS], x3[GROUPS];
  UNROLL for (int g = 0; g < GROUPS; g++) {
    x0[g] = blocks_from(block + g * WIDTH);
    x1[g] = splat_int((int32_t)s->counter[0]);
    x2[g] = splat_int((int32_t)s->counter[1]);
    x3[g] = splat_int((int32_t)s->counter[2]);
  }
  uint32_t k0 = s->key[0], k1 = s->key[1];
  UNROLL for (int round = 0; round < 10; round++) {
    UNROLL for (int g = 0; g < GROUPS; g++) {
      Ints high_a, low_a, high_b, low_b;
      multiply_wide(x0[g], 0xd2511f53u, &high_a, &low_a);
      multiply_wide(x2[g], 0xcd9e8d57u, &high_b, &low_b);
      x0[g] = high_b ^ x1[g] ^ splat_int((int32_t)k0);
      x1[g] = low_b;
      x2[g] = high_a ^ x3[g] ^ splat_int((int32_t)k1);
      x3[g] = low_a;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  UNROLL for (int g = 0; g < GROUPS; g++) {
    const Floats a = (Floats)x0[g], b = (Floats)x1[g], c = (Floats)x2[g], d = (Floats)x3[g];
    const Floats ab = ZIP_LOW(a, b), cd = ZIP_LOW(c, d), ab_high = ZIP_HIGH(a, b), cd_high = ZIP_HIGH(c, d);
    words[4 * g] = (Ints)HALVES_LOW(ab, cd);
    words[4 * g + 1] = (Ints)HALVES_HIGH(ab, cd);
    words[4 * g + 2] = (Ints)HALVES_LOW(ab_high, cd_high);
    words[4 * g + 3] = (Ints)HALVES_HIGH(ab_high, cd_high);
  }
}
