// Vectors of WIDTH floats (16: AVX-512, 8: AVX2, 4: SSE2, NEON, WebAssembly) on the vector extensions of GCC and clang.
// Plain + − × ÷ on them round each operation on its own (-ffp-contract=off).
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#ifndef WIDTH
#error "WIDTH must be 16, 8 or 4"
#endif

// Lanes of a block: an activation of n features is (blocks, n, LANES).
enum { LANES = 64 };

#define INLINE static inline __attribute__((always_inline))
// Kernels stay functions of their own: registers are then allocated for one inner loop at a time, and a WebAssembly engine
// can replace its first quick translation of a kernel between two instructions.
#define KERNEL static __attribute__((noinline))

#if defined(__wasm__)
// One turn at a time: see block_ends.
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_BY_4 _Pragma("clang loop unroll(disable)")
#elif defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_BY_4 _Pragma("clang loop unroll_count(4)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#define UNROLL_BY_4 _Pragma("GCC unroll 4")
#endif

typedef float Floats __attribute__((vector_size(4 * WIDTH), may_alias));
typedef int32_t Ints __attribute__((vector_size(4 * WIDTH), may_alias));
typedef float UnalignedFloats __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef uint8_t Bytes __attribute__((vector_size(16), may_alias));
typedef uint16_t Shorts __attribute__((vector_size(16), may_alias));

// SHUFFLE_*(a, b, lanes…): lanes 0 … n − 1 of a, n … 2 n − 1 of b.
#if defined(__clang__)
#define SHUFFLE_FLOATS(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define SHUFFLE_SHORTS(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define SHUFFLE_BYTES(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE_FLOATS(a, b, ...) __builtin_shuffle(a, b, (Ints){__VA_ARGS__})
#define SHUFFLE_SHORTS(a, b, ...) __builtin_shuffle(a, b, (Shorts){__VA_ARGS__})
#define SHUFFLE_BYTES(a, b, ...) __builtin_shuffle(a, b, (Bytes){__VA_ARGS__})
#endif

// Where a basic block must end in WebAssembly. V8 moves all loads of a block before everything that is computed from them, and then
// runs out of registers. What is computed before a possible exit stays before it, if the exit uses it. Always 0.
#if defined(__wasm__)
static volatile int32_t never;
INLINE int block_ends(void) { return never; }
#else
INLINE int block_ends(void) { return 0; }
#endif

// Addresses and offsets that GCC is to use as they are. Left alone it would keep one register for each of the vectors that are read from
// an address, and spill others.
#if defined(__GNUC__) && !defined(__clang__)
#define AS_IT_IS(v) __asm__("" : "+r"(v))
#else
#define AS_IT_IS(v)
#endif

// What is read through `pointer` from here on is read after `v` is known. GCC would bring the loads of several turns of a loop together, and
// spill.
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__)
#define AFTER(pointer, v) __asm__("" : "+r"(pointer), "+v"(v))
#elif defined(__GNUC__) && !defined(__clang__) && (WIDTH == 8 && defined(__AVX__) || WIDTH == 4 && defined(__SSE2__))
#define AFTER(pointer, v) __asm__("" : "+r"(pointer), "+x"(v))
#elif defined(__GNUC__) && !defined(__clang__) && WIDTH == 4 && defined(__aarch64__)
#define AFTER(pointer, v) __asm__("" : "+r"(pointer), "+w"(v))
#else
#define AFTER(pointer, v)
#endif

INLINE const float *address(const float *p) {
  AS_IT_IS(p);
  return p;
}

// The lanes of a feature behind x. Inside a loop, AS_IT_IS(x) goes before it.
INLINE const float *feature_at(const float *x, size_t feature) {
  size_t bytes = feature * LANES * sizeof(float);
  AS_IT_IS(bytes);
  return (const float *)((const char *)x + bytes);
}

