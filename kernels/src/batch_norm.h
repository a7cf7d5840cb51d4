// Batch normalisation (docs/arithmetic.md). A channel of pictures lies as (blocks, height, width, LANES), blocks being `stride` floats apart.
#pragma once
#include "optimizer.h"
#include "reduce.h"

static const float VARIANCE_EPSILON = 1e-5f;

// One channel of a batch of `size` examples.
typedef struct {
  size_t stride;
  int32_t blocks, height, width, size;
} ChannelPlanes;

#define CHANNEL_PLANES(op, examples)                                                                                      \
  {(size_t)op->channels * op->height * op->width * LANES, op->blocks, op->height, op->width, examples}

// The batch's sum of TERM, which may use `at` (a place within the channel) and gives the vector there; lanes beyond the batch are left out.
#define SUM_OF_CHANNEL(planes, result, TERM)                                                                              \
  do {                                                                                                                   \
    Floats lane_sums[PARTS];                                                                                                  \
    UNROLL for (int p = 0; p < PARTS; p++) lane_sums[p] = zeros();                                                           \
    for (int32_t b = 0; b < (planes)->blocks; b++)                                                                       \
      for (int lane = 0; lane < LANES; lane += VIRTUAL_LANES) {                                                          \
        size_t place = b * (planes)->stride + lane;                                                                      \
        for (int32_t row = 0; row < (planes)->height; row++) {                                                           \
          Floats chain[PARTS];                                                                                           \
          UNROLL for (int p = 0; p < PARTS; p++) chain[p] = zeros();                                                     \
          for (int32_t q = 0; q < (planes)->width; q++, place += LANES)                                                  \
            UNROLL for (int p = 0; p < PARTS; p++) {                                                                     \
              const size_t at = place + p * WIDTH;                                                                       \
              chain[p] = chain[p] + (TERM);                                                                              \
            }                                                                                                            \
          UNROLL for (int p = 0; p < PARTS; p++) {                                                                       \
            const Ints inside = count_from(b * LANES + lane + p * WIDTH) < splat_int((planes)->size);                    \
            lane_sums[p] = lane_sums[p] + keep(inside, chain[p]);                                                                    \
          }                                                                                                              \
        }                                                                                                                \
      }                                                                                                                  \
    result = total(lane_sums);                                                                                                 \
  } while (0)

// y at every place of the channel = VALUE, which may use `at`; +0 beyond the batch.
#define FILL_CHANNEL(planes, y, VALUE)                                                                                    \
  for (int32_t b = 0; b < (planes)->blocks; b++) {                                                                       \
    size_t place = b * (planes)->stride;                                                                                 \
    for (int32_t q = 0; q < (planes)->height * (planes)->width; q++, place += LANES)                                     \
      UNROLL for (int v = 0; v < LANES / WIDTH; v++) {                                                                   \
        const size_t at = place + v * WIDTH;                                                                             \
        const Ints inside = count_from(b * LANES + v * WIDTH) < splat_int((planes)->size);                               \
        store((y) + at, keep(inside, (VALUE)));                                                                          \
      }                                                                                                                  \
  }

INLINE float inverse_deviation(float variance) { return (splat(1.0f) / square_root(splat(variance) + splat(VARIANCE_EPSILON)))[0]; }

// What a running statistic becomes.
INLINE float moved(const float *constants, float before, float now, float smallest) {
  const float after = constants[10] * before + constants[9] * now;
  return (after < 0.0f ? -after : after) < smallest ? 0.0f : after;
}

// How values are normalised.
typedef struct {
  Floats mean, inverse, scale, shift;
} Normalisation;

INLINE Floats standardised(const Normalisation *n, Floats x) { return (x - n->mean) * n->inverse; }
INLINE Floats normalised(const Normalisation *n, Floats x) { return standardised(n, x) * n->scale + n->shift; }

INLINE void fill_normalised(const ChannelPlanes *planes, const Normalisation *n, const float *x, float *y, int32_t rectified) {
  if (rectified) {
    FILL_CHANNEL(planes, y, relu(normalised(n, load(x + at))))
  } else {
    FILL_CHANNEL(planes, y, normalised(n, load(x + at)))
  }
}

