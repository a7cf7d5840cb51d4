// Threads that share the parts of divided instructions. Whoever is free takes the next part, so that the caller never waits for a thread that the
// system keeps off its core. Which thread takes which part changes no bit.
#define _GNU_SOURCE // pthread_sigmask under -std=c11
#include "threads.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

// Looks at a value that another thread will change, before sleeping: some tens of microseconds, longer than most instructions that are not
// divided, so that within a call threads seldom sleep.
enum { SPINS = 2000 };

struct Threads {
  int32_t count;
  pthread_t *ids;
  // The work at hand: written before its round begins, read by those who have claimed a part of it.
  Part *part;
  void *work;
  int ends;
  // Which part comes next: the round in the upper 32 bits, then 16 bits for the number of parts and 16 for the next one.
  _Atomic uint64_t claim;
  // Parts of this round that are done.
  _Atomic int32_t done_parts;
  // Who has gone to sleep, as they must be woken.
  _Atomic int32_t sleepers, caller_sleeps;
  pthread_mutex_t mutex;
  pthread_cond_t wake, done;
};

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static uint32_t round_of(uint64_t claim) { return (uint32_t)(claim >> 32); }
static int32_t parts_of(uint64_t claim) { return (claim >> 16) & 0xffff; }
static int32_t next_of(uint64_t claim) { return claim & 0xffff; }

// Takes parts of a round as long as there are any. Whoever ends the last one wakes the caller, if it sleeps.
static void take_parts(Threads *t, uint32_t round) {
  uint64_t claim = atomic_load(&t->claim);
  while (round_of(claim) == round && next_of(claim) < parts_of(claim)) {
    if (!atomic_compare_exchange_weak(&t->claim, &claim, claim + 1)) continue;
    t->part(t->work, next_of(claim));
    if (atomic_fetch_add(&t->done_parts, 1) + 1 == parts_of(claim) && atomic_load(&t->caller_sleeps)) {
      pthread_mutex_lock(&t->mutex);
      pthread_cond_signal(&t->done);
      pthread_mutex_unlock(&t->mutex);
    }
    claim = atomic_load(&t->claim);
  }
}

// Waits until the round is another than the one that was seen, and returns it.
static uint32_t await_round(Threads *t, uint32_t seen) {
  for (int spin = 0; spin < SPINS; spin++) {
    const uint32_t round = round_of(atomic_load(&t->claim));
    if (round != seen) return round;
    pause_briefly();
  }
  pthread_mutex_lock(&t->mutex);
  atomic_fetch_add(&t->sleepers, 1);
  while (round_of(atomic_load(&t->claim)) == seen) pthread_cond_wait(&t->wake, &t->mutex);
  atomic_fetch_sub(&t->sleepers, 1);
  pthread_mutex_unlock(&t->mutex);
  return round_of(atomic_load(&t->claim));
}

static void await_parts(Threads *t, int32_t parts) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (atomic_load(&t->done_parts) == parts) return;
    pause_briefly();
  }
  pthread_mutex_lock(&t->mutex);
  atomic_store(&t->caller_sleeps, 1);
  while (atomic_load(&t->done_parts) != parts) pthread_cond_wait(&t->done, &t->mutex);
  atomic_store(&t->caller_sleeps, 0);
  pthread_mutex_unlock(&t->mutex);
}

// Returns the new round's number.
static uint32_t start_round(Threads *t, int32_t parts) {
  const uint32_t round = round_of(atomic_load(&t->claim)) + 1;
  atomic_store(&t->done_parts, 0);
  atomic_store(&t->claim, (uint64_t)round << 32 | (uint64_t)parts << 16);
  if (atomic_load(&t->sleepers) > 0) {
    pthread_mutex_lock(&t->mutex);
    pthread_cond_broadcast(&t->wake);
    pthread_mutex_unlock(&t->mutex);
  }
  return round;
}

static void *live(void *argument) {
  Threads *t = argument;
  for (uint32_t round = 0;;) {
    round = await_round(t, round);
    if (t->ends) return NULL;
    take_parts(t, round);
  }
}

static int start_one(Threads *t) {
  if (pthread_create(&t->ids[t->count], NULL, live, t) != 0) return 0;
  t->count++;
  return 1;
}

Threads *start_threads(int32_t count) {
  if (count < 1) return NULL;
  Threads *t = calloc(1, sizeof *t);
  pthread_t *ids = calloc(count, sizeof *ids);
  if (!t || !ids) {
    free(t), free(ids);
    return NULL;
  }
  t->ids = ids;
  pthread_mutex_init(&t->mutex, NULL);
  pthread_cond_init(&t->wake, NULL);
  pthread_cond_init(&t->done, NULL);
  // Signals are the main thread's business.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (t->count < count && start_one(t)) continue;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (t->count > 0) return t;
  end_threads(t);
  return NULL;
}

void end_threads(Threads *t) {
  if (!t) return;
  t->ends = 1;
  start_round(t, 0);
  for (int32_t i = 0; i < t->count; i++) pthread_join(t->ids[i], NULL);
  pthread_mutex_destroy(&t->mutex);
  pthread_cond_destroy(&t->wake);
  pthread_cond_destroy(&t->done);
  free(t->ids);
  free(t);
}

void divide_among_threads(void *threads, int32_t parts, Part *part, void *work) {
  Threads *t = threads;
  t->part = part;
  t->work = work;
  take_parts(t, start_round(t, parts));
  await_parts(t, parts);
}
