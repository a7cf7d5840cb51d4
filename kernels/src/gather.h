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
  const Bytes low = interleave_low(bytes, zero), high = interleave_high(bytes, zero);
#define LOW_PAIRS(v) (Ints) SHUFFLE_BYTES(v, zero, 0, 1, 16, 16, 2, 3, 16, 16, 4, 5, 16, 16, 6, 7, 16, 16)
#define HIGH_PAIRS(v) (Ints) SHUFFLE_BYTES(v, zero, 8, 9, 16, 16, 10, 11, 16, 16, 12, 13, 16, 16, 14, 15, 16, 16)
  store(out, __builtin_convertvector(LOW_PAIRS(low), Floats) * scale);
  store(out + 4, __builtin_convertvector(HIGH_PAIRS(low), Floats) * scale);
  store(out + 8, __builtin_convertvector(LOW_PAIRS(high), Floats) * scale);
  store(out + 12, __builtin_convertvector(HIGH_PAIRS(high), Floats) * scale);
#undef LOW_PAIRS
#undef HIGH_PAIRS
#else
  for (int j = 0; j < TILE; j++) out[j] = (float)bytes[j] * scale[0];
#endif
}

// Where the images of a batch begin: row `lane` of the batch, or null beyond its size.
typedef struct {
  const uint8_t *images;
  const uint32_t *indices;
  size_t features;
  int32_t size;
} Batch;

INLINE const uint8_t *image_of(const Batch *batch, int32_t lane) {
  return lane < batch->size ? batch->images + batch->indices[lane] * batch->features : 0;
}

// `count` bytes (16, or fewer at the end of an image), the rest zero. Reads nothing beyond them.
INLINE Bytes pixels(const uint8_t *image, size_t feature, int count) {
  Bytes bytes = {0};
  if (!image) return bytes;
  if (count == TILE) return load_bytes(image + feature);
  for (int j = 0; j < count; j++) bytes[j] = image[feature + j];
  return bytes;
}

INLINE int any(Bytes bytes) {
  uint64_t half[2];
  __builtin_memcpy(half, &bytes, sizeof half);
  return (half[0] | half[1]) != 0;
}

// Up to 16 features from `feature` on, of all lanes. Appends to the list of active features.
INLINE void gather_features(const Batch *batch, int32_t feature, const int count, int32_t blocks, Floats scale, float *x,
                            int32_t *active) {
  Bytes lit = {0};
  for (int32_t lane = 0; lane < batch->size; lane++) lit |= pixels(image_of(batch, lane), feature, count);
  const size_t block = batch->features * LANES;
  float *out = x + (size_t)feature * LANES;
  if (!any(lit)) {
    for (int32_t b = 0; b < blocks; b++)
      for (int at = 0; at < count * LANES; at += WIDTH) store(out + b * block + at, zeros());
    return;
  }
  for (int j = 0; j < count; j++)
    if (lit[j]) active[++active[0]] = feature + j;
  for (int32_t b = 0; b < blocks; b++)
    for (int lane = 0; lane < LANES; lane += TILE) {
      Bytes tile[TILE];
      UNROLL for (int j = 0; j < TILE; j++) tile[j] = pixels(image_of(batch, b * LANES + lane + j), feature, count);
      transpose_tile(tile);
      UNROLL for (int j = 0; j < TILE; j++) {
        if (j < count) store_scaled(out + b * block + j * LANES + lane, tile[j], scale);
      }
    }
}

// Asks for the images of the next step early: they lie anywhere in memory.
INLINE void prefetch_images(const Batch *batch) {
  for (int32_t lane = 0; lane < batch->size; lane++)
    for (size_t byte = 0; byte < batch->features; byte += 64) __builtin_prefetch(image_of(batch, lane) + byte, 0, 2);
}

INLINE Batch batch_at(const Context *c, const Gather *op, int32_t step) {
  return (Batch){.images = data_at(c, op->images),
                 .indices = (const uint32_t *)ints_at(c, op->indices) + (size_t)step * op->batch,
                 .features = op->features,
                 .size = ints_at(c, op->sizes)[step]};
}

// x (blocks, features, LANES), targets (blocks × LANES), active (1 + features): see the instruction table.
KERNEL void gather(const Context *c, const Gather *op) {
  const Batch batch = batch_at(c, op, c->step);
  const Floats scale = splat(floats_at(c, op->scale)[0]);
  float *x = floats_at(c, op->x);
  int32_t *active = ints_at(c, op->active), *targets = ints_at(c, op->targets);
  const uint8_t *labels = data_at(c, op->labels);
  active[0] = 0;
  int32_t feature = 0;
  for (; feature + TILE <= op->features; feature += TILE)
    gather_features(&batch, feature, TILE, op->blocks, scale, x, active);
  if (feature < op->features)
    gather_features(&batch, feature, op->features - feature, op->blocks, scale, x, active);
  for (int32_t lane = 0; lane < op->blocks * LANES; lane++)
    targets[lane] = lane < batch.size ? labels[batch.indices[lane]] : 0;
  if (c->step + 1 < c->steps) {
    const Batch next = batch_at(c, op, c->step + 1);
    prefetch_images(&next);
  }
}

// x (features, LANES) = images[step] × scale; images: (blocks, features, LANES) u8.
KERNEL void load_block(const Context *c, const LoadBlock *op) {
  const size_t values = (size_t)op->features * LANES;
  const uint8_t *bytes = data_at(c, op->images) + (size_t)c->step * values;
  const Floats scale = splat(floats_at(c, op->scale)[0]);
  float *x = floats_at(c, op->x);
  for (size_t at = 0; at < values; at += TILE) store_scaled(x + at, load_bytes(bytes + at), scale);
}
