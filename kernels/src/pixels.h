// Pixels of a patch: 16 lanes in groups, of which neighbouring pixels lie side by side.
#pragma once
#include "reduce.h"

// Lanes that are worked on at once, in VECTORS vectors. Of 16 lanes there are LANE_GROUPS.
enum { GROUP = WIDTH < 8 ? 8 : WIDTH, VECTORS = GROUP / WIDTH, LANE_GROUPS = VIRTUAL_LANES / GROUP };

// 16 lanes to their places in the groups, `group_size` floats apart. What lies `ahead` floats further on is asked for: it is copied soon.
INLINE void copy_pixel(const float *from, ptrdiff_t ahead, float *to, size_t group_size) {
  __builtin_prefetch(from + ahead);
  UNROLL for (int g = 0; g < LANE_GROUPS; g++)
    UNROLL for (int v = 0; v < GROUP; v += WIDTH) store(to + g * group_size + v, load(from + g * GROUP + v));
}

INLINE void zero_pixels(float *to, int32_t count, size_t group_size) {
  for (int32_t p = 0; p < count; p++, to += GROUP)
    UNROLL for (int g = 0; g < LANE_GROUPS; g++) UNROLL for (int v = 0; v < GROUP; v += WIDTH) store(to + g * group_size + v, zeros());
}

// Whether any lane of a group has anything but +0.
INLINE int any_in_group(const float *lanes) {
  Ints bits = splat_int(0);
  UNROLL for (int v = 0; v < GROUP; v += WIDTH) bits |= (Ints)load(lanes + v);
  return any_bit(bits);
}
