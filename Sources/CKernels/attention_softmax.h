#ifndef ATTENTION_SOFTMAX_H
#define ATTENTION_SOFTMAX_H
// Softmax over a tile's rows for kernels that compute in f32.
#include "attention_walk.h"
#include "portable_vectors.h"

// Keys from `seen` on get weight 0.
BODY void hide(float *scores, int32_t seen) {
    for (int32_t key = seen; key < CK_KV_CHUNK; key++) scores[key] = masked_score;
}

// Scores above the row's maximum: raises it, and scales what the row has summed up. Bounds the scores of the `seen`
// keys too, also those that are no numbers.
__attribute__((noinline)) static void raise_maximum(const attention_tile *tile, int row, int32_t seen, float *scores) {
    const floats bound = (floats){0} + score_bound;
    floats largest = -bound;
    for (int key = 0; key < CK_KV_CHUNK; key += 16) {
        floats *score = (floats *)(scores + key);
        *score = __builtin_elementwise_min(__builtin_elementwise_max(*score, -bound), bound);
        largest = __builtin_elementwise_max(largest, *score);
    }
    hide(scores, seen);
    const float raised = ceilf(__builtin_reduce_max(largest)) + headroom;
    floats factor = (floats){0} + (tile->maxima[row] - raised);
    power_of_two(&factor);
    tile->maxima[row] = raised;
    float *sums = tile->sums + row * 16, *outputs = tile->outputs + row * tile->head_size;
    *(floats *)sums = *(floats *)sums * factor;
    for (int32_t d = 0; d < tile->head_size; d += 16) *(floats *)(outputs + d) = *(floats *)(outputs + d) * factor;
}

// Hides keys after the row, and sees to it that no score is above the row's maximum.
BODY void bound_scores(const attention_tile *tile, int row, float *scores) {
    int32_t seen = tile->limits[row] - tile->start + 1;
    seen = seen < 0 ? 0 : seen < CK_KV_CHUNK ? seen : CK_KV_CHUNK;
    hide(scores, seen);
    ints above = {0};
    for (int key = 0; key < CK_KV_CHUNK; key += 16) above |= *(const floats *)(scores + key) > tile->maxima[row];
    // The first chunk always: nothing is above the first maximum where no score is a number.
    if (__builtin_expect(tile->start == 0 || __builtin_reduce_or(above), 0)) raise_maximum(tile, row, seen, scores);
}

// scores[0..<64] become weights 2^(score - maximum), 0 for keys after the row.
BODY void softmax(const attention_tile *tile, int row, float *scores) {
    bound_scores(tile, row, scores);
    const float maximum = tile->maxima[row];
    floats sum = *(const floats *)(tile->sums + row * 16);
    for (int key = 0; key < CK_KV_CHUNK; key += 16) {
        floats weight = *(const floats *)(scores + key) - maximum;
        power_of_two(&weight);
        *(floats *)(scores + key) = weight;
        sum = sum + weight;
    }
    *(floats *)(tile->sums + row * 16) = sum;
}
#endif
