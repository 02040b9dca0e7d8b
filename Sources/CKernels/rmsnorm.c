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

static void rmsnorm_baseline(const float *x, const float *weight, float epsilon, size_t width, float *out) {
    normalise(x, weight, epsilon, width, out);
}
#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void rmsnorm_avx2(const float *x, const float *weight, float epsilon,
                                                             size_t width, float *out) {
    normalise(x, weight, epsilon, width, out);
}
__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))) static void rmsnorm_avx512(
    const float *x, const float *weight, float epsilon, size_t width, float *out) {
    normalise(x, weight, epsilon, width, out);
}
#endif

ck_rmsnorm_fn ck_rmsnorm(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX512) return rmsnorm_avx512;
    if (isa == CK_AVX2) return rmsnorm_avx2;
#endif
    return rmsnorm_baseline;
}
