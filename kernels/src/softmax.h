// Softmax and cross-entropy, WIDTH lanes at a time.
#pragma once
#include "context.h"
#include "exp.h"
#include "reduce.h"

static const float SMALLEST_PROBABILITY = 0x1p-60f;

typedef struct {
  Floats largest;  // of the logits
  Floats labelled; // the logit of the target class
  Ints predicted;  // the first class with the largest logit
} Judgement;

// z (classes, LANES) from the first of WIDTH lanes on.
INLINE Judgement judge(const float *z, int32_t classes, Ints target) {
  Judgement j = {load(z), load(z), splat_int(0)};
  for (int32_t class = 1; class < classes; class++) {
    const Floats logit = load(z + (size_t)class * LANES);
    const Ints larger = logit > j.largest;
    j.largest = choose(larger, logit, j.largest);
    j.predicted = choose_int(larger, splat_int(class), j.predicted);
    j.labelled = choose(target == splat_int(class), logit, j.labelled);
  }
  return j;
}

// log(s) − (z_label − m). The last term is +0 for a finite s; it keeps a NaN that the logarithm would hide.
INLINE Floats lane_losses(const Judgement *j, Floats s) {
  return (log_vector(s) - (j->labelled - j->largest)) + (s - s);
}

// logits and gradient (blocks, classes, LANES), which may be the same; losses[step] = the batch's mean loss. Returns whether it is finite.
KERNEL int softmax_cross_entropy(const Context *c, const SoftmaxCrossEntropy *op) {
  const int32_t size = ints_at(c, op->sizes)[c->step];
  const int32_t *targets = ints_at(c, op->targets);
  const float inverse = 1.0f / (float)size;
  Floats losses[PARTS];
  UNROLL for (int p = 0; p < PARTS; p++) losses[p] = zeros();
  for (int32_t b = 0; b < op->blocks; b++)
    for (int group = 0; group < LANES; group += VIRTUAL_LANES)
      UNROLL for (int p = 0; p < PARTS; p++) {
        const int32_t lane = b * LANES + group + p * WIDTH;
        const Ints target = *(const Ints *)(targets + lane);
        const Ints inside = count_from(lane) < splat_int(size);
        const size_t at = (size_t)b * op->classes * LANES + group + p * WIDTH;
        const float *z = floats_at(c, op->logits) + at;
        float *gradient = floats_at(c, op->gradient) + at;
        const Judgement judgement = judge(z, op->classes, target);
        Floats s = zeros();
        for (int32_t class = 0; class < op->classes; class++) {
          const Floats e = exp_vector(load(z + (size_t)class * LANES) - judgement.largest);
          store(gradient + (size_t)class * LANES, e);
          s = s + e;
        }
        for (int32_t class = 0; class < op->classes; class++) {
          Floats probability = load(gradient + (size_t)class * LANES) / s;
          probability = (Floats)((Ints)probability & ~(probability < splat(SMALLEST_PROBABILITY)));
          const Floats wanted = keep(target == splat_int(class), splat(1.0f));
          const Floats slope = (probability - wanted) * splat(inverse) + zeros();
          store(gradient + (size_t)class * LANES, keep(inside, slope));
        }
        losses[p] = losses[p] + keep(inside, lane_losses(&judgement, s));
      }
  const float loss = total(losses) * inverse;
  floats_at(c, op->losses)[c->step] = loss;
  return loss - loss == 0.0f;
}

// results[step] = {f32 sum of the block's losses, i32 correct predictions}. logits (classes, LANES), labels (count) u8.
KERNEL void evaluate(const Context *c, const Evaluate *op) {
  const int32_t first = c->step * LANES;
  const int32_t valid = op->count - first < LANES ? op->count - first : LANES;
  const uint8_t *labels = data_at(c, op->labels) + first;
  int32_t targets[LANES] __attribute__((aligned(64))) = {0};
  for (int32_t lane = 0; lane < valid; lane++) targets[lane] = labels[lane];
  Floats losses[PARTS];
  UNROLL for (int p = 0; p < PARTS; p++) losses[p] = zeros();
  Ints correct = splat_int(0);
  for (int group = 0; group < LANES; group += VIRTUAL_LANES)
    UNROLL for (int p = 0; p < PARTS; p++) {
      const int lane = group + p * WIDTH;
      const Ints target = *(const Ints *)(targets + lane);
      const Ints inside = count_from(lane) < splat_int(valid);
      const float *z = floats_at(c, op->logits) + lane;
      const Judgement judgement = judge(z, op->classes, target);
      Floats s = zeros();
      for (int32_t class = 0; class < op->classes; class++)
        s = s + exp_vector(load(z + (size_t)class * LANES) - judgement.largest);
      losses[p] = losses[p] + keep(inside, lane_losses(&judgement, s));
      // A true comparison is −1.
      correct = correct - ((judgement.predicted == target) & inside);
    }
  float *result = floats_at(c, op->results) + (size_t)c->step * 2;
  result[0] = total(losses);
  int32_t sum = 0;
  for (int j = 0; j < WIDTH; j++) sum += correct[j];
  ((int32_t *)result)[1] = sum;
}
