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

// The features that x holds: those of an ascending list, or all if there is none.
typedef struct {
  const int32_t *list;
  int32_t count;
} Needed;

INLINE Needed needed_at(const Context *c, int32_t offset, int32_t features) {
  const int32_t *list = optional_ints_at(c, offset);
  return list ? (Needed){list + 1, list[0]} : (Needed){0, features};
}

// The feature in row k of x.
INLINE int32_t feature_of(const Needed *needed, int32_t k) { return needed->list ? needed->list[k] : k; }

// From row k on, which holds a feature of the tile that ends before feature `limit`: the first row that holds none of it.
INLINE int32_t rows_end(const Needed *needed, int32_t k, int32_t limit) {
  const int32_t most = needed->count - k < TILE ? needed->count : k + TILE;
  if (feature_of(needed, most - 1) < limit) return most;
  while (feature_of(needed, k) < limit) k++;
  return k;
}

// One block of a batch: where its images begin; `size` of its lanes hold one.
typedef struct {
  const uint8_t *image[LANES];
  int32_t size;
} Block;

// Features feature … feature + 15 of 16 lanes of a block, of which rows k … end − 1 of x hold some. Returns for each feature whether it
// is not zero in any of the lanes.
INLINE Bytes gather_tile(const Block *block, int lane, size_t feature, const Needed *needed, int32_t k, int32_t end, Floats scale,
                         float *x) {
  const uint8_t *const *image = block->image + lane;
  Bytes tile[TILE];
  if (lane + TILE <= block->size) {
    UNROLL for (int j = 0; j < TILE; j++) tile[j] = load_bytes(image[j] + feature);
  } else {
    UNROLL for (int j = 0; j < TILE; j++) tile[j] = lane + j < block->size ? load_bytes(image[j] + feature) : (Bytes){0};
  }
  Bytes lit = tile[0];
  UNROLL for (int j = 1; j < TILE; j++) lit |= tile[j];
  float *out = x + (size_t)k * LANES + lane;
  if (!any(lit)) {
    for (; k < end; k++, out += LANES) UNROLL for (int v = 0; v < TILE; v += WIDTH) store(out + v, zeros());
    return lit;
  }
  transpose_tile(tile);
  if (end - k == TILE) {
    UNROLL for (int j = 0; j < TILE; j++) store_scaled(out + j * LANES, tile[j], scale);
  } else {
    // A copy that is indexed: the tile itself stays in registers.
    Bytes rows[TILE];
    UNROLL for (int j = 0; j < TILE; j++) rows[j] = tile[j];
    for (; k < end; k++, out += LANES) store_scaled(out, rows[feature_of(needed, k) - feature], scale);
  }
  return lit;
}

// Row k of x, lane by lane: for features that do not fill a tile. Returns whether it is not zero in any lane.
INLINE uint8_t gather_feature(const Block *block, size_t feature, int32_t k, float scale, float *x) {
  uint8_t lit = 0;
  for (int lane = 0; lane < LANES; lane++) {
    const uint8_t value = lane < block->size ? block->image[lane][feature] : 0;
    x[(size_t)k * LANES + lane] = (float)value * scale;
    lit |= value;
  }
  return lit;
}

// One block; x (needed, LANES). Adds to flags (needed), if there are any, whether a feature is not zero.
INLINE void gather_block(const Block *block, int32_t features, const Needed *needed, float scale, float *x, int32_t *flags) {
  int32_t k = 0;
  for (int32_t feature = 0; feature + TILE <= features && k < needed->count; feature += TILE) {
    if (feature_of(needed, k) >= feature + TILE) continue;
    const int32_t end = rows_end(needed, k, feature + TILE);
    Bytes lit = {0};
    for (int lane = 0; lane < LANES; lane += TILE)
      lit |= gather_tile(block, lane, feature, needed, k, end, splat(scale), x);
    if (flags && any(lit)) {
      uint8_t is_lit[TILE];
      __builtin_memcpy(is_lit, &lit, sizeof is_lit);
      for (int32_t row = k; row < end; row++) flags[row] |= is_lit[feature_of(needed, row) - feature];
    }
    k = end;
  }
  for (; k < needed->count; k++) {
    const uint8_t lit = gather_feature(block, feature_of(needed, k), k, scale, x);
    if (flags) flags[k] |= lit;
  }
}

