// What every kernel gets beside its operands.
#pragma once
#include "generated.h"
#include "vector.h"

typedef struct {
  float *arena;
  const uint8_t *data;
  // The step within the call, and how many the call runs.
  int32_t step, steps;
  // Of a divided instruction: which part of its rows this is, where each part begins, and the part's own working memory. Null otherwise.
  int32_t part;
  const int32_t *bounds;
  float *scratch;
} Context;

// Rows first … end − 1.
typedef struct {
  int32_t first, end;
} Rows;

// Those of `count` rows that are to be computed.
INLINE Rows rows_of(const Context *c, int32_t count) {
  return c->bounds ? (Rows){c->bounds[c->part], c->bounds[c->part + 1]} : (Rows){0, count};
}

INLINE int has_row(Rows rows, int32_t row) { return row >= rows.first && row < rows.end; }

// Arena regions, by their offset in words; 0 stands for a region that is not there.
INLINE float *floats_at(const Context *c, int32_t offset) { return c->arena + offset; }
INLINE int32_t *ints_at(const Context *c, int32_t offset) { return (int32_t *)(c->arena + offset); }
INLINE float *optional_floats_at(const Context *c, int32_t offset) { return offset ? c->arena + offset : 0; }
INLINE int32_t *optional_ints_at(const Context *c, int32_t offset) { return offset ? ints_at(c, offset) : 0; }

// The part's own of `words` words of working memory for each part.
INLINE float *part_scratch(const Context *c, int32_t offset, int32_t words) {
  return floats_at(c, offset) + (c->bounds ? (size_t)c->part * words : 0);
}

// Working memory of an update.
INLINE float *scratch_at(const Context *c, int32_t offset) { return c->scratch ? c->scratch : floats_at(c, offset); }

// Data, by its offset in lines of 64 bytes.
INLINE const uint8_t *data_at(const Context *c, int32_t line) { return c->data + (size_t)line * 64; }

// Regions of 32-bit integers and of floats overlap in the arena's type only, never in what they hold.
_Static_assert(sizeof(float) == 4 && sizeof(int32_t) == 4, "words are 32 bits");
