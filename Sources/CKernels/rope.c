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

// The compiler turns the bodies into vectors of the set that the attribute names.
#define ROPE(SET, ATTRIBUTE)                                                                                    \
    ATTRIBUTE void halves_##SET(float *row, int32_t heads, int32_t size, const float *c, const float *s) {      \
        halves(row, heads, size, c, s);                                                                         \
    }                                                                                                           \
    ATTRIBUTE void adjacent_##SET(float *row, int32_t heads, int32_t size, const float *c, const float *s) {    \
        adjacent(row, heads, size, c, s);                                                                       \
    }

ROPE(baseline, static)
#if defined(__x86_64__)
ROPE(avx2, AVX2_BODY)
ROPE(avx512, AVX512_BODY)
#endif

ck_rope_fn ck_rope_halves(ck_isa isa) { return CHOOSE(isa, halves); }
ck_rope_fn ck_rope_adjacent(ck_isa isa) { return CHOOSE(isa, adjacent); }
