// Philox 4×32-10 (packages/arithmetic/src/philox.ts).
#pragma once
#include "vector.h"

typedef struct {
  uint32_t key[2], counter[3]; // the counter's upper three words
} RandomStream;

// The four words of block `block`.
INLINE void philox(const RandomStream *s, uint32_t block, uint32_t out[4]) {
  uint32_t x0 = block, x1 = s->counter[0], x2 = s->counter[1], x3 = s->counter[2], k0 = s->key[0], k1 = s->key[1];
  UNROLL for (int round = 0; round < 10; round++) {
    const uint64_t a = (uint64_t)0xd2511f53u * x0, b = (uint64_t)0xcd9e8d57u * x2;
    x0 = (uint32_t)(b >> 32) ^ x1 ^ k0;
    x1 = (uint32_t)b;
    x2 = (uint32_t)(a >> 32) ^ x3 ^ k1;
    x3 = (uint32_t)a;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
