// Runs a program of instructions over an arena. Compiled once for each instruction set; everything but the entry is local to this file.
#include "average_pool.h"
#include "batch_norm.h"
#include "compressed.h"
#include "compressed_update.h"
#include "context.h"
#include "convolution.h"
#include "convolution_bias.h"
#include "convolution_update.h"
#include "dense.h"
#include "example.h"
#include "dropout.h"
#include "gather.h"
#include "max_pool.h"
#include "restore.h"
#include "rows.h"
#include "run.h"
#include "softmax.h"
#include "strided_gradient.h"
#include "supermask.h"
#include "update.h"

#ifndef RUN
#error "RUN must be the name of the entry"
#endif

// Layer that stands for the loss in a fault. The most parts of an instruction.
enum { LOSS = -1, NO_FAULT = 0, FAULTED = 1, MOST_PARTS = 64 };

// One instruction. Returns whether what it computes is finite, and the layer that a fault names.
static int run_instruction(const Context *c, const int32_t *instruction, int32_t *faulty_layer) {
  const void *operands = instruction + 2;
  int finite = 1;
  *faulty_layer = LOSS;
  switch ((Opcode)instruction[0]) {
    case OP_END:
    case OP_DIVIDE:
      break;
    case OP_GATHER:
      gather(c, operands);
      break;
    case OP_GATHER_PICTURES:
      gather_pictures(c, operands);
      break;
    case OP_DROPOUT:
      dropout(c, operands);
      break;
    case OP_LOAD_BLOCK:
      load_block(c, operands);
      break;
    case OP_DENSE_FORWARD:
      dense_forward(c, operands);
      break;
    case OP_COMPRESSED_FORWARD:
      compressed_forward(c, operands);
      break;
    case OP_SOFTMAX_CROSS_ENTROPY:
      finite = softmax_cross_entropy(c, operands);
      break;
    case OP_EVALUATE:
      evaluate(c, operands);
      break;
    case OP_DENSE_INPUT_GRADIENT:
      dense_input_gradient(c, operands);
      break;
    case OP_COMPRESSED_INPUT_GRADIENT:
      compressed_input_gradient(c, operands);
      break;
    case OP_DENSE_UPDATE:
      finite = dense_update(c, operands);
      *faulty_layer = ((const DenseUpdate *)operands)->layer;
      break;
    case OP_COMPRESSED_UPDATE:
      finite = compressed_update(c, operands);
      *faulty_layer = ((const CompressedUpdate *)operands)->layer;
      break;
    case OP_BIAS_UPDATE:
      finite = bias_update(c, operands);
      *faulty_layer = ((const BiasUpdate *)operands)->layer;
      break;
    case OP_LOAD_ROWS:
      load_rows(c, operands);
      break;
    case OP_LOAD_FLOAT_ROWS:
      load_float_rows(c, operands);
      break;
    case OP_STORE_ROWS:
      store_rows(c, operands);
      break;
    case OP_LOAD_EXAMPLE:
      load_example(c, operands);
      break;
    case OP_DENSE_EXAMPLE_FORWARD:
      dense_example_forward(c, operands);
      break;
    case OP_COMPRESSED_EXAMPLE_FORWARD:
      compressed_example_forward(c, operands);
      break;
    case OP_SAMPLE_MASK:
      sample_mask(c, operands);
      break;
    case OP_TOP_MASK:
      top_mask(c, operands);
      break;
    case OP_SCORE_UPDATE:
      finite = score_update(c, operands);
      *faulty_layer = ((const ScoreUpdate *)operands)->layer;
      break;
    case OP_STANDARDISE:
      standardise(c, operands);
      break;
    case OP_DENSE_CONVOLUTION:
      dense_convolution(c, operands);
      break;
    case OP_COMPRESSED_CONVOLUTION:
      compressed_convolution(c, operands);
      break;
    case OP_DENSE_CONVOLUTION_INPUT_GRADIENT:
      dense_convolution_input_gradient(c, operands);
      break;
    case OP_COMPRESSED_CONVOLUTION_INPUT_GRADIENT:
      compressed_convolution_input_gradient(c, operands);
      break;
    case OP_DENSE_CONVOLUTION_UPDATE:
      finite = dense_convolution_update(c, operands);
      *faulty_layer = ((const DenseConvolutionUpdate *)operands)->layer;
      break;
    case OP_COMPRESSED_CONVOLUTION_UPDATE:
      finite = compressed_convolution_update(c, operands);
      *faulty_layer = ((const CompressedConvolutionUpdate *)operands)->layer;
      break;
    case OP_CONVOLUTION_BIAS_UPDATE:
      finite = convolution_bias_update(c, operands);
      *faulty_layer = ((const ConvolutionBiasUpdate *)operands)->layer;
      break;
    case OP_MAX_POOL:
      max_pool(c, operands);
      break;
    case OP_MAX_POOL_INPUT_GRADIENT:
      max_pool_input_gradient(c, operands);
      break;
    case OP_AVERAGE_POOL:
      average_pool(c, operands);
      break;
    case OP_AVERAGE_POOL_INPUT_GRADIENT:
      average_pool_input_gradient(c, operands);
      break;
    case OP_SUBSAMPLE:
      subsample(c, operands);
      break;
    case OP_SUBSAMPLE_INPUT_GRADIENT:
      subsample_input_gradient(c, operands);
      break;
    case OP_ADD:
      add(c, operands);
      break;
    case OP_ADD_GRADIENT:
      add_gradient(c, operands);
      break;
    case OP_BATCH_NORM:
      batch_norm(c, operands);
      break;
    case OP_RUNNING_BATCH_NORM:
      running_batch_norm(c, operands);
      break;
    case OP_BATCH_NORM_UPDATE:
      finite = batch_norm_update(c, operands);
      *faulty_layer = ((const BatchNormUpdate *)operands)->layer;
      break;
    case OP_RESTORE:
      restore(c, operands);
      break;
  }
  return finite;
}

