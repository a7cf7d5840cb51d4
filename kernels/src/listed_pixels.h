// Dense input gradients of convolutions that pool: of a pooled gradient, which is 0 in three of four values at least, only those pixels are read that
// are not 0 in all lanes of a group. Which they are differs from pixel to pixel, so sums go pixel by pixel and hold as many rows as there are
// registers for.
#pragma once
#include "convolution_tile.h"

// Of a tile's patch whether its pixels are not 0 in all lanes of a group, and room for the places of a chunk at which a pixel meets such ones.
typedef struct {
  int32_t *places;
  uint8_t *lit;
} PlaceList;

// Rows of a pixel whose sums go along a list together, and how many of `left` ones do.
#if WIDTH == 16
enum { LISTED_ROWS = 16 };
#else
enum { LISTED_ROWS = 8 / VECTORS };
#endif
INLINE int32_t listed_rows_taken(int32_t left) { return left >= LISTED_ROWS ? LISTED_ROWS : 1; }

// Sums of `rows` rows at one pixel, along the list of the places at which it meets anything but 0.
INLINE void listed_run(const int rows, const float *weights, const int32_t *offset, const int32_t *list, int32_t count, const float *pixels,
                       float *to, size_t plane) {
  Floats sum[LISTED_ROWS][VECTORS];
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < VECTORS; v++) sum[r][v] = load(to + r * plane + v * WIDTH);
  for (int32_t k = 0; k < count; k++) {
    const float *lanes = pixels + offset[list[k]], *weight = weights + (size_t)list[k] * rows;
    Floats x[VECTORS];
    UNROLL for (int v = 0; v < VECTORS; v++) x[v] = load(lanes + v * WIDTH);
    UNROLL for (int r = 0; r < rows; r++) {
      const Floats w = splat(weight[r]);
      UNROLL for (int v = 0; v < VECTORS; v++) sum[r][v] = sum[r][v] + w * x[v];
    }
  }
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < VECTORS; v++) store(to + r * plane + v * WIDTH, sum[r][v]);
}

KERNEL void listed_run_of_block(const float *weights, const int32_t *offset, const int32_t *list, int32_t count, const float *pixels, float *to,
                                size_t plane) {
  listed_run(LISTED_ROWS, weights, offset, list, count, pixels, to, plane);
}

// A group of lanes of a dense tile's chunk whose source is a pooled gradient: pixel by pixel, and only what is not 0 in all lanes.
INLINE void add_listed_chunk(const Convolution *m, const Patch *patch, const Sums *sums, int32_t channels, const float *weights,
                             const float *values, float *to, const PlaceList *list) {
  const int32_t places = channels * m->geometry.kernel * m->geometry.kernel;
  for (int32_t p = 0; p < channels * patch->rows * patch->columns; p++) list->lit[p] = any_in_group(values + (size_t)p * GROUP);
  for (int32_t r = 0; r < patch->tile_rows; r++)
    for (int32_t x = 0; x < patch->tile_columns; x++) {
      const size_t pixel = (size_t)r * patch->columns + x;
      int32_t count = 0;
      for (int32_t k = 0; k < places; k++) {
        list->places[count] = k;
        count += list->lit[pixel + patch->offsets[k] / GROUP];
      }
      float *sum = to + ((size_t)r * sums->columns + x) * GROUP;
      const float *weight = weights;
      for (int32_t row = 0, rows; row < m->rows; row += rows, weight += rows * places) {
        rows = listed_rows_taken(m->rows - row);
        if (rows == LISTED_ROWS)
          listed_run_of_block(weight, patch->offsets, list->places, count, values + pixel * GROUP, sum + row * sums->plane, sums->plane);
        else
          listed_run(1, weight, patch->offsets, list->places, count, values + pixel * GROUP, sum + row * sums->plane, sums->plane);
      }
    }
}
