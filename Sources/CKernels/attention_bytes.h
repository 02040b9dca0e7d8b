#ifndef ATTENTION_BYTES_H
#define ATTENTION_BYTES_H
// What kernels over blocks of int8 share: queries as bytes, and softmax weights as bytes.
#include "attention_softmax.h"

// A row's query, in 4 * head_size bytes: CK_QUERY_ZERO plus a level of -63...63 for each dimension, then what a level
// stands for, times the scale. Without signs two products with a key's levels stay within 16 bits.
enum { QUERY_LEVELS = 63 };
static inline const int8_t *query_levels(const attention_tile *tile, int row) {
    return (const int8_t *)tile->queries + (size_t)row * (size_t)tile->head_size * 4;
}
static inline float query_factor(const attention_tile *tile, int row) {
    return *(const float *)(query_levels(tile, row) + tile->head_size);
}

typedef int8_t levels __attribute__((vector_size(16), aligned(1)));
static const float to_whole = 0x1.8p23f;  // what is added to it is rounded, and stands in the low bits

// Sixteen values times `factor`, rounded to nearest even, plus `zero`.
BODY void round_to_levels(const float *from, float factor, int32_t zero, int8_t *to) {
    const ints whole = (ints)(*(const floats *)from * factor + to_whole) - (ints)((floats){0} + to_whole) + zero;
    *(levels *)to = __builtin_convertvector(whole, levels);
}

// Floats that are not negative, in the order of their bits.
BODY void larger_of(ints *largest, const floats *values) {
    *largest = __builtin_elementwise_max(*largest, (ints)*values);
}

BODY float largest_of(const ints *lanes) {
    union { int32_t bits; float value; } largest = {__builtin_reduce_max(*lanes)};
    return largest.value;
}

// Below 2^-100 all counts as 0: the reciprocal would be no number.
static inline float level_factor(float largest, float levels) { return largest > 0x1p-100f ? levels / largest : 0; }

BODY void load_levels(const float *query, float scale, void *to, int32_t head_size) {
    int8_t *row = to;
    float finite[1024];  // the largest head_size
    ints largest = {0};
    for (int32_t d = 0; d < head_size; d++)
        finite[d] = query[d] >= -0x1p120f ? (query[d] <= 0x1p120f ? query[d] : 0x1p120f) : -0x1p120f;
    for (int32_t d = 0; d < head_size; d += 16) {
        const floats magnitude = (floats)((ints)*(const floats *)(finite + d) & 0x7fffffff);
        larger_of(&largest, &magnitude);
    }
    const float most = largest_of(&largest), factor = level_factor(most, QUERY_LEVELS);
    for (int32_t d = 0; d < head_size; d += 16) round_to_levels(finite + d, factor, CK_QUERY_ZERO, row + d);
    *(float *)(row + head_size) = most / QUERY_LEVELS * scale;
}

// Softmax of a row, whose weights times the factors of the values become levels of 0...127. Returns what a level
// stands for.
BODY float weigh(const attention_tile *tile, int row, float *scores, int8_t *weights) {
    softmax(tile, row, scores);
    ints largest = {0};
    for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        floats *weight = (floats *)(scores + panel * CK_KV_PANEL);
        *weight = *weight * *(const floats *)tile->value_factors[panel];
        larger_of(&largest, weight);
    }
    const float most = largest_of(&largest), factor = level_factor(most, CK_KV_LEVELS);
    for (int key = 0; key < CK_KV_CHUNK; key += 16) round_to_levels(scores + key, factor, 0, weights + key);
    return most / CK_KV_LEVELS;
}
#endif