INLINE Floats load(const float *p) { return *(const Floats *)p; }
INLINE void store(float *p, Floats v) { *(Floats *)p = v; }
// Writes whole lines past the caches, where there are instructions for that: what is larger than the caches is gone from them before it is read,
// and a line that is written in whole need not be read first. Other threads see it after end_of_stream.
INLINE void stream(float *p, Floats v) {
#if WIDTH == 16 && defined(__AVX512F__)
  _mm512_stream_ps(p, (__m512)v);
#elif WIDTH == 8 && defined(__AVX__)
  _mm256_stream_ps(p, (__m256)v);
#elif WIDTH == 4 && defined(__SSE2__)
  _mm_stream_ps(p, (__m128)v);
#else
  store(p, v);
#endif
}

INLINE void end_of_stream(void) {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

INLINE void store_or_stream(const int streams, float *p, Floats v) {
  if (streams)
    stream(p, v);
  else
    store(p, v);
}

INLINE Floats load_unaligned(const float *p) { return *(const UnalignedFloats *)p; }
INLINE void store_unaligned(float *p, Floats v) { *(UnalignedFloats *)p = v; }

INLINE Floats splat(float f) {
#if WIDTH == 16
  return (Floats){f, f, f, f, f, f, f, f, f, f, f, f, f, f, f, f};
#elif WIDTH == 8
  return (Floats){f, f, f, f, f, f, f, f};
#else
  return (Floats){f, f, f, f};
#endif
}

INLINE Ints splat_int(int32_t i) {
#if WIDTH == 16
  return (Ints){i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i};
#elif WIDTH == 8
  return (Ints){i, i, i, i, i, i, i, i};
#else
  return (Ints){i, i, i, i};
#endif
}

// first, first + 1, …
INLINE Ints count_from(int32_t first) {
#if WIDTH == 16
  return splat_int(first) + (Ints){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif WIDTH == 8
  return splat_int(first) + (Ints){0, 1, 2, 3, 4, 5, 6, 7};
#else
  return splat_int(first) + (Ints){0, 1, 2, 3};
#endif
}

INLINE Floats zeros(void) { return splat(0.0f); }

// Masks are lanes of all ones or all zeros, as comparisons give them.
INLINE Floats keep(Ints mask, Floats v) { return (Floats)((Ints)v & mask); }
INLINE Floats choose(Ints mask, Floats yes, Floats no) { return (Floats)(((Ints)yes & mask) | ((Ints)no & ~mask)); }
INLINE Ints choose_int(Ints mask, Ints yes, Ints no) { return (yes & mask) | (no & ~mask); }

// Whether any bit is set.
INLINE int any_bit(Ints bits) {
#if WIDTH == 16 && defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)bits, (__m512i)bits) != 0;
#elif WIDTH == 8 && defined(__AVX__)
  return !_mm256_testz_si256((__m256i)bits, (__m256i)bits);
#elif WIDTH == 4 && defined(__SSE2__)
  return _mm_movemask_epi8(_mm_cmpeq_epi32((__m128i)bits, _mm_setzero_si128())) != 0xffff;
#elif WIDTH == 4 && defined(__aarch64__)
  return vmaxvq_u32((uint32x4_t)bits) != 0;
#elif WIDTH == 4 && defined(__wasm_simd128__)
  return wasm_v128_any_true((v128_t)bits);
#else
  int32_t all = 0;
  UNROLL for (int j = 0; j < WIDTH; j++) all |= bits[j];
  return all != 0;
#endif
}

INLINE Floats absolute(Floats v) { return (Floats)((Ints)v & splat_int(0x7fffffff)); }
INLINE Floats relu(Floats v) { return keep(v > zeros(), v); }

INLINE Floats square_root(Floats v) {
#if WIDTH == 16 && defined(__AVX512F__)
  return (Floats)_mm512_sqrt_ps((__m512)v);
#elif WIDTH == 8 && defined(__AVX__)
  return (Floats)_mm256_sqrt_ps((__m256)v);
#elif WIDTH == 4 && defined(__SSE2__)
  return (Floats)_mm_sqrt_ps((__m128)v);
#elif WIDTH == 4 && defined(__aarch64__)
  return (Floats)vsqrtq_f32((float32x4_t)v);
#elif WIDTH == 4 && defined(__wasm_simd128__)
  return (Floats)wasm_f32x4_sqrt((v128_t)v);
#else
  Floats roots = v;
  UNROLL for (int j = 0; j < WIDTH; j++) roots[j] = __builtin_sqrtf(v[j]);
  return roots;
#endif
}
