// How much of the register file each kernel fills. Blocking changes no bit, only speed.
#pragma once
#include "generated.h"
#include "vector.h"

// Compressed kernels: sums of SEGMENTS rows × SPAN vectors of lanes are held in registers.
#if WIDTH == 16
enum { SEGMENTS = 2, SPAN = 4 };
#elif WIDTH == 4 && defined(__aarch64__)
enum { SEGMENTS = 1, SPAN = 16 };
#else
enum { SEGMENTS = 1, SPAN = 8 };
#endif

// Dense kernels: tiles of TILE_ROWS × TILE_SPAN vectors.
#if WIDTH == 16
enum { TILE_ROWS = 6, TILE_SPAN = 4 };
#elif WIDTH == 8
enum { TILE_ROWS = 6, TILE_SPAN = 2 };
#elif defined(__aarch64__)
enum { TILE_ROWS = 4, TILE_SPAN = 4 };
#else
enum { TILE_ROWS = 2, TILE_SPAN = 4 };
#endif

// Convolutions take fewer rows at a time where a whole tile of them is too many.
#define TILE_ROWS_ARE_MORE_THAN_4 (WIDTH >= 8)
#if WIDTH >= 8 || defined(__aarch64__)
#define TILE_ROWS_ARE_MORE_THAN_2 1
#else
#define TILE_ROWS_ARE_MORE_THAN_2 0
#endif

// PRODUCT_FEATURES and UPDATE_FEATURES (generated.h): features of a block that all rows meet before the next ones are taken. They stay in a
// first-level cache of 32 KB, 256 bytes each.

// Gradients that are ready before the optimizer takes them.
enum { STRETCH = 1024 };

// Survivors of a segment from which on its gradients are reduced as they come, WIDTH at a time, the last ones in a vector that is not full.
// Those of shorter segments wait until there are WAITING of them.
#if WIDTH == 4
enum { LONG_SEGMENT = 1 };
#else
enum { LONG_SEGMENT = 4 * WIDTH };
#endif
enum { WAITING = 32 };
