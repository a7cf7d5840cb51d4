// The loops of the roofline for vectors of BITS bits. Included once for each width, with TARGET naming the instruction set.

#define LANES (BITS / 32)
#define VECTOR CAT(vector, BITS)
typedef float VECTOR __attribute__((vector_size(BITS / 8), aligned(BITS / 8)));

// Multiply-adds with everything in registers: ten independent sums, which hides the latency of an add.
#define SUMS 10
static const double CAT(peak_work, BITS) = 2.0 * SUMS * LANES;
TARGET static float CAT(peak, BITS)(const Data *data, size_t repeats) {
  VECTOR a = *(const VECTOR *)data->weights, b = *(const VECTOR *)data->activations;
  VECTOR s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a;
#define ADD(s) \
  OPAQUE(a);   \
  s += a * b;
  for (size_t i = 0; i < repeats; i++) {
    ADD(s0) ADD(s1) ADD(s2) ADD(s3) ADD(s4) ADD(s5) ADD(s6) ADD(s7) ADD(s8) ADD(s9)
  }
#undef ADD
  VECTOR sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9;
  return sum[0];
}

// The same with one operand of each read from L1: the 28 KB of activations, eight sums.
#define VECTORS (COLUMNS * BATCH_LANES / LANES)
static const double CAT(loads_work, BITS) = 2.0 * COLUMNS * BATCH_LANES;
TARGET static float CAT(loads, BITS)(const Data *data, size_t repeats) {
  const VECTOR *x = (const VECTOR *)data->activations;
  VECTOR w = *(const VECTOR *)data->weights;
  VECTOR s0 = w, s1 = w, s2 = w, s3 = w, s4 = w, s5 = w, s6 = w, s7 = w;
  for (size_t i = 0; i < repeats; i++) {
    for (int j = 0; j < VECTORS; j += 8) {
      s0 += x[j] * w, s1 += x[j + 1] * w, s2 += x[j + 2] * w, s3 += x[j + 3] * w;
      s4 += x[j + 4] * w, s5 += x[j + 5] * w, s6 += x[j + 6] * w, s7 += x[j + 7] * w;
    }
    OPAQUE(w);
  }
  VECTOR sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
  return sum[0];
}

// The inner loop of compressed weights: for each survivor its column and its value (broadcast), then a load, a multiply and an
// add for each vector of the column's lanes, into eight sums. At 256 bits those are the 64 lanes of a row; at 128 bits half of
// them, in two passes; at 512 bits the lanes are four vectors, so two rows go together.
#define ROW_VECTORS (BATCH_LANES / LANES)
#define PASSES (ROW_VECTORS > 8 ? ROW_VECTORS / 8 : 1)
#define ROWS (ROW_VECTORS < 8 ? 8 / ROW_VECTORS : 1)
TARGET static float CAT(compressed, BITS)(const Data *data, size_t repeats) {
  VECTOR total = *(const VECTOR *)data->activations;
  for (size_t i = 0; i < repeats; i++) {
    for (int pass = 0; pass < PASSES; pass++) {
      const VECTOR *x = (const VECTOR *)data->activations + 8 * pass;
      VECTOR s0 = total, s1 = total, s2 = total, s3 = total, s4 = total, s5 = total, s6 = total, s7 = total;
      for (int k = 0; k < WEIGHTS / ROWS; k++) {
        const int l = ROWS == 1 ? k : k + WEIGHTS / 2;
        const VECTOR *a = x + data->columns[k] * ROW_VECTORS;
        const VECTOR *b = ROWS == 1 ? a + 4 : x + data->columns[l] * ROW_VECTORS;
        const float v = data->weights[k], w = ROWS == 1 ? v : data->weights[l];
        s0 += a[0] * v, s1 += a[1] * v, s2 += a[2] * v, s3 += a[3] * v;
        s4 += b[0] * w, s5 += b[1] * w, s6 += b[2] * w, s7 += b[3] * w;
      }
      total = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
    }
    OPAQUE(total);
  }
  return total[0];
}

// Reads a buffer from end to end.
TARGET static float CAT(reads, BITS)(const Data *data, size_t repeats) {
  const size_t vectors = data->buffer_bytes / sizeof(VECTOR);
  float result = 0;
  for (size_t i = 0; i < repeats; i++) {
    const VECTOR *x = (const VECTOR *)data->buffer;
    for (const VECTOR *end = x + vectors; x < end; x += 8) {
      VECTOR a = x[0], b = x[1], c = x[2], d = x[3], e = x[4], f = x[5], g = x[6], h = x[7];
      OPAQUE(a);
      OPAQUE(b);
      OPAQUE(c);
      OPAQUE(d);
      OPAQUE(e);
      OPAQUE(f);
      OPAQUE(g);
      OPAQUE(h);
      result = a[0];
    }
  }
  return result;
}

#undef SUMS
#undef VECTORS
#undef ROW_VECTORS
#undef PASSES
#undef ROWS
#undef VECTOR
#undef LANES
#undef BITS
#undef TARGET
