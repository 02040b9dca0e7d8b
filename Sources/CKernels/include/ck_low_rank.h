#ifndef CK_LOW_RANK_H
#define CK_LOW_RANK_H
// What a low-rank adapter (arXiv 2106.09685) adds to a product: B (A x), where A x is known.
#include "ck_isa.h"

// B for a panel of 32 outputs, [depth][32], missing columns zero. The left and the right 16 columns each multiply
// numbers of their own: gate and up, say, lie in one panel, and each has its A.
typedef struct {
    const void *weights;  // 64-byte aligned
    int is_wide;          // f32, else bf16
    size_t depth;
    const float *left, *right;  // of the first row; `depth` numbers each
    size_t x_stride;            // floats from row to row
    float *sums;                // [rows, 32] of `sum_stride`: added to
    size_t sum_stride;
} ck_low_rank;

// sum = fma(x[k], weight[k], sum) for k in order: the same bits for any instruction set and any rows beside it.
typedef void (*ck_low_rank_fn)(const ck_low_rank *panel, size_t rows);
ck_low_rank_fn _Nonnull ck_find_low_rank(ck_isa isa);

#endif
