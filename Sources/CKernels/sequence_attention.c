// Attention over whole sequences, keys and values where the projection left them: no cache, no pages.
#include <math.h>

#include "ck_encoder.h"
#include "portable_vectors.h"

enum { TOKENS = 16, ROWS = 4 };

// Tokens rounded up to whole vectors.
static size_t padded(size_t tokens) { return (tokens + TOKENS - 1) / TOKENS * TOKENS; }

size_t ck_sequence_attention_scratch(size_t tokens, size_t head_size) {
    return padded(tokens) * (head_size + ROWS) + TOKENS;
}

// Scratch: keys in panels [tokens / 16][head_size][16], zero behind the last token.
BODY void turn_keys(const ck_sequence_attention_item *item, size_t seen) {
    for (size_t token = 0; token < padded(seen); token++) {
        float *panel = item->scratch + token / TOKENS * TOKENS * item->head_size + token % TOKENS;
        const float *key = item->keys + token * item->stride;
        for (size_t d = 0; d < item->head_size; d++) panel[d * TOKENS] = token < seen ? key[d] : 0;
    }
}

// scores[row] = queries . keys * scale for `rows` tokens from `first` on.
BODY void multiply_keys(const ck_sequence_attention_item *item, size_t first, const int rows, size_t seen, float scale,
                        float *scores, size_t width) {
    const float *queries = item->queries + first * item->stride;
    for (size_t start = 0; start < seen; start += TOKENS) {
        const float *panel = item->scratch + start * item->head_size;
        floats sums[ROWS] = {0};
        for (size_t d = 0; d < item->head_size; d++) {
            floats keys = *(const floats *)(panel + d * TOKENS);
            _Pragma("clang loop unroll(full)") for (int row = 0; row < rows; row++)
                sums[row] = sums[row] + keys * queries[row * item->stride + d];
        }
        _Pragma("clang loop unroll(full)") for (int row = 0; row < rows; row++)
            *(floats *)(scores + row * width + start) = sums[row] * scale;
    }
}

// Weights 2^(score - maximum) of the first `seen` scores, zeros up to `width`; returns 1 / their sum.
BODY float softmax(float *scores, size_t seen, size_t width) {
    floats most = (floats){0} - INFINITY, sums = {0};
    for (size_t i = seen; i < width; i++) scores[i] = -INFINITY;
    for (size_t i = 0; i < width; i += TOKENS) {
        floats next = *(const floats *)(scores + i);
        ints larger = next > most;
        most = (floats)(((ints)next & larger) | ((ints)most & ~larger));
    }
    float maximum = most[0];
    for (int lane = 1; lane < TOKENS; lane++) maximum = most[lane] > maximum ? most[lane] : maximum;
    for (size_t i = 0; i < width; i += TOKENS) {
        floats next = *(const floats *)(scores + i) - maximum;
        power_of_two(&next);
        *(floats *)(scores + i) = next;
        sums = sums + next;
    }
    float sum = 0;
    for (int lane = 0; lane < TOKENS; lane++) sum += sums[lane];
    return 1.0f / sum;
}

BODY void add_values(const ck_sequence_attention_item *item, size_t first, const int rows, size_t seen,
                     const float *scores, size_t width, const float *factors) {
    for (size_t d = 0; d < item->head_size; d += 16) {
        const float *values = item->values + d;
        floats sums[ROWS] = {0};
        for (size_t token = 0; token < seen; token++) {
            floats value = *(const floats *)(values + token * item->stride);
            _Pragma("clang loop unroll(full)") for (int row = 0; row < rows; row++)
                sums[row] = sums[row] + value * scores[row * width + token];
        }
        _Pragma("clang loop unroll(full)") for (int row = 0; row < rows; row++)
            *(floats *)(item->out + (first + row) * item->out_stride + d) = sums[row] * factors[row];
    }
}

BODY void attend(const ck_sequence_attention_item *item, size_t first, const int rows, float scale) {
    size_t seen = item->is_causal ? first + rows : item->tokens, width = padded(seen);
    float *scores = item->scratch + padded(item->tokens) * item->head_size;
    float factors[ROWS];
    multiply_keys(item, first, rows, seen, scale, scores, width);
    for (int row = 0; row < rows; row++)
        factors[row] = softmax(scores + row * width, item->is_causal ? first + row + 1 : seen, width);
    add_values(item, first, rows, seen, scores, width, factors);
}

BODY void run(const ck_sequence_attention_item *item) {
    const float scale = 1.44269504088896341f / sqrtf((float)item->head_size);
    turn_keys(item, item->is_causal ? item->last : item->tokens);
    size_t first = item->first;
    for (; first + ROWS <= item->last; first += ROWS) attend(item, first, ROWS, scale);
    for (; first < item->last; first++) attend(item, first, 1, scale);
}

// The same loops compiled for each set of instructions.
#define ATTENTION(SET, ATTRIBUTE) \
    ATTRIBUTE void sequence_##SET(const ck_sequence_attention_item *item) { run(item); }

ATTENTION(baseline, static)
#if defined(__x86_64__)
ATTENTION(avx2, AVX2_BODY)
ATTENTION(avx512, AVX512_BODY)
#endif

ck_sequence_attention_fn ck_sequence_attention(ck_isa isa) { return CHOOSE(isa, sequence); }
