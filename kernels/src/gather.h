// From bytes of images to activations: transposes 16 × 16 bytes with shuffles, skipping what is zero in the whole batch.
#pragma once
#include "context.h"

enum { TILE = 16 };

INLINE Bytes load_bytes(const uint8_t *p) {
  Bytes bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

INLINE Bytes interleave_low(Bytes a, Bytes b) {
  return SHUFFLE_BYTES(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
INLINE Bytes interleave_high(Bytes a, Bytes b) {
  return SHUFFLE_BYTES(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

INLINE Shorts interleave_low_shorts(Shorts a, Shorts b) { return SHUFFLE_SHORTS(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
INLINE Shorts interleave_high_shorts(Shorts a, Shorts b) { return SHUFFLE_SHORTS(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

// tile (16 rows of 16 bytes) transposed in place: four rounds that interleave row j with row j + 8.
INLINE void transpose_tile(Bytes tile[TILE]) {
  UNROLL for (int round = 0; round < 4; round++) {
    Bytes next[TILE];
    UNROLL for (int j = 0; j < TILE / 2; j++) {
      next[2 * j] = interleave_low(tile[j], tile[j + TILE / 2]);
      next[2 * j + 1] = interleave_high(tile[j], tile[j + TILE / 2]);
    }
    UNROLL for (int j = 0; j < TILE; j++) tile[j] = next[j];
  }
}

// out (16) = bytes × scale.
INLINE void store_scaled(float *out, Bytes bytes, Floats scale) {
#if WIDTH == 16 && defined(__AVX512F__)
  store(out, (Floats)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32((__m128i)bytes)) * scale);
#elif WIDTH == 8 && defined(__AVX2__)
  const __m128i low = (__m128i)bytes, high = _mm_unpackhi_epi64(low, low);
  store(out, (Floats)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(low)) * scale);
  store(out + 8, (Floats)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(high)) * scale);
#elif WIDTH == 4
  // Interleaving with zeros twice widens 8 bits to 32.
  const Bytes zero = {0};
  const Shorts low = (Shorts)interleave_low(bytes, zero), high = (Shorts)interleave_high(bytes, zero);
  store(out, __builtin_convertvector((Ints)interleave_low_shorts(low, (Shorts)zero), Floats) * scale);
  store(out + 4, __builtin_convertvector((Ints)interleave_high_shorts(low, (Shorts)zero), Floats) * scale);
  store(out + 8, __builtin_convertvector((Ints)interleave_low_shorts(high, (Shorts)zero), Floats) * scale);
  store(out + 12, __builtin_convertvector((Ints)interleave_high_shorts(high, (Shorts)zero), Floats) * scale);
#else
  for (int j = 0; j < TILE; j++) out[j] = (float)bytes[j] * scale[0];
#endif
}

INLINE int any(Bytes bytes) {
  uint64_t half[2];
  __builtin_memcpy(half, &bytes, sizeof half);
  return (half[0] | half[1]) != 0;
}

// One block of a batch: where its images begin; `size` of its lanes hold one.
typedef struct {
  const uint8_t *image[LANES];
  int32_t size;
} Block;

// Features feature … feature + 15 of 16 lanes of a block. Returns for each whether it is not zero in any of them.
INLINE Bytes gather_tile(const Block *block, int lane, size_t feature, Floats scale, float *x) {
  const uint8_t *const *image = block->image + lane;
  Bytes tile[TILE];
  if (lane + TILE <= block->size) {
    UNROLL for (int j = 0; j < TILE; j++) tile[j] = load_bytes(image[j] + feature);
  } else {
    UNROLL for (int j = 0; j < TILE; j++) tile[j] = lane + j < block->size ? load_bytes(image[j] + feature) : (Bytes){0};
  }
  Bytes lit = tile[0];
  UNROLL for (int j = 1; j < TILE; j++) lit |= tile[j];
  float *out = x + feature * LANES + lane;
  if (any(lit)) {
    transpose_tile(tile);
    UNROLL for (int j = 0; j < TILE; j++) store_scaled(out + j * LANES, tile[j], scale);
  } else {
    UNROLL for (int j = 0; j < TILE; j++)
      UNROLL for (int v = 0; v < TILE; v += WIDTH) store(out + j * LANES + v, zeros());
  }
  return lit;
}

// One feature, lane by lane: for those that do not fill a tile. Returns whether it is not zero in any lane.
INLINE uint8_t gather_feature(const Block *block, size_t feature, float scale, float *x) {
  uint8_t lit = 0;
  for (int lane = 0; lane < LANES; lane++) {
    const uint8_t value = lane < block->size ? block->image[lane][feature] : 0;
    x[feature * LANES + lane] = (float)value * scale;
    lit |= value;
  }
  return lit;
}

// All features of one block; x (features, LANES). Adds to flags (features) whether a feature is not zero.
INLINE void gather_block(const Block *block, int32_t features, float scale, float *x, int32_t *flags) {
  int32_t feature = 0;
  for (; feature + TILE <= features; feature += TILE) {
    Bytes lit = {0};
    for (int lane = 0; lane < LANES; lane += TILE) lit |= gather_tile(block, lane, feature, splat(scale), x);
    if (any(lit))
      for (int j = 0; j < TILE; j++) flags[feature + j] |= lit[j];
  }
  for (; feature < features; feature++) flags[feature] |= gather_feature(block, feature, scale, x);
}

// From flags (features) to the list of features whose flag is set: count, then the features. The list grows more slowly than it reads.
INLINE void list_active(int32_t *active, int32_t features) {
  int32_t count = 0;
  for (int32_t feature = 0; feature < features; feature++) {
    const int32_t lit = active[1 + feature];
    active[1 + count] = feature;
    count += lit != 0;
  }
  active[0] = count;
}

// Asks for the images of the next step, which lie anywhere in memory. One byte is really read, since processors drop requests for pages
// that they must look up.
INLINE void ask_for(const uint8_t *images, const uint32_t *indices, int32_t count, int32_t features) {
  for (int32_t lane = 0; lane < count; lane++) {
    const uint8_t *image = images + (size_t)indices[lane] * features;
    (void)*(const volatile uint8_t *)image;
    for (int32_t byte = 0; byte < features; byte += 64) __builtin_prefetch(image + byte, 0, 2);
  }
}

// x (blocks, features, LANES), targets (blocks × LANES), active (1 + features): see the instruction table.
KERNEL void gather(const Context *c, const Gather *op) {
  const uint32_t *indices = (const uint32_t *)ints_at(c, op->indices) + (size_t)c->step * op->batch;
  const int32_t size = ints_at(c, op->sizes)[c->step];
  const uint8_t *images = data_at(c, op->images), *labels = data_at(c, op->labels);
  int32_t *active = ints_at(c, op->active), *targets = ints_at(c, op->targets);
  for (int32_t feature = 0; feature < op->features; feature++) active[1 + feature] = 0;
  for (int32_t b = 0; b < op->blocks; b++) {
    const uint32_t *examples = indices + b * LANES;
    Block block = {.size = size - b * LANES < LANES ? size - b * LANES : LANES};
    for (int lane = 0; lane < LANES; lane++) {
      const int inside = lane < block.size;
      block.image[lane] = inside ? images + (size_t)examples[lane] * op->features : 0;
      targets[b * LANES + lane] = inside ? labels[examples[lane]] : 0;
    }
    float *x = floats_at(c, op->x) + (size_t)b * op->features * LANES;
    gather_block(&block, op->features, floats_at(c, op->scale)[0], x, active + 1);
  }
  list_active(active, op->features);
  if (c->step + 1 < c->steps) ask_for(images, indices + op->batch, ints_at(c, op->sizes)[c->step + 1], op->features);
}

// x (features, LANES) = images[step] × scale; images: (blocks, features, LANES) u8.
KERNEL void load_block(const Context *c, const LoadBlock *op) {
  const size_t values = (size_t)op->features * LANES;
  const uint8_t *bytes = data_at(c, op->images) + (size_t)c->step * values;
  const Floats scale = splat(floats_at(c, op->scale)[0]);
  float *x = floats_at(c, op->x);
  for (size_t at = 0; at < values; at += TILE) store_scaled(x + at, load_bytes(bytes + at), scale);
}
