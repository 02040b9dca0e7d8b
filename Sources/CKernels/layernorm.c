#include <math.h>

#include "ck_encoder.h"
#include "encoder_math.h"

BODY float added(const floats *sums) {
    floats all = *sums;
    for (int half = 8; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) all[lane] += all[lane + half];
    return all[0];
}

// Sums by index % 16, then pairwise: one order, whatever the instruction set.
BODY void normalise(const float *x, const float *weight, const float *bias, float epsilon, size_t width, float *out) {
    floats sums = {0};
    size_t whole = width / 16 * 16;
    for (size_t i = 0; i < whole; i += 16) sums = sums + *(const floats *)(x + i);
    for (size_t i = whole; i < width; i++) sums[i - whole] += x[i];
    float mean = added(&sums) / (float)width;
    sums = (floats){0};
    for (size_t i = 0; i < whole; i += 16) {
        floats from_mean = *(const floats *)(x + i) - mean;
        sums = sums + from_mean * from_mean;
    }
    for (size_t i = whole; i < width; i++) sums[i - whole] += (x[i] - mean) * (x[i] - mean);
    float factor = 1.0f / sqrtf(added(&sums) / (float)width + epsilon);
    for (size_t i = 0; i < whole; i += 16)
        *(floats *)(out + i) =
            (*(const floats *)(x + i) - mean) * factor * *(const floats *)(weight + i) + *(const floats *)(bias + i);
    for (size_t i = whole; i < width; i++) out[i] = (x[i] - mean) * factor * weight[i] + bias[i];
}

BODY void gelu_all(float *x, size_t count) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) gelu((floats *)(x + i));
    floats rest = {0};
    for (size_t lane = 0; i + lane < count; lane++) rest[lane] = x[i + lane];
    gelu(&rest);
    for (size_t lane = 0; i + lane < count; lane++) x[i + lane] = rest[lane];
}

// The same loop compiled for each set of instructions.
#define NORM(SET, ATTRIBUTE)                                                                                       \
    ATTRIBUTE void layernorm_##SET(const float *x, const float *weight, const float *bias, float epsilon,           \
                                   size_t width, float *out) {                                                     \
        normalise(x, weight, bias, epsilon, width, out);                                                           \
    }                                                                                                              \
    ATTRIBUTE void gelu_##SET(float *x, size_t count) { gelu_all(x, count); }

NORM(baseline, static)
#if defined(__x86_64__)
NORM(avx2, AVX2_BODY)
NORM(avx512, AVX512_BODY)
#endif

ck_layernorm_fn ck_layernorm(ck_isa isa) { return CHOOSE(isa, layernorm); }
ck_gelu_fn ck_gelu(ck_isa isa) { return CHOOSE(isa, gelu); }