// Whether an instruction computes only the rows of a part.
static int is_divisible(Opcode op) {
  switch (op) {
    case OP_DENSE_FORWARD:
    case OP_COMPRESSED_FORWARD:
    case OP_DENSE_INPUT_GRADIENT:
    case OP_COMPRESSED_INPUT_GRADIENT:
    case OP_DENSE_UPDATE:
    case OP_COMPRESSED_UPDATE:
    case OP_DENSE_CONVOLUTION:
    case OP_COMPRESSED_CONVOLUTION:
    case OP_DENSE_CONVOLUTION_INPUT_GRADIENT:
    case OP_COMPRESSED_CONVOLUTION_INPUT_GRADIENT:
    case OP_DENSE_CONVOLUTION_UPDATE:
    case OP_COMPRESSED_CONVOLUTION_UPDATE:
    case OP_CONVOLUTION_BIAS_UPDATE:
    case OP_DROPOUT:
    case OP_ADD:
    case OP_ADD_GRADIENT:
    case OP_BATCH_NORM:
    case OP_RUNNING_BATCH_NORM:
    case OP_BATCH_NORM_UPDATE:
      return 1;
    default:
      return 0;
  }
}

// An instruction in parts, and what each of them returned.
typedef struct {
  const Context *context;
  const int32_t *instruction;
  const int32_t *bounds;
  int finite[MOST_PARTS];
  int32_t layer[MOST_PARTS];
} Divided;

static void run_part(void *work, int32_t part) {
  Divided *divided = work;
  float scratch[SCRATCH_WORDS] __attribute__((aligned(64)));
  Context c = *divided->context;
  c.part = part;
  c.bounds = divided->bounds;
  c.scratch = scratch;
  divided->finite[part] = run_instruction(&c, divided->instruction, &divided->layer[part]);
}

// The same as run_instruction, by the threads of a team.
static int run_divided(const Context *c, const Team *team, const Divide *division, const int32_t *instruction, int32_t *faulty_layer) {
  Divided divided = {.context = c, .instruction = instruction, .bounds = ints_at(c, division->bounds)};
  if (team)
    team->divide(team->threads, division->parts, run_part, &divided);
  else
    for (int32_t part = 0; part < division->parts; part++) run_part(&divided, part);
  int finite = 1;
  for (int32_t part = 0; part < division->parts; part++) finite &= divided.finite[part];
  *faulty_layer = divided.layer[0];
  return finite;
}

// One pass over the program, up to its end or to the first value that is not finite.
static int run_step(const Context *c, const Team *team, const int32_t *program, int32_t *faulty_layer) {
  const Divide *division = 0;
  for (;; program += program[1]) {
    const Opcode op = program[0];
    if (op == OP_END) return NO_FAULT;
    if (op == OP_DIVIDE) {
      division = (const Divide *)(program + 2);
      continue;
    }
    const int finite = division && is_divisible(op) ? run_divided(c, team, division, program, faulty_layer)
                                                    : run_instruction(c, program, faulty_layer);
    division = 0;
    if (!finite) return FAULTED;
  }
}

int32_t RUN(float *arena, const uint8_t *data, int32_t program, int32_t steps, int32_t fault[2], const Team *team) {
  Context context = {.arena = arena, .data = data, .step = 0, .steps = steps};
  for (; context.step < steps; context.step++) {
    int32_t layer;
    if (run_step(&context, team, (const int32_t *)arena + program, &layer) == FAULTED) {
      fault[0] = context.step;
      fault[1] = layer;
      return FAULTED;
    }
  }
  return NO_FAULT;
}

#if defined(__wasm__)
// Which instruction table this was built from.
int32_t winnow_table_digest(void) { return TABLE_DIGEST; }
#endif
