// What one core can do at most, at the vector width this is compiled for. Prints one JSON object of GFLOP/s:
//   arithmetic  multiply, then add, all operands in registers
//   loads       the same with one vector loaded from the first-level cache for each multiply-add
//   survivors   the same again with one weight broadcast for each 64 lanes: the inner loop of the compressed kernels at its best
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <time.h>
#include "../src/blocking.h"

enum { FEATURES = 64, ROUNDS = 2000, REPEATS = 40 };

static float x[FEATURES * LANES] __attribute__((aligned(64)));
static float weights[FEATURES];
static float sink[LANES] __attribute__((aligned(64)));

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Keeps the compiler from seeing through a vector that should stay in its register.
#if defined(__x86_64__)
#define OPAQUE(v) __asm__ volatile("" : "+x"(v))
#elif defined(__aarch64__)
#define OPAQUE(v) __asm__ volatile("" : "+w"(v))
#endif

static void arithmetic(void) {
  Floats sum[8], factor = splat(1.0f), addend = splat(0.5f);
  UNROLL for (int p = 0; p < 8; p++) sum[p] = zeros();
  for (int r = 0; r < ROUNDS; r++)
    for (int k = 0; k < FEATURES; k++) {
      OPAQUE(factor);
      UNROLL for (int p = 0; p < 8; p++) {
        Floats product = factor * addend;
        OPAQUE(product);
        sum[p] = sum[p] + product;
      }
    }
  for (int p = 0; p < 8; p++) store(sink, sum[p] + load(sink));
}

static void survivors(const int broadcasts) {
  for (int r = 0; r < ROUNDS; r++)
    for (int lane = 0; lane < LANES; lane += SPAN * WIDTH) {
      Floats sum[SPAN], w = splat(weights[0]);
      UNROLL for (int p = 0; p < SPAN; p++) sum[p] = zeros();
      UNROLL_BY_4 for (int k = 0; k < FEATURES; k++) {
        if (broadcasts) w = splat(weights[k]);
        OPAQUE(w);
        UNROLL for (int p = 0; p < SPAN; p++) sum[p] = sum[p] + w * load(x + k * LANES + lane + p * WIDTH);
      }
      UNROLL for (int p = 0; p < SPAN; p++) store(sink + lane + p * WIDTH, sum[p]);
      __asm__ volatile("" ::: "memory");
    }
}

static void loads_only(void) { survivors(0); }
static void loads_and_broadcasts(void) { survivors(1); }

static double best_gflops(void (*work)(void), double operations) {
  double best = 0;
  for (int i = 0; i < REPEATS; i++) {
    const double begin = seconds();
    work();
    const double rate = operations / (seconds() - begin) * 1e-9;
    if (rate > best) best = rate;
  }
  return best;
}

int main(void) {
  // Memory that was never written is one page of zeros seen at many addresses, which the first-level cache handles badly.
  for (int i = 0; i < FEATURES * LANES; i++) x[i] = 1.0f;
  for (int i = 0; i < FEATURES; i++) weights[i] = 1.0f;
  const double per_feature = 2.0 * ROUNDS * FEATURES;
  printf("{\"arithmetic\": %.1f, \"loads\": %.1f, \"survivors\": %.1f}\n", best_gflops(arithmetic, per_feature * 8 * WIDTH),
         best_gflops(loads_only, per_feature * LANES), best_gflops(loads_and_broadcasts, per_feature * LANES));
  return 0;
}
