#ifndef LEVELS_H
#define LEVELS_H
// Rounding values to integers that stand for multiples of a factor. Plain C, so that all instruction sets give the same
// bits.
#include <stdint.h>
#include <string.h>

// The float of these bits.
static inline float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

// The bits of a float.
static inline uint32_t to_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

// Largest magnitude of `count` values; as integers the magnitudes have the order of the floats.
static inline float largest_magnitude(const float *values, int32_t count) {
    int32_t most = 0;
    for (int32_t i = 0; i < count; i++) {
        const int32_t magnitude = (int32_t)(to_bits(values[i]) & 0x7fffffff);
        most = magnitude > most ? magnitude : most;
    }
    return from_bits((uint32_t)most);
}

// What values are multiplied with so that the largest becomes `levels`. Below 1e-30 all count as zero.
static inline float level_factor(float largest, float levels) { return largest > 1e-30f ? levels / largest : 0; }
// What a level stands for then.
static inline float level_size(float largest, float levels) { return largest > 1e-30f ? largest / levels : 0; }

// Rounds to the nearest integer, ties to even, within ±limit; a NaN becomes -limit.
static inline int32_t rounded(float value, float limit) {
    value = value > -limit ? value : -limit;
    value = value < limit ? value : limit;
    return (int32_t)(to_bits(value + 12582912.0f) - 0x4b400000u);  // 1.5 * 2^23
}

// Within ±bound; a NaN becomes -bound.
static inline float bounded(float value, float bound) {
    return value >= -bound ? (value <= bound ? value : bound) : -bound;
}
#endif
