// The kernels' one entry, under a name of its own for each instruction set.
#pragma once
#include <stdint.h>

// Runs the program at word offset `program` of the arena `steps` times. arena: on a 64-byte line; data: anywhere.
// Returns 0, or 1 after writing {step, layer} of the first value that was not finite (layer −1: the loss).
typedef int32_t Run(float *arena, const uint8_t *data, int32_t program, int32_t steps, int32_t fault[2]);

Run winnow_run_avx512, winnow_run_avx2, winnow_run_baseline, winnow_run_neon, winnow_run_wasm;
