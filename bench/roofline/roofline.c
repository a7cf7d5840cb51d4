// How fast this machine can multiply, add and read, on one thread: the limits that kernels are held against. Prints JSON.
// Multiply and add are separate instructions here as in the kernels (compile with -ffp-contract=off).
//
// usage: roofline [windows]
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH_LANES = 64, COLUMNS = 112, WEIGHTS = 4096, MAX_WINDOWS = 1000 };
enum { DRAM_BYTES = 256 << 20 }; // more than any L3 keeps

// What the loops work on; allocated once.
typedef struct {
  float *buffer;      // read by the bandwidth loops
  size_t buffer_bytes;
  float *activations; // (COLUMNS, BATCH_LANES): 28 KB, what a compressed kernel keeps in L1
  float *weights;     // (WEIGHTS)
  uint16_t *columns;  // (WEIGHTS), ascending within rows
} Data;

// A loop does `repeats` passes and returns something of its result, so that nothing is optimised away.
typedef float (*Loop)(const Data *data, size_t repeats);

// An empty instruction that may change x, for all that the compiler knows: what comes before cannot be moved or merged.
#if defined(__x86_64__)
#define OPAQUE(x) __asm__ volatile("" : "+x"(x))
#elif defined(__aarch64__)
#define OPAQUE(x) __asm__ volatile("" : "+w"(x))
#else
#error "this processor is not one of x86-64 and arm64"
#endif

#define CAT_(a, b) a##_##b
#define CAT(a, b) CAT_(a, b)

#define BITS 128
#define TARGET
#include "loops.h"
#if defined(__x86_64__)
#define BITS 256
#define TARGET __attribute__((target("avx2")))
#include "loops.h"
#define BITS 512
#define TARGET __attribute__((target("avx512f,avx512vl,prefer-vector-width=512")))
#include "loops.h"
#endif

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static volatile float sink;

// Rates of many windows of about half a millisecond, so that some fall between what other programs do: `work` is what one pass does (floating-point operations or bytes).
static void measure(const char *name, int bits, const char *unit, Loop loop, const Data *data, double work, int windows) {
  static int is_first = 1;
  double rates[MAX_WINDOWS];
  size_t repeats = 1;
  for (;;) {
    double start = now();
    sink = loop(data, repeats);
    if (now() - start > 3e-4) break;
    repeats *= 2;
  }
  for (int i = 0; i < windows; i++) {
    double start = now();
    sink = loop(data, repeats);
    rates[i] = work * (double)repeats / (now() - start) * 1e-9;
  }
  qsort(rates, (size_t)windows, sizeof *rates, ascending);
  printf("%s    { \"name\": \"%s\", \"bits\": %d, \"unit\": \"%s\", \"median\": %.1f, \"best\": %.1f }", is_first ? "" : ",\n", name, bits,
         unit, rates[windows / 2], rates[windows - 1]);
  is_first = 0;
}

#define MEASURE_ARITHMETIC(bits)                                                                                          \
  do {                                                                                                                    \
    measure("multiply-add", bits, "GFLOP/s", CAT(peak, bits), data, CAT(peak_work, bits), windows);                       \
    measure("multiply-add, a load each", bits, "GFLOP/s", CAT(loads, bits), data, CAT(loads_work, bits), windows);        \
    measure("compressed inner loop", bits, "GFLOP/s", CAT(compressed, bits), data, 2.0 * WEIGHTS * BATCH_LANES, windows); \
  } while (0)

static size_t cache_bytes(int name, size_t otherwise) {
  long bytes = sysconf(name);
  return bytes > 0 ? (size_t)bytes : otherwise;
}

static void measure_reads(int bits, Loop loop, const Data *whole, const size_t caches[2], int windows) {
  const char *names[4] = {"read L1", "read L2", "read L3", "read DRAM"};
  // Half of the small caches. Of L3 as much as is surely not in L2: it is shared, and virtual machines report too much of it.
  const size_t sizes[4] = {caches[0] / 2, caches[1] / 2, 8 * caches[1], whole->buffer_bytes};
  for (int i = 0; i < 4; i++) {
    Data part = *whole;
    part.buffer_bytes = sizes[i] / 4096 * 4096;
    measure(names[i], bits, "GB/s", loop, &part, (double)part.buffer_bytes, i == 3 ? (windows + 3) / 4 : windows);
  }
}

static void *aligned(size_t bytes) {
  void *memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (memory == NULL) {
    fprintf(stderr, "roofline: no memory for %zu bytes\n", bytes);
    exit(1);
  }
  return memory;
}

static Data prepare(size_t buffer_bytes) {
  Data data = {aligned(buffer_bytes), buffer_bytes, aligned(sizeof(float) * COLUMNS * BATCH_LANES), aligned(sizeof(float) * WEIGHTS),
               aligned(sizeof(uint16_t) * WEIGHTS)};
  for (size_t i = 0; i < buffer_bytes / sizeof(float); i++) data.buffer[i] = 1.0f;
  for (int i = 0; i < COLUMNS * BATCH_LANES; i++) data.activations[i] = 0.5f + (float)(i % 7);
  for (int i = 0; i < WEIGHTS; i++) {
    data.weights[i] = (float)(i % 5 - 2) * 1e-3f;
    data.columns[i] = (uint16_t)((i * 5 + i / COLUMNS % 5) % COLUMNS); // every fifth column: a density of 20 %
  }
  return data;
}

int main(int count, char **arguments) {
  int windows = count > 1 ? atoi(arguments[1]) : 200;
  if (windows < 1 || windows > MAX_WINDOWS) {
    fprintf(stderr, "roofline: windows must be from 1 to %d\n", MAX_WINDOWS);
    return 2;
  }
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  const size_t caches[2] = {cache_bytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10), cache_bytes(_SC_LEVEL2_CACHE_SIZE, 512 << 10)};
#else
  const size_t caches[2] = {32 << 10, 512 << 10};
#endif
  const Data whole = prepare(DRAM_BYTES);
  const Data *data = &whole;
  printf("{\n  \"results\": [\n");
  MEASURE_ARITHMETIC(128);
#if defined(__x86_64__)
  const int has_avx2 = __builtin_cpu_supports("avx2"), has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
  if (has_avx2) MEASURE_ARITHMETIC(256);
  if (has_avx512) MEASURE_ARITHMETIC(512);
  const int widest = has_avx512 ? 512 : has_avx2 ? 256 : 128;
  measure_reads(widest, widest == 512 ? reads_512 : widest == 256 ? reads_256 : reads_128, data, caches, windows);
#else
  measure_reads(128, reads_128, data, caches, windows);
#endif
  printf("\n  ]\n}\n");
  return 0;
}