KERNEL void batch_norm(const Context *c, const BatchNorm *op) {
  const int32_t size = ints_at(c, op->sizes)[c->step], channels = op->channels;
  const ChannelPlanes planes = CHANNEL_PLANES(op, size);
  const float *constants = floats_at(c, op->constants) + (size_t)c->step * CONSTANTS_ROW;
  const int32_t examples = size * op->height * op->width;
  const float count = (float)examples, others = examples > 1 ? (float)(examples - 1) : 1.0f;
  float *values = floats_at(c, op->values), *statistics = floats_at(c, op->statistics);
  for (int32_t k = 0; k < channels; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const float *x = floats_at(c, op->x) + plane;
    float sum, squares;
    SUM_OF_CHANNEL(&planes, sum, load(x + at));
    const float mean = sum / count + 0.0f;
    SUM_OF_CHANNEL(&planes, squares, (load(x + at) - splat(mean)) * (load(x + at) - splat(mean)));
    const float inverse = inverse_deviation(squares / count);
    statistics[k] = mean;
    statistics[channels + k] = inverse;
    values[2 * channels + k] = moved(constants, values[2 * channels + k], mean, SMALLEST_FIRST);
    values[3 * channels + k] = moved(constants, values[3 * channels + k], squares / others, SMALLEST_SECOND);
    const Normalisation n = {splat(mean), splat(inverse), splat(values[k]), splat(values[channels + k])};
    fill_normalised(&planes, &n, x, floats_at(c, op->y) + plane, op->relu);
  }
}

KERNEL void running_batch_norm(const Context *c, const RunningBatchNorm *op) {
  const ChannelPlanes planes = CHANNEL_PLANES(op, op->blocks *LANES);
  const float *values = floats_at(c, op->values);
  const int32_t channels = op->channels;
  for (int32_t k = 0; k < channels; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const Normalisation n = {splat(values[2 * channels + k]), splat(inverse_deviation(values[3 * channels + k])), splat(values[k]),
                             splat(values[channels + k])};
    fill_normalised(&planes, &n, floats_at(c, op->x) + plane, floats_at(c, op->y) + plane, op->relu);
  }
}

// dx may not overlap x or dy. Returns whether the new scales and shifts are finite.
KERNEL int batch_norm_update(const Context *c, const BatchNormUpdate *op) {
  const int32_t size = ints_at(c, op->sizes)[c->step], channels = op->channels;
  const ChannelPlanes planes = CHANNEL_PLANES(op, size);
  const float count = (float)(size * op->height * op->width);
  const float *values = floats_at(c, op->values);
  float *statistics = floats_at(c, op->statistics), *gradients = statistics + 2 * channels;
  for (int32_t k = 0; k < channels; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const float *x = floats_at(c, op->x) + plane, *dy = floats_at(c, op->dy) + plane;
    const Normalisation n = {.mean = splat(statistics[k]), .inverse = splat(statistics[channels + k])};
    float shift_gradient, scale_gradient;
    SUM_OF_CHANNEL(&planes, shift_gradient, load(dy + at));
    SUM_OF_CHANNEL(&planes, scale_gradient, load(dy + at) * standardised(&n, load(x + at)));
    const Floats factor = splat(values[k]) * n.inverse;
    const Floats shift_share = splat(shift_gradient / count), scale_share = splat(scale_gradient / count);
    FILL_CHANNEL(&planes, floats_at(c, op->dx) + plane,
                 factor * ((load(dy + at) - shift_share) - standardised(&n, load(x + at)) * scale_share) + zeros())
    gradients[k] = scale_gradient;
    gradients[channels + k] = shift_gradient;
  }
  Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  optimizer.decays = 0;
  const Stateful layer = {.values = floats_at(c, op->values),
                          .first = optional_floats_at(c, op->first),
                          .second = optional_floats_at(c, op->second)};
  return all_finite(optimize(&optimizer, gradients, &layer, 0, 2 * channels));
}
