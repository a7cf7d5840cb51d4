// Products with every weight, in register tiles of TILE_ROWS × TILE_SPAN vectors.
#pragma once
#include "blocking.h"
#include "compressed.h"

// y (rows, LANES) = finish(biases + W x), x (columns, LANES). The weight of (row, column) lies at row · row_stride + column · column_stride.
typedef struct {
  Rows rows; // those to compute
  int32_t columns;
  const float *weights;
  size_t row_stride, column_stride;
  const int32_t *active; // the columns that count, ascending, or null for all
  const float *biases;   // (rows) or null for +0
} DenseProduct;

// One tile: `rows` rows from `row` on, TILE_SPAN vectors from `lane` on, adding columns number first … end − 1 to y.
// listed: whether there is a list of active columns.
INLINE void dense_tile(const int rows, const int listed, const DenseProduct *m, int32_t row, int lane, int32_t first, int32_t end,
                       int finishes, const Finish *finish, const float *x, float *y) {
  Floats sum[TILE_ROWS][TILE_SPAN];
  const size_t at = (size_t)row * LANES + lane;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int p = 0; p < TILE_SPAN; p++)
      sum[r][p] = first > 0 ? load(y + at + r * LANES + p * WIDTH) : splat(m->biases ? m->biases[row + r] : 0.0f);
  // Three rows are within reach of one address: at 0, 1 and 2 strides.
  const float *weights = m->weights + (size_t)row * m->row_stride, *further = weights + 3 * m->row_stride;
  x += lane;
  for (int32_t k = first; k < end; k++) {
    const size_t column = listed ? m->active[k] : k;
    const float *w[2] = {address(weights + column * m->column_stride), rows > 3 ? address(further + column * m->column_stride) : 0};
    AS_IT_IS(x);
    const float *features = feature_at(x, column);
    Floats lanes[TILE_SPAN];
    UNROLL for (int p = 0; p < TILE_SPAN; p++) lanes[p] = load(features + p * WIDTH);
    UNROLL for (int r = 0; r < rows; r++) {
      const Floats weight = splat(w[r / 3][r % 3 * m->row_stride]);
      UNROLL for (int p = 0; p < TILE_SPAN; p++) sum[r][p] = sum[r][p] + weight * lanes[p];
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int p = 0; p < TILE_SPAN; p++) {
      const size_t place = at + r * LANES + p * WIDTH;
      store(y + place, finishes ? finished(finish, sum[r][p], place) : sum[r][p]);
    }
}

// One block. Columns are taken in groups that stay in the first-level cache while all rows pass over them.
INLINE void dense_product(const int listed, const DenseProduct *m, const Finish *finish, const float *x, float *y) {
  int32_t first = 0;
  do {
    const int32_t end = m->columns - first < PRODUCT_FEATURES ? m->columns : first + PRODUCT_FEATURES;
    const int finishes = end == m->columns;
    int32_t row = m->rows.first;
    for (; row + TILE_ROWS <= m->rows.end; row += TILE_ROWS)
      for (int lane = 0; lane < LANES; lane += TILE_SPAN * WIDTH)
        dense_tile(TILE_ROWS, listed, m, row, lane, first, end, finishes, finish, x, y);
    for (; row < m->rows.end; row++)
      for (int lane = 0; lane < LANES; lane += TILE_SPAN * WIDTH)
        dense_tile(1, listed, m, row, lane, first, end, finishes, finish, x, y);
    first = end;
  } while (first < m->columns);
}

// y (blocks, outputs, LANES) = relu?(biases + W x), x (blocks, inputs, LANES). Features that are zero in the whole batch are skipped.
KERNEL void dense_forward(const Context *c, const DenseForward *op) {
  const int32_t *active = optional_ints_at(c, op->active);
  DenseProduct product = {
      .rows = rows_of(c, op->outputs),
      .columns = active ? active[0] : op->inputs,
      .weights = floats_at(c, op->weights),
      .row_stride = op->inputs,
      .column_stride = 1,
      .active = active ? active + 1 : 0,
      .biases = floats_at(c, op->biases),
  };
  const Finish finish = {.gate = 0, .relu = op->relu};
  for (int32_t b = 0; b < op->blocks; b++) {
    const float *x = floats_at(c, op->x) + (size_t)b * op->inputs * LANES;
    float *y = floats_at(c, op->y) + (size_t)b * op->outputs * LANES;
    if (active)
      dense_product(1, &product, &finish, x, y);
    else
      dense_product(0, &product, &finish, x, y);
  }
}

// dx (blocks, inputs, LANES) = Wᵀ dy, zero where gate is not > 0; dy (blocks, outputs, LANES). dx overlaps nothing else.
KERNEL void dense_input_gradient(const Context *c, const DenseInputGradient *op) {
  const DenseProduct product = {
      .rows = rows_of(c, op->inputs),
      .columns = op->outputs,
      .weights = floats_at(c, op->weights),
      .row_stride = 1,
      .column_stride = op->inputs,
      .active = 0,
      .biases = 0,
  };
  const float *gate = optional_floats_at(c, op->gate);
  for (int32_t b = 0; b < op->blocks; b++) {
    const float *dy = floats_at(c, op->dy) + (size_t)b * op->outputs * LANES;
    const size_t at = (size_t)b * op->inputs * LANES;
    const Finish finish = {.gate = gate ? gate + at : 0, .relu = 0};
    dense_product(0, &product, &finish, dy, floats_at(c, op->dx) + at);
  }
}
