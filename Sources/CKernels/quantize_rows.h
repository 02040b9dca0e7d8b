// Rows of activations into a kernel's form. Included once per instruction set, like gemm_epilogue.h: plain C
// in a fixed order of operations, so that all sets give the same bits.
#pragma STDC FP_CONTRACT OFF
#include "levels.h"

// Sum of `count` values, a power of two, halved pairwise; the values are overwritten.
static inline float sum_of(float *values, int count) {
    for (int half = count / 2; half >= 16; half /= 2)
        for (int i = 0; i < half; i++) values[i] += values[i + half];
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++) values[i] += values[i + half];
    return values[0];
}

// 1 / sqrt(mean(x²) + epsilon); the squares are summed in 128 lanes, these pairwise.
static float inverse_norm(const float *x, size_t width, float epsilon) {
    _Alignas(64) float lanes[128] = {0};
    size_t i = 0;
    for (; i + 128 <= width; i += 128)
        for (int lane = 0; lane < 128; lane++) lanes[lane] += x[i + lane] * x[i + lane];
    for (int lane = 0; i < width; i++, lane++) lanes[lane] += x[i] * x[i];
    return 1.0f / sqrtf(sum_of(lanes, 128) / (float)width + epsilon);
}

// `count` values from `start` on, after the norm; zeros up to CK_GROUP.
static inline void load_group(const ck_row *row, float inverse, size_t start, float *values) {
    const size_t left = row->width - start, count = left < CK_GROUP ? left : CK_GROUP;
    const float *x = row->x + start;
    if (!row->norm_weight) {
        memcpy(values, x, count * sizeof(float));
    } else {
        const float *weight = row->norm_weight + start;
        for (size_t i = 0; i < count; i++) values[i] = x[i] * inverse * weight[i];
    }
    for (size_t i = count; i < CK_GROUP; i++) values[i] = 0;
}

// A row as integers: each group of 128 with a scale of its own, in one or two planes of 8 bits.
static void quantize_row(const ck_row *row, int bits, int8_t *planes, float *scales, int32_t *starts) {
    const float limit = bits == 8 ? 127.0f : 32512.0f;  // 127 * 256: the high byte stays within ±127
    const float inverse = row->norm_weight ? inverse_norm(row->x, row->width, row->epsilon) : 0;
    int8_t *low = planes + ck_plane_stride(row->width);
    for (size_t start = 0, group = 0; start < row->width; start += CK_GROUP, group++) {
        _Alignas(64) float values[CK_GROUP];
        load_group(row, inverse, start, values);
        const float most = largest_magnitude(values, CK_GROUP);
        const float scale = level_size(most, limit), factor = level_factor(most, limit);
        int32_t sum = 0;
        if (bits == 8) {
            for (int i = 0; i < CK_GROUP; i++) {
                const int32_t value = rounded(values[i] * factor, limit);
                planes[start + i] = (int8_t)value;
                sum += value;
            }
        } else {
            for (int i = 0; i < CK_GROUP; i++) {
                const int32_t value = rounded(values[i] * factor, limit);
                const int32_t high = (value + 128) >> 8;
                planes[start + i] = (int8_t)high;
                low[start + i] = (int8_t)(value - high * 256);
                sum += value;
            }
        }
        scales[group] = scale;
        starts[group] = -128 * sum;
    }
}

// To bf16, to nearest, ties to even; a NaN stays one.
static inline uint16_t to_bf16(float value) {
    const uint32_t bits = to_bits(value);
    const uint32_t up = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (uint16_t)(value == value ? up : (bits >> 16 | 0x40));
}

// A row as bfloat16, rounded to nearest, ties to even.
static void bf16_row(const ck_row *row, uint16_t *out) {
    const float inverse = row->norm_weight ? inverse_norm(row->x, row->width, row->epsilon) : 0;
    for (size_t start = 0; start < row->width; start += CK_GROUP) {
        _Alignas(64) float values[CK_GROUP];
        load_group(row, inverse, start, values);
        for (int i = 0; i < CK_GROUP; i++) out[start + i] = to_bf16(values[i]);
    }
}

// The nearest number of E4M3, ties to even, at most 448 (arXiv 2209.05433). Above 2^-6 3 bits of fraction stay; below, numbers
// are 2^-9 apart, as floats above 2^14 are.
static inline float to_e4m3(float value) {
    const float magnitude = fabsf(value) > 448.0f ? 448.0f : fabsf(value);
    const uint32_t bits = to_bits(magnitude), kept = (bits + 0x7ffff + (bits >> 20 & 1)) & ~0xfffffu;
    const float nearest = magnitude < 0x1p-6f ? (magnitude + 0x1p14f) - 0x1p14f : from_bits(kept);
    return value == value ? copysignf(nearest, value) : value;
}

// Numbers in place: each divided by the scale, to the nearest of E4M3.
static void e4m3_numbers(float *numbers, size_t count, float scale) {
    for (size_t i = 0; i < count; i++) numbers[i] = to_e4m3(numbers[i] / scale);
}

// A row in E4M3, as bfloat16, which holds it exactly; its largest number becomes 448.
static float e4m3_row(const ck_row *row, uint16_t *out) {
    const float inverse = row->norm_weight ? inverse_norm(row->x, row->width, row->epsilon) : 0;
    float most = 0;
    for (size_t start = 0; start < row->width; start += CK_GROUP) {
        _Alignas(64) float values[CK_GROUP];
        load_group(row, inverse, start, values);
        const float largest = largest_magnitude(values, CK_GROUP);
        most = largest > most ? largest : most;
    }
    const float scale = ck_e4m3_scale(most);
    for (size_t start = 0; start < row->width; start += CK_GROUP) {
        _Alignas(64) float values[CK_GROUP];
        load_group(row, inverse, start, values);
        for (int i = 0; i < CK_GROUP; i++) out[start + i] = to_bf16(to_e4m3(values[i] / scale));
    }
    return scale;
}

// A row as f32, normalised where the row says so.
static void float_row(const ck_row *row, float *out) {
    if (!row->norm_weight) {
        memcpy(out, row->x, row->width * sizeof(float));
        return;
    }
    const float inverse = inverse_norm(row->x, row->width, row->epsilon);
    for (size_t i = 0; i < row->width; i++) out[i] = row->x[i] * inverse * row->norm_weight[i];
}
