// The native backend's add-on: opens arenas and runs programs on them. Node-API only, no state of its own, so that every worker
// thread may load it.
#define _GNU_SOURCE // posix_memalign and madvise under -std=c11
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include "generated.h"
#include "run.h"
#include "threads.h"

typedef struct {
  const char *name;
  Run *run;
} InstructionSet;

// The instruction sets that were built and that this processor has, best first. Returns how many.
static size_t supported(InstructionSet sets[4]) {
  size_t count = 0;
#ifdef HAS_AVX512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    sets[count++] = (InstructionSet){"avx512", winnow_run_avx512};
#endif
#ifdef HAS_AVX2
  if (__builtin_cpu_supports("avx2")) sets[count++] = (InstructionSet){"avx2", winnow_run_avx2};
#endif
#ifdef HAS_NEON
  sets[count++] = (InstructionSet){"neon", winnow_run_neon};
#endif
#ifdef HAS_BASELINE
  sets[count++] = (InstructionSet){"baseline", winnow_run_baseline};
#endif
  return count;
}

// One open arena. Its memory belongs to the ArrayBuffer over it and lives as long as that; the reference keeps the data.
typedef struct {
  Run *run;
  float *memory;
  const uint8_t *data;
  napi_ref data_reference;
  Threads *threads; // that share divided instructions; null: there are none
} Arena;

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

#define CHECK(call)                                                                                                    \
  if ((call) != napi_ok) return fail(env, "the kernels' add-on: " #call " failed")

static void free_memory(napi_env env, void *memory, void *hint) {
  (void)env, (void)hint;
  free(memory);
}

static void release_data(napi_env env, Arena *arena) {
  if (arena->data_reference) napi_delete_reference(env, arena->data_reference);
  arena->data_reference = NULL;
}

static void free_arena(napi_env env, void *arena, void *hint) {
  (void)hint;
  release_data(env, arena);
  end_threads(((Arena *)arena)->threads);
  free(arena);
}

// Zeroed memory on a line of 64 bytes; large arenas on huge pages where the system has them.
static void *allocate(size_t bytes) {
  const size_t huge = (size_t)2 << 20;
  void *memory = NULL;
  if (posix_memalign(&memory, bytes < huge ? 64 : huge, bytes) != 0) return NULL;
#if defined(__linux__)
  if (bytes >= huge) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  memset(memory, 0, bytes);
  return memory;
}

// open(isa: string, bytes: number, data: Uint8Array, threads: number): { handle, buffer: ArrayBuffer }
static napi_value open_arena(napi_env env, napi_callback_info info) {
  size_t argc = 4, length = 0, data_bytes = 0;
  napi_value argv[4];
  int32_t threads;
  char isa[16];
  double bytes;
  void *data = NULL;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  CHECK(napi_get_value_string_utf8(env, argv[0], isa, sizeof isa, &length));
  CHECK(napi_get_value_double(env, argv[1], &bytes));
  CHECK(napi_get_typedarray_info(env, argv[2], NULL, &data_bytes, &data, NULL, NULL));
  CHECK(napi_get_value_int32(env, argv[3], &threads));

  InstructionSet sets[4];
  const size_t count = supported(sets);
  size_t chosen = 0;
  while (chosen < count && strcmp(sets[chosen].name, isa) != 0) chosen++;
  if (chosen == count) return fail(env, "this processor lacks the instruction set");

  Arena *arena = malloc(sizeof *arena);
  if (!arena) return fail(env, "there is no memory left for an arena");
  *arena = (Arena){sets[chosen].run, allocate((size_t)bytes), data, NULL, NULL};
  if (!arena->memory) {
    free(arena);
    return fail(env, "there is no memory left for an arena");
  }
  napi_value buffer, handle, result;
  if (napi_create_external_arraybuffer(env, arena->memory, (size_t)bytes, free_memory, NULL, &buffer) != napi_ok) {
    free(arena->memory);
    free(arena);
    return fail(env, "the arena could not be shown to JavaScript");
  }
  if (napi_create_external(env, arena, free_arena, NULL, &handle) != napi_ok) {
    free(arena);
    return fail(env, "the arena could not be shown to JavaScript");
  }
  CHECK(napi_create_reference(env, argv[2], 1, &arena->data_reference));
  arena->threads = start_threads(threads - 1);
  CHECK(napi_create_object(env, &result));
  CHECK(napi_set_named_property(env, result, "handle", handle));
  CHECK(napi_set_named_property(env, result, "buffer", buffer));
  return result;
}

// run(handle, program, steps, fault: Int32Array): boolean; false after writing {step, layer} to fault
static napi_value run(napi_env env, napi_callback_info info) {
  size_t argc = 4;
  napi_value argv[4], result;
  void *arena_pointer, *fault;
  int32_t program, steps;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  CHECK(napi_get_value_external(env, argv[0], &arena_pointer));
  CHECK(napi_get_value_int32(env, argv[1], &program));
  CHECK(napi_get_value_int32(env, argv[2], &steps));
  CHECK(napi_get_typedarray_info(env, argv[3], NULL, NULL, &fault, NULL, NULL));
  const Arena *arena = arena_pointer;
  if (!arena->memory) return fail(env, "this arena is closed");
  const Team team = {divide_among_threads, arena->threads};
  const int32_t faulted = arena->run(arena->memory, arena->data, program, steps, fault, arena->threads ? &team : NULL);
  CHECK(napi_get_boolean(env, !faulted, &result));
  return result;
}

// close(handle, buffer): detaches the buffer, which frees the memory
static napi_value close_arena(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  void *arena_pointer;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  CHECK(napi_get_value_external(env, argv[0], &arena_pointer));
  Arena *arena = arena_pointer;
  if (!arena->memory) return NULL;
  arena->memory = NULL;
  release_data(env, arena);
  end_threads(arena->threads);
  arena->threads = NULL;
  CHECK(napi_detach_arraybuffer(env, argv[1]));
  return NULL;
}

static napi_value names_of_supported(napi_env env) {
  InstructionSet sets[4];
  const size_t count = supported(sets);
  napi_value names, name;
  CHECK(napi_create_array_with_length(env, count, &names));
  for (size_t i = 0; i < count; i++) {
    CHECK(napi_create_string_utf8(env, sets[i].name, NAPI_AUTO_LENGTH, &name));
    CHECK(napi_set_element(env, names, i, name));
  }
  return names;
}

// Trainings allocate and free arrays of up to megabytes. glibc takes such a size, once it was freed, for one to keep for later, in each thread;
// below a fixed threshold it does not, and what is freed goes back to the system.
static void give_memory_back(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

// exports: { tableDigest, instructionSets, open, run, close }
NAPI_MODULE_INIT() {
  give_memory_back();
  napi_value digest;
  CHECK(napi_create_int32(env, TABLE_DIGEST, &digest));
  const napi_property_descriptor properties[] = {
      {"tableDigest", NULL, NULL, NULL, NULL, digest, napi_enumerable, NULL},
      {"instructionSets", NULL, NULL, NULL, NULL, names_of_supported(env), napi_enumerable, NULL},
      {"open", NULL, open_arena, NULL, NULL, NULL, napi_enumerable, NULL},
      {"run", NULL, run, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, close_arena, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  CHECK(napi_define_properties(env, exports, sizeof properties / sizeof properties[0], properties));
  return exports;
}
