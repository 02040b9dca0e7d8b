#ifndef CK_VECTORS_H
#define CK_VECTORS_H
// Scores of one vector against many, in 8 bits or in f32.
#include "ck_isa.h"

// Rows of bytes, each an element + 128, `stride` bytes apart; bytes beyond a row's width are 128.
typedef struct {
    const uint8_t *rows;
    size_t count;
    size_t stride;        // a multiple of 64, at most 65536
    const float *scales;  // [count]
} ck_byte_rows;

// scores[i] = (sum over j of (rows[i][j] - 128) * query[j]) * (scales[i] * scale); query: [stride], zeros at the end.
// The sum is exact, so the result is the same for any instruction set.
typedef void (*ck_byte_scores_fn)(const ck_byte_rows *rows, const int8_t *query, float scale, float *scores);
ck_byte_scores_fn _Nonnull ck_byte_scores(ck_isa isa);

// scores[i] = sum over j of rows[i * width + j] * query[j], for i < count; f32.
typedef void (*ck_float_scores_fn)(const float *rows, size_t count, size_t width, const float *query, float *scores);
ck_float_scores_fn _Nonnull ck_float_scores(ck_isa isa);

#endif
