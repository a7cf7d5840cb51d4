// The kernels' one entry, under a name of its own for each instruction set.
#pragma once
#include <stdint.h>

// One part of a piece of work.
typedef void Part(void *work, int32_t part);

// Threads that share work: divide returns when parts 0 … parts − 1 are done, in any order and at the same time.
typedef struct {
  void (*divide)(void *threads, int32_t parts, Part *part, void *work);
  void *threads;
} Team;

// Runs the program at word offset `program` of the arena `steps` times. arena: on a 64-byte line; data: anywhere.
// team: who shares divided instructions; null: the caller takes all parts, one after the other.
// Returns 0, or 1 after writing {step, layer} of the first value that was not finite (layer −1: the loss).
typedef int32_t Run(float *arena, const uint8_t *data, int32_t program, int32_t steps, int32_t fault[2], const Team *team);

Run winnow_run_avx512, winnow_run_avx2, winnow_run_baseline, winnow_run_neon, winnow_run_wasm;
