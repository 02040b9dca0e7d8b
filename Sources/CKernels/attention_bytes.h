#ifndef ATTENTION_BYTES_H
#define ATTENTION_BYTES_H
// What kernels over blocks of int8 share: queries as bytes, and softmax weights as bytes.
#include "attention_softmax.h"
#include "levels.h"
#include "unroll.h"

// A row's query, in 4 * head_size bytes: CK_QUERY_ZERO plus a level of -63...63 for each dimension, then what a level
// stands for, times the scale. Without signs two products with a key's levels stay within 16 bits.
enum { QUERY_LEVELS = 63 };
// The levels of a row's query, 7 bits each.
static inline const int8_t *query_levels(const attention_tile *tile, int row) {
    return (const int8_t *)tile->queries + (size_t)row * (size_t)tile->head_size * 4;
}
// What a level of that query stands for.
static inline float query_factor(const attention_tile *tile, int row) {
    return *(const float *)(query_levels(tile, row) + tile->head_size);
}

// `finite` bounds what would not be: also a query of NaN has levels.
BODY void load_query(const float *query, float scale, void *to, int32_t head_size) {
    int8_t *row = to;
    float finite[1024];  // the largest head_size
    for (int32_t d = 0; d < head_size; d++) finite[d] = bounded(query[d], 0x1p120f);
    const float most = largest_magnitude(finite, head_size), factor = level_factor(most, QUERY_LEVELS);
    for (int32_t d = 0; d < head_size; d++)
        row[d] = (int8_t)(CK_QUERY_ZERO + rounded(finite[d] * factor, QUERY_LEVELS));
    *(float *)(row + head_size) = level_size(most, QUERY_LEVELS) * scale;
}

typedef int8_t levels __attribute__((vector_size(16), aligned(1)));
static const float to_whole = 0x1.8p23f;  // what is added to it is rounded, and stands in the low bits

// value = 2^value, relative error below 8e-5 (degree 3, minimax on [-1/2, 1/2]), far below what a level is worth; 0
// below 2^-126 and for NaN.
BODY void power_of_two_roughly(floats *value) {
    const ints counts = *value >= -126.0f;
    const floats t = (floats)((ints)*value & counts), whole = t + to_whole, fraction = t - (whole - to_whole);
    floats sum = fraction * 0.0551716695f + 0.242611125f;
    sum = sum * fraction + 0.693260986f;
    sum = sum * fraction + 0.999928073f;
    *value = (floats)(((ints)sum + ((ints)whole << 23)) & counts);
}

// Softmax of a row, whose weights times the factors of the values become levels of 0...127. Returns what a level
// stands for.
BODY float weigh(const attention_tile *tile, int row, float *scores, int8_t *to) {
    bound_scores(tile, row, scores);
    const float maximum = tile->maxima[row];
    floats weights[CHUNK_PANELS], sum = *(const floats *)(tile->sums + row * 16);
    ints largest = {0};  // bits of floats that are not negative, which have their order
    UNROLL for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        weights[panel] = *(const floats *)(scores + panel * CK_KV_PANEL) - maximum;
        power_of_two_roughly(&weights[panel]);
        sum = sum + weights[panel];
        weights[panel] = weights[panel] * *(const floats *)tile->value_factors[panel];
        largest = __builtin_elementwise_max(largest, (ints)weights[panel]);
    }
    *(floats *)(tile->sums + row * 16) = sum;
    const float most = from_bits((uint32_t)__builtin_reduce_max(largest)), factor = level_factor(most, CK_KV_LEVELS);
    UNROLL for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        const ints whole = (ints)(weights[panel] * factor + to_whole) - (ints)((floats){0} + to_whole);
        *(levels *)(to + panel * CK_KV_PANEL) = __builtin_convertvector(whole, levels);
    }
    return level_size(most, CK_KV_LEVELS);
}
#endif
