#include "ck_attention.h"

#define BODY __attribute__((always_inline)) static inline

BODY void halves(float *row, int32_t heads, int32_t head_size, const float *restrict cosines,
                 const float *restrict sines) {
    int32_t pairs = head_size / 2;
    for (int32_t head = 0; head < heads; head++) {
        float *restrict first = row + head * head_size, *restrict second = first + pairs;
        for (int32_t i = 0; i < pairs; i++) {
            float a = first[i], b = second[i];
            first[i] = a * cosines[i] - b * sines[i];
            second[i] = b * cosines[i] + a * sines[i];
        }
    }
}

BODY void adjacent(float *row, int32_t heads, int32_t head_size, const float *restrict cosines,
                   const float *restrict sines) {
    int32_t pairs = head_size / 2;
    for (int32_t head = 0; head < heads; head++) {
        float *restrict pair = row + head * head_size;
        for (int32_t i = 0; i < pairs; i++) {
            float a = pair[2 * i], b = pair[2 * i + 1];
            pair[2 * i] = a * cosines[i] - b * sines[i];
            pair[2 * i + 1] = b * cosines[i] + a * sines[i];
        }
    }
}

// The compiler turns the bodies into vectors of the set that the attribute names.
#define ROPE(SET, ATTRIBUTE)                                                                                         \
    ATTRIBUTE static void halves_##SET(float *row, int32_t heads, int32_t head_size, const float *c, const float *s) { \
        halves(row, heads, head_size, c, s);                                                                         \
    }                                                                                                                \
    ATTRIBUTE static void adjacent_##SET(float *row, int32_t heads, int32_t head_size, const float *c,               \
                                         const float *s) {                                                           \
        adjacent(row, heads, head_size, c, s);                                                                       \
    }

ROPE(baseline, )
#if defined(__x86_64__)
ROPE(avx2, __attribute__((target("avx2,fma"))))
ROPE(avx512, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))))
#endif

ck_rope_fn ck_rope_halves(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX512) return halves_avx512;
    if (isa == CK_AVX2) return halves_avx2;
#endif
    return halves_baseline;
}

ck_rope_fn ck_rope_adjacent(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX512) return adjacent_avx512;
    if (isa == CK_AVX2) return adjacent_avx2;
#endif
    return adjacent_baseline;
}
