#include "ck_attention.h"
#include "portable_vectors.h"
#include <math.h>

// Squares are summed by index % 16, then pairwise: one order, whatever the instruction set.
BODY void normalise(const float *x, const float *weight, float epsilon, size_t width, float *out) {
    floats sums = {0};
    size_t i = 0;
    for (; i + 16 <= width; i += 16) {
        floats next = *(const floats *)(x + i);
        sums = sums + next * next;
    }
    for (size_t lane = 0; i + lane < width; lane++) sums[lane] += x[i + lane] * x[i + lane];
    for (int half = 8; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
    float factor = 1.0f / sqrtf(sums[0] / (float)width + epsilon);
    for (i = 0; i + 16 <= width; i += 16)
        *(floats *)(out + i) = *(const floats *)(x + i) * factor * *(const floats *)(weight + i);
    for (; i < width; i++) out[i] = x[i] * factor * weight[i];
}

// The same loop compiled for each set of instructions.
#define RMSNORM(SET, ATTRIBUTE)                                                                                 \
    ATTRIBUTE void rmsnorm_##SET(const float *x, const float *weight, float epsilon, size_t width, float *out) { \
        normalise(x, weight, epsilon, width, out);                                                              \
    }

RMSNORM(baseline, static)
#if defined(__x86_64__)
RMSNORM(avx2, AVX2_BODY)
RMSNORM(avx512, AVX512_BODY)
#endif

ck_rmsnorm_fn ck_rmsnorm(ck_isa isa) { return CHOOSE(isa, rmsnorm); }
