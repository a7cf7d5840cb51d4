// Threads that share the parts of divided instructions. Which thread takes which part changes no bit.
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
  // The work at hand: written before `round` moves on, read after.
  int32_t parts;
  Part *part;
  void *work;
  int ends;
  // Counts pieces of work; how many threads have not finished the last one.
  _Atomic uint32_t round;
  _Atomic int32_t busy;
  // Who has gone to sleep, as they must be woken.
  _Atomic int32_t sleepers, caller_sleeps;
  pthread_mutex_t mutex;
  pthread_cond_t wake, done;
};

typedef struct {
  Threads *threads;
  int32_t number; // from 1; the caller is 0
} Member;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void take_parts(const Threads *t, int32_t number) {
  for (int32_t part = number; part < t->parts; part += t->count + 1) t->part(t->work, part);
}

// Waits until the round is another than the one that was seen.
static void await_work(Threads *t, uint32_t seen) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (atomic_load(&t->round) != seen) return;
    pause_briefly();
  }
  pthread_mutex_lock(&t->mutex);
  atomic_fetch_add(&t->sleepers, 1);
  while (atomic_load(&t->round) == seen) pthread_cond_wait(&t->wake, &t->mutex);
  atomic_fetch_sub(&t->sleepers, 1);
  pthread_mutex_unlock(&t->mutex);
}

static void await_others(Threads *t) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (atomic_load(&t->busy) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&t->mutex);
  atomic_store(&t->caller_sleeps, 1);
  while (atomic_load(&t->busy) != 0) pthread_cond_wait(&t->done, &t->mutex);
  atomic_store(&t->caller_sleeps, 0);
  pthread_mutex_unlock(&t->mutex);
}

static void start_round(Threads *t) {
  atomic_store(&t->busy, t->count);
  atomic_fetch_add(&t->round, 1);
  if (atomic_load(&t->sleepers) == 0) return;
  pthread_mutex_lock(&t->mutex);
  pthread_cond_broadcast(&t->wake);
  pthread_mutex_unlock(&t->mutex);
}

static void finish_round(Threads *t) {
  if (atomic_fetch_sub(&t->busy, 1) > 1 || !atomic_load(&t->caller_sleeps)) return;
  pthread_mutex_lock(&t->mutex);
  pthread_cond_signal(&t->done);
  pthread_mutex_unlock(&t->mutex);
}

static void *live(void *argument) {
  const Member member = *(Member *)argument;
  free(argument);
  Threads *t = member.threads;
  for (uint32_t seen = 0;; seen++) {
    await_work(t, seen);
    if (t->ends) return NULL;
    take_parts(t, member.number);
    finish_round(t);
  }
}

static int start_one(Threads *t) {
  Member *member = malloc(sizeof *member);
  if (!member) return 0;
  *member = (Member){t, t->count + 1};
  if (pthread_create(&t->ids[t->count], NULL, live, member) != 0) {
    free(member);
    return 0;
  }
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
  start_round(t);
  for (int32_t i = 0; i < t->count; i++) pthread_join(t->ids[i], NULL);
  pthread_mutex_destroy(&t->mutex);
  pthread_cond_destroy(&t->wake);
  pthread_cond_destroy(&t->done);
  free(t->ids);
  free(t);
}

void divide_among_threads(void *threads, int32_t parts, Part *part, void *work) {
  Threads *t = threads;
  t->parts = parts;
  t->part = part;
  t->work = work;
  start_round(t);
  take_parts(t, 0);
  await_others(t);
}
