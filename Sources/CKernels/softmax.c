#include "ck_attention.h"
#include "portable_vectors.h"
#include <math.h>

// Floats summed in f32 before their sum goes on in double.
enum { SUMMED_AT_ONCE = 4096 };

BODY float largest_of(const float *x, size_t count) {
    floats largest = (floats){0} - INFINITY;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        floats next = *(const floats *)(x + i);
        ints larger = next > largest;
        largest = (floats)(((ints)next & larger) | ((ints)largest & ~larger));
    }
    float result = -INFINITY;
    for (int lane = 0; lane < 16; lane++)
        if (largest[lane] > result) result = largest[lane];
    for (; i < count; i++)
        if (x[i] > result) result = x[i];
    return result;
}

BODY double sum_of_powers(const float *x, size_t count, float maximum, float scale) {
    floats sums = {0};
    size_t i = 0;
    for (; i < count; i += 16) {
        floats next = (floats){0} - INFINITY;
        if (i + 16 <= count)
            next = *(const floats *)(x + i);
        else
            for (size_t lane = 0; i + lane < count; lane++) next[lane] = x[i + lane];
        next = (next - maximum) * scale;
        next = (floats)((ints)next & ~(next > 0.0f));  // infinity beside the greatest finite number
        power_of_two(&next);
        sums = sums + next;
    }
    double sum = 0;
    for (int lane = 0; lane < 16; lane++) sum += (double)sums[lane];
    return sum;
}

BODY ck_logit_sums reduce(const float *x, size_t count, float scale) {
    ck_logit_sums result = {largest_of(x, count), 0, 0};
    if (!(result.maximum > -INFINITY)) return result;
    while (x[result.index] != result.maximum) result.index++;
    float maximum = result.maximum < INFINITY ? result.maximum : 0x1.fffffep127f;
    for (size_t i = 0; i < count; i += SUMMED_AT_ONCE) {
        size_t left = count - i < SUMMED_AT_ONCE ? count - i : SUMMED_AT_ONCE;
        result.sum += sum_of_powers(x + i, left, maximum, scale * 1.44269504f);
    }
    return result;
}

// The same loop compiled for each set of instructions.
#define LOGITS(SET, ATTRIBUTE)                                                        \
    ATTRIBUTE ck_logit_sums logits_##SET(const float *x, size_t count, float scale) { \
        return reduce(x, count, scale);                                               \
    }

LOGITS(baseline, static)
#if defined(__x86_64__)
LOGITS(avx2, AVX2_BODY)
LOGITS(avx512, AVX512_BODY)
#endif

ck_logits_fn ck_logits(ck_isa isa) { return CHOOSE(isa, logits); }
