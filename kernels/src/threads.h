// Threads of one arena, for the native add-on: they wait for work, spinning for a moment before they sleep.
#pragma once
#include "run.h"

typedef struct Threads Threads;

// Starts up to `count` threads beside the caller, or fewer if the system has no more. Null if there is none.
Threads *start_threads(int32_t count);

// Ends them. They must not be at work.
void end_threads(Threads *threads);

// A team's divide: the caller takes part in the work. One caller at a time.
void divide_among_threads(void *threads, int32_t parts, Part *part, void *work);
