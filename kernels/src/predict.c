// Dense layers of one example, for loaders of tickets: the kernels of the engine behind functions that take their operands one by one.
#include "example.h"

// Regions are offsets in words from `base`; x (inputs), y (outputs), scratch (inputs).
#define EXPORT(name) __attribute__((export_name(name)))

// weights (inputs, outputs).
EXPORT("dense")
void predict_dense(float *base, int32_t inputs, int32_t outputs, int32_t x, int32_t y, int32_t biases, int32_t scratch, int32_t weights) {
  const Context context = {.arena = base};
  const DenseExampleForward op = {
      .inputs = inputs, .outputs = outputs, .x = x, .y = y, .biases = biases, .scratch = scratch, .weights = weights};
  dense_example_forward(&context, &op);
}

// values, rows (u16) and starts (inputs + 1) of the survivors by columns.
EXPORT("compressed")
void predict_compressed(float *base, int32_t inputs, int32_t outputs, int32_t x, int32_t y, int32_t biases, int32_t scratch,
                        int32_t values, int32_t rows, int32_t starts) {
  const Context context = {.arena = base};
  const CompressedExampleForward op = {.inputs = inputs, .outputs = outputs, .x = x, .y = y, .biases = biases, .scratch = scratch,
                                       .values = values, .rows = rows, .starts = starts};
  compressed_example_forward(&context, &op);
}
