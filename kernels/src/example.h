// Forward passes of one example, by columns: a column whose input is zero is skipped.
#pragma once
#include "context.h"

// Lists the inputs that are not zero, ascending; room for `inputs` of them. Returns how many.
INLINE int32_t list_lit(const float *x, int32_t inputs, int32_t *lit) {
  int32_t count = 0;
  for (int32_t input = 0; input < inputs; input++) {
    lit[count] = input;
    count += x[input] != 0;
  }
  return count;
}

// The inputs of one example that count.
typedef struct {
  const float *x;
  const int32_t *lit;
  int32_t count;
} Lit;

INLINE Lit lit_inputs(const Context *c, const float *x, int32_t inputs, int32_t scratch) {
  int32_t *lit = ints_at(c, scratch);
  return (Lit){x, lit, list_lit(x, inputs, lit)};
}

// `vectors` vectors of outputs, held in registers. weights, biases and y begin at the first of them.
INLINE void example_tile(const int vectors, const Lit *in, const float *weights, int32_t outputs, const float *biases, int has_relu,
                         float *y) {
  Floats sum[8];
  UNROLL for (int v = 0; v < vectors; v++) sum[v] = load_unaligned(biases + v * WIDTH);
  for (int32_t k = 0; k < in->count; k++) {
    const size_t input = in->lit[k];
    const float *column = weights + input * outputs;
    const Floats value = splat(in->x[input]);
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = sum[v] + load_unaligned(column + v * WIDTH) * value;
  }
  UNROLL for (int v = 0; v < vectors; v++) store_unaligned(y + v * WIDTH, has_relu ? relu(sum[v]) : sum[v]);
}

INLINE void example_output(const Lit *in, const float *weights, int32_t outputs, const float *bias, int has_relu, float *y) {
  float sum = *bias;
  for (int32_t k = 0; k < in->count; k++) sum = sum + weights[(size_t)in->lit[k] * outputs] * in->x[in->lit[k]];
  *y = has_relu && !(sum > 0) ? 0 : sum;
}

// y (outputs) = relu?(biases + W x), weights (inputs, outputs).
KERNEL void dense_example_forward(const Context *c, const DenseExampleForward *op) {
  const float *weights = floats_at(c, op->weights), *biases = floats_at(c, op->biases);
  float *y = floats_at(c, op->y) + (size_t)c->step * op->yStep;
  const Lit in = lit_inputs(c, floats_at(c, op->x) + (size_t)c->step * op->xStep, op->inputs, op->scratch);
  const int32_t outputs = op->outputs;
  int32_t o = 0;
#define TILES(vectors) \
  for (; o + vectors * WIDTH <= outputs; o += vectors * WIDTH) example_tile(vectors, &in, weights + o, outputs, biases + o, op->relu, y + o)
  TILES(8);
  TILES(4);
  TILES(2);
  TILES(1);
#undef TILES
  if (o == outputs) return;
  if (outputs >= WIDTH) {
    // Once more what the last vector shares with the one before.
    o = outputs - WIDTH;
    example_tile(1, &in, weights + o, outputs, biases + o, op->relu, y + o);
  } else {
    for (; o < outputs; o++) example_output(&in, weights + o, outputs, biases + o, op->relu, y + o);
  }
}

// The same for survivors only: those of column i are number starts[i] … starts[i + 1] − 1.
KERNEL void compressed_example_forward(const Context *c, const CompressedExampleForward *op) {
  const int32_t *starts = ints_at(c, op->starts);
  const uint16_t *rows = (const uint16_t *)ints_at(c, op->rows);
  const float *values = floats_at(c, op->values), *biases = floats_at(c, op->biases);
  float *y = floats_at(c, op->y) + (size_t)c->step * op->yStep;
  const Lit in = lit_inputs(c, floats_at(c, op->x) + (size_t)c->step * op->xStep, op->inputs, op->scratch);
  for (int32_t o = 0; o < op->outputs; o++) y[o] = biases[o];
  for (int32_t k = 0; k < in.count; k++) {
    const int32_t input = in.lit[k], end = starts[input + 1];
    const float value = in.x[input];
    for (int32_t place = starts[input]; place < end; place++) y[rows[place]] += values[place] * value;
  }
  if (!op->relu) return;
  for (int32_t o = 0; o < op->outputs; o++) y[o] = y[o] > 0 ? y[o] : 0;
}