// From flags (rows) behind the count to the list of rows whose flag is set. The list grows more slowly than it reads.
INLINE void list_active(int32_t *active, int32_t rows) {
  int32_t count = 0;
  for (int32_t row = 0; row < rows; row++) {
    const int32_t lit = active[1 + row];
    active[1 + count] = row;
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

// Pictures (features ÷ plane channels, height, width) and how those of a step's batch are moved; `moved` takes a block of them.
typedef struct {
  int32_t height, width;
  const int32_t *moves;
  uint8_t *moved;
} Moving;

// One picture, moved: see gatherPictures in the instruction table.
INLINE void move_picture(const Moving *m, int32_t move, int32_t channels, const uint8_t *from, uint8_t *to) {
  const int flipped = move & 1;
  const int32_t rows = ((move >> 8) & 0xff) - 128, columns = ((move >> 16) & 0xff) - 128;
  // Columns of the result that come from inside of the picture.
  const int32_t first = columns < 0 ? (-columns < m->width ? -columns : m->width) : 0;
  const int32_t end = columns > 0 ? (columns < m->width ? m->width - columns : 0) : m->width;
  for (int32_t k = 0; k < channels; k++, from += m->height * m->width)
    for (int32_t r = 0; r < m->height; r++, to += m->width) {
      const int32_t row = r + rows;
      for (int32_t q = 0; q < m->width; q++) to[q] = 0;
      if (row < 0 || row >= m->height) continue;
      const uint8_t *line = from + row * m->width;
      if (flipped)
        for (int32_t q = first; q < end; q++) to[q] = line[m->width - 1 - q - columns];
      else
        for (int32_t q = first; q < end; q++) to[q] = line[q + columns];
    }
}

// x (blocks, needed, LANES), targets (blocks × LANES), active (1 + needed): see the instruction table. moving: null for examples as they are.
INLINE void gather_batch(const Context *c, const Gather *op, const Moving *moving) {
  const uint32_t *indices = (const uint32_t *)ints_at(c, op->indices) + (size_t)c->step * op->batch;
  const int32_t size = ints_at(c, op->sizes)[c->step];
  const uint8_t *images = data_at(c, op->images), *labels = data_at(c, op->labels);
  const Needed needed = needed_at(c, op->needed, op->features);
  int32_t *active = optional_ints_at(c, op->active), *targets = ints_at(c, op->targets);
  if (active)
    for (int32_t row = 0; row < needed.count; row++) active[1 + row] = 0;
  for (int32_t b = 0; b < op->blocks; b++) {
    const uint32_t *examples = indices + b * LANES;
    Block block = {.size = size - b * LANES < LANES ? size - b * LANES : LANES};
    for (int lane = 0; lane < LANES; lane++) {
      const int inside = lane < block.size;
      block.image[lane] = inside ? images + (size_t)examples[lane] * op->features : 0;
      if (inside && moving) {
        uint8_t *moved = moving->moved + (size_t)lane * op->features;
        move_picture(moving, moving->moves[b * LANES + lane], op->features / (moving->height * moving->width), block.image[lane], moved);
        block.image[lane] = moved;
      }
      targets[b * LANES + lane] = inside ? labels[examples[lane]] : 0;
    }
    float *x = floats_at(c, op->x) + (size_t)b * needed.count * LANES;
    gather_block(&block, op->features, &needed, floats_at(c, op->scale)[0], x, active ? active + 1 : 0);
  }
  if (active) list_active(active, needed.count);
  if (c->step + 1 < c->steps) ask_for(images, indices + op->batch, ints_at(c, op->sizes)[c->step + 1], op->features);
}

KERNEL void gather(const Context *c, const Gather *op) { gather_batch(c, op, 0); }

_Static_assert(offsetof(GatherPictures, height) == sizeof(Gather), "the operands of gather come first");

KERNEL void gather_pictures(const Context *c, const GatherPictures *op) {
  const Moving moving = {.height = op->height,
                         .width = op->width,
                         .moves = ints_at(c, op->moves) + (size_t)c->step * op->batch,
                         .moved = (uint8_t *)ints_at(c, op->scratch)};
  gather_batch(c, (const Gather *)op, &moving);
}

// x (needed, LANES) = images[step] × scale; images: (blocks, features, LANES) u8. active (1 + needed) as gather writes it.
KERNEL void load_block(const Context *c, const LoadBlock *op) {
  const uint8_t *images = data_at(c, op->images) + (size_t)c->step * op->features * LANES;
  const Needed needed = needed_at(c, op->needed, op->features);
  const Floats scale = splat(floats_at(c, op->scale)[0]);
  float *x = floats_at(c, op->x);
  int32_t *active = optional_ints_at(c, op->active), count = 0;
  for (int32_t k = 0; k < needed.count; k++, x += LANES) {
    const uint8_t *bytes = images + (size_t)feature_of(&needed, k) * LANES;
    Bytes lit = {0};
    UNROLL for (int lane = 0; lane < LANES; lane += TILE) {
      const Bytes values = load_bytes(bytes + lane);
      lit |= values;
      store_scaled(x + lane, values, scale);
    }
    if (!active) continue;
    active[1 + count] = k;
    count += any(lit);
  }
  if (active) active[0] = count;
}
