// Runs a case file (written by cases.mjs) through the kernels and compares every word with what the reference made of it.
// Arena and data end at a page that must not be touched. Prints one line for each case that differs; exits 1 if there is any.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../src/run.h"

extern Run RUN;

enum { MAGIC = 0x43574e57 };

// What a case says of itself, in front of: its name, the open ranges {offset, words}, the arena before, the arena after, the data.
typedef struct {
  int32_t name_bytes, words, data_bytes, program, steps, open_ranges, faulted, fault_step, fault_layer;
} Header;

static void die(const char *what) {
  fprintf(stderr, "harness: %s\n", what);
  exit(2);
}

static void read_exactly(FILE *file, void *to, size_t bytes) {
  if (fread(to, 1, bytes, file) != bytes) die("the case file ends too early");
}

static void *read_new(FILE *file, size_t bytes) {
  void *memory = malloc(bytes + 1);
  if (!memory) die("there is no memory left");
  read_exactly(file, memory, bytes);
  return memory;
}

typedef struct {
  void *pages;
  size_t bytes;
  uint8_t *start;
} Guarded;

// `bytes` bytes that end where a protected page begins.
static Guarded guarded(size_t bytes) {
  const size_t page = sysconf(_SC_PAGESIZE), whole = (bytes + page - 1) / page * page;
  uint8_t *pages = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages + whole, page, PROT_NONE) != 0) die("there is no memory left");
  return (Guarded){pages, whole + page, pages + whole - bytes};
}

static int is_nan(int32_t word) { return (word & 0x7fffffff) > 0x7f800000; }

// The first word that differs, or -1. Every NaN counts as the same.
static int32_t first_difference(const int32_t *expected, const int32_t *actual, const uint8_t *open, int32_t words) {
  for (int32_t i = 0; i < words; i++)
    if (expected[i] != actual[i] && !open[i] && !(is_nan(expected[i]) && is_nan(actual[i]))) return i;
  return -1;
}

// Returns whether the case came out as the reference has it.
static int run_case(FILE *file) {
  Header h;
  read_exactly(file, &h, sizeof h);
  char *name = read_new(file, h.name_bytes);
  name[h.name_bytes] = 0;
  int32_t *ranges = read_new(file, (size_t)h.open_ranges * 8);
  int32_t *before = read_new(file, (size_t)h.words * 4), *after = read_new(file, (size_t)h.words * 4);
  const Guarded arena = guarded((size_t)h.words * 4), data = guarded(h.data_bytes);
  memcpy(arena.start, before, (size_t)h.words * 4);
  read_exactly(file, data.start, h.data_bytes);
  uint8_t *open = calloc(h.words, 1);
  if (!open) die("there is no memory left");
  for (int32_t r = 0; r < h.open_ranges; r++) memset(open + ranges[2 * r], 1, ranges[2 * r + 1]);

  int32_t fault[2] = {0, 0};
  const int faulted = RUN((float *)arena.start, data.start, h.program, h.steps, fault, NULL);
  const int32_t *actual = (const int32_t *)arena.start;
  const int32_t at = first_difference(after, actual, open, h.words);
  const int same_fault = faulted == h.faulted && (!faulted || (fault[0] == h.fault_step && fault[1] == h.fault_layer));
  if (at >= 0) printf("%s: word %d is %08x in place of %08x\n", name, at, (unsigned)actual[at], (unsigned)after[at]);
  if (!same_fault) printf("%s: another fault than the reference: step %d, layer %d\n", name, fault[0], fault[1]);

  munmap(arena.pages, arena.bytes);
  munmap(data.pages, data.bytes);
  free(name), free(ranges), free(before), free(after), free(open);
  return at < 0 && same_fault;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!file) die("give a case file");
  int32_t head[2], failed = 0;
  read_exactly(file, head, sizeof head);
  if (head[0] != MAGIC) die("this is no case file");
  for (int32_t i = 0; i < head[1]; i++) failed += !run_case(file);
  printf("%d of %d cases as the reference\n", head[1] - failed, head[1]);
  return failed > 0;
}
