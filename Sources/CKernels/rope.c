#include "ck_attention.h"
#include "portable_vectors.h"

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

BODY void balance(float *restrict row, int32_t width, const float *restrict factors) {
    for (int32_t i = 0; i < width; i++) row[i] *= factors[i];
}

// The compiler turns the bodies into vectors of the set that the attribute names.
#define ROPE(SET, PAIRING, ATTRIBUTE)                                                                           \
    ATTRIBUTE void PAIRING##_##SET(float *row, int32_t heads, int32_t size, const float *c, const float *s,     \
                                   const float *factors) {                                                      \
        PAIRING(row, heads, size, c, s);                                                                        \
        if (factors) balance(row, heads * size, factors);                                                       \
    }

ROPE(baseline, halves, static)
ROPE(baseline, adjacent, static)
#if defined(__x86_64__)
ROPE(avx2, halves, AVX2_BODY)
ROPE(avx2, adjacent, AVX2_BODY)
ROPE(avx512, halves, AVX512_BODY)
ROPE(avx512, adjacent, AVX512_BODY)
#endif

ck_rope_fn ck_rope_halves(ck_isa isa) { return CHOOSE(isa, halves); }
ck_rope_fn ck_rope_adjacent(ck_isa isa) { return CHOOSE(isa, adjacent); }
