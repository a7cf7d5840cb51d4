// Batch normalisation (docs/arithmetic.md). A channel of pictures lies as (blocks, height, width, LANES), blocks being `stride` floats apart.
#pragma once
#include "optimizer.h"
#include "picture_sum.h"
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
// All 64 lanes of a place are read together, which takes 16 of them after the other.
#define SUM_OF_CHANNEL(planes, scratch, result, TERM)                                                                    \
  do {                                                                                                                   \
    PictureSum sum_ = new_sum(scratch);                                                                                   \
    for (int32_t b = 0; b < (planes)->blocks; b++) {                                                                     \
      size_t place = b * (planes)->stride;                                                                               \
      for (int32_t row = 0; row < (planes)->height; row++) {                                                             \
        Floats chain[LANE_VECTORS];                                                                                   \
        UNROLL for (int v = 0; v < LANE_VECTORS; v++) chain[v] = zeros();                                             \
        for (int32_t q = 0; q < (planes)->width; q++, place += LANES)                                                    \
          UNROLL for (int v = 0; v < LANE_VECTORS; v++) {                                                             \
            const size_t at = place + v * WIDTH;                                                                         \
            chain[v] = chain[v] + (TERM);                                                                                \
          }                                                                                                              \
        end_row(&sum_, b, row, (planes)->size, chain);                                                                           \
      }                                                                                                                  \
      end_block(&sum_, (planes)->height);                                                                                \
    }                                                                                                                    \
    result = total(sum_.lanes);                                                                                          \
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

// What is normalised, plus what is added (null for nothing), then ReLU.
INLINE void fill_normalised(const ChannelPlanes *planes, const Normalisation *n, const float *x, const float *added, float *y,
                            int32_t rectified) {
  if (added && rectified) {
    FILL_CHANNEL(planes, y, relu(normalised(n, load(x + at)) + load(added + at)))
  } else if (added) {
    FILL_CHANNEL(planes, y, normalised(n, load(x + at)) + load(added + at))
  } else if (rectified) {
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
  const float *added = optional_floats_at(c, op->added);
  const float count = (float)examples, others = examples > 1 ? (float)(examples - 1) : 1.0f;
  float *values = floats_at(c, op->values), *statistics = floats_at(c, op->statistics);
  float *later = part_scratch(c, op->scratch, op->scratchWords);
  const Rows part = rows_of(c, channels);
  for (int32_t k = part.first; k < part.end; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const float *x = floats_at(c, op->x) + plane;
    float sum, squares;
    SUM_OF_CHANNEL(&planes, later, sum, load(x + at));
    const float mean = sum / count + 0.0f;
    SUM_OF_CHANNEL(&planes, later, squares, (load(x + at) - splat(mean)) * (load(x + at) - splat(mean)));
    const float inverse = inverse_deviation(squares / count);
    statistics[k] = mean;
    statistics[channels + k] = inverse;
    values[2 * channels + k] = moved(constants, values[2 * channels + k], mean, SMALLEST_FIRST);
    values[3 * channels + k] = moved(constants, values[3 * channels + k], squares / others, SMALLEST_SECOND);
    const Normalisation n = {splat(mean), splat(inverse), splat(values[k]), splat(values[channels + k])};
    fill_normalised(&planes, &n, x, added ? added + plane : 0, floats_at(c, op->y) + plane, op->relu);
  }
}

KERNEL void running_batch_norm(const Context *c, const RunningBatchNorm *op) {
  const ChannelPlanes planes = CHANNEL_PLANES(op, op->blocks *LANES);
  const float *values = floats_at(c, op->values), *added = optional_floats_at(c, op->added);
  const int32_t channels = op->channels;
  const Rows part = rows_of(c, channels);
  for (int32_t k = part.first; k < part.end; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const Normalisation n = {splat(values[2 * channels + k]), splat(inverse_deviation(values[3 * channels + k])), splat(values[k]),
                             splat(values[channels + k])};
    fill_normalised(&planes, &n, floats_at(c, op->x) + plane, added ? added + plane : 0, floats_at(c, op->y) + plane, op->relu);
  }
}

// The sums of dy, and of dy times what was standardised: half of a place's lanes at a time, both chains.
INLINE void sum_gradients(const ChannelPlanes *planes, const Normalisation *n, const float *x, const float *dy, float *later, float *shift,
                          float *scale) {
  PictureSum shifts = new_sum(later), scales = new_sum(later + (size_t)planes->height * LATER_LANES);
  for (int32_t b = 0; b < planes->blocks; b++) {
    size_t place = b * planes->stride;
    for (int32_t row = 0; row < planes->height; row++, place += (size_t)planes->width * LANES) {
      Floats chain[LANE_VECTORS], scaled[LANE_VECTORS];
      enum { HALF = LANE_VECTORS / 2 };
      UNROLL for (int half = 0; half < LANE_VECTORS; half += HALF) {
        const float *of_x = x + place + half * WIDTH, *of_dy = dy + place + half * WIDTH;
        Floats plain[HALF], product[HALF];
        UNROLL for (int v = 0; v < HALF; v++) plain[v] = product[v] = zeros();
        for (int32_t q = 0; q < planes->width; q++, of_x += LANES, of_dy += LANES)
          UNROLL for (int v = 0; v < HALF; v++) {
            const Floats d = load(of_dy + v * WIDTH);
            plain[v] = plain[v] + d;
            product[v] = product[v] + d * standardised(n, load(of_x + v * WIDTH));
          }
        UNROLL for (int v = 0; v < HALF; v++) {
          chain[half + v] = plain[v];
          scaled[half + v] = product[v];
        }
      }
      end_row(&shifts, b, row, planes->size, chain);
      end_row(&scales, b, row, planes->size, scaled);
    }
    end_block(&shifts, planes->height);
    end_block(&scales, planes->height);
  }
  *shift = total(shifts.lanes);
  *scale = total(scales.lanes);
}

// dx may not overlap x or dy. Returns whether the new scales and shifts are finite.
KERNEL int batch_norm_update(const Context *c, const BatchNormUpdate *op) {
  const int32_t size = ints_at(c, op->sizes)[c->step], channels = op->channels;
  const ChannelPlanes planes = CHANNEL_PLANES(op, size);
  const float count = (float)(size * op->height * op->width);
  const float *values = floats_at(c, op->values);
  float *statistics = floats_at(c, op->statistics), *gradients = statistics + 2 * channels;
  float *later = part_scratch(c, op->scratch, op->scratchWords);
  const Rows part = rows_of(c, channels);
  for (int32_t k = part.first; k < part.end; k++) {
    const size_t plane = (size_t)k * op->height * op->width * LANES;
    const float *x = floats_at(c, op->x) + plane, *dy = floats_at(c, op->dy) + plane;
    const Normalisation n = {.mean = splat(statistics[k]), .inverse = splat(statistics[channels + k])};
    float shift_gradient, scale_gradient;
    sum_gradients(&planes, &n, x, dy, later, &shift_gradient, &scale_gradient);
    const Floats factor = splat(values[k]) * n.inverse;
    const Floats shift_share = splat(shift_gradient / count), scale_share = splat(scale_gradient / count);
    FILL_CHANNEL(&planes, floats_at(c, op->dx) + plane,
                 factor * ((load(dy + at) - shift_share) - standardised(&n, load(x + at)) * scale_share) + zeros())
    gradients[k] = scale_gradient;
    gradients[channels + k] = shift_gradient;
  }
  const Optimizer optimizer = undecayed_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->values, op->first, op->second);
  Floats check = zeros();
  for (int32_t at = part.first; at < 2 * channels; at += channels) // scales, then shifts
    check = check + optimize(&optimizer, gradients + at, &layer, at, part.end - part.first);
  return all_finite(check);
}
