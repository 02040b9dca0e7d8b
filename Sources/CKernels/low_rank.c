#include "ck_low_rank.h"
#include "portable_vectors.h"
#include "unroll.h"

enum { PANEL = 32, HALF = 16 };

typedef uint16_t halves __attribute__((vector_size(32), aligned(2)));

// 16 weights from number `index` on.
BODY void load(const void *weights, size_t index, const int is_wide, floats *out) {
    if (is_wide) *out = *(const floats *)((const float *)weights + index);
    else *out = (floats)(__builtin_convertvector(*(const halves *)((const uint16_t *)weights + index), bits) << 16);
}

BODY void multiply_add(const floats *weights, float x, floats *sum) {
    const floats factor = {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
    *sum = __builtin_elementwise_fma(*weights, factor, *sum);
}

// `rows` rows, a constant at each call, so that all sums stay in registers.
BODY void tile(const ck_low_rank *panel, size_t row, const int rows, const int is_wide) {
    const float *left = panel->left + row * panel->x_stride, *right = panel->right + row * panel->x_stride;
    float *target = panel->sums + row * panel->sum_stride;
    floats sums[12][2];
    UNROLL for (int r = 0; r < rows; r++) {
        sums[r][0] = *(const floats *)(target + r * panel->sum_stride);
        sums[r][1] = *(const floats *)(target + r * panel->sum_stride + HALF);
    }
    for (size_t k = 0; k < panel->depth; k++) {
        floats first, second;
        load(panel->weights, k * PANEL, is_wide, &first);
        load(panel->weights, k * PANEL + HALF, is_wide, &second);
        UNROLL for (int r = 0; r < rows; r++) {
            multiply_add(&first, left[r * panel->x_stride + k], &sums[r][0]);
            multiply_add(&second, right[r * panel->x_stride + k], &sums[r][1]);
        }
    }
    UNROLL for (int r = 0; r < rows; r++) {
        *(floats *)(target + r * panel->sum_stride) = sums[r][0];
        *(floats *)(target + r * panel->sum_stride + HALF) = sums[r][1];
    }
}

// Tiles of `most` rows, then of one.
BODY void panel_rows(const ck_low_rank *panel, size_t rows, const int most, const int is_wide) {
    size_t row = 0;
    for (; row + most <= rows; row += most) tile(panel, row, most, is_wide);
    if (most > 3)
        for (; row + 3 <= rows; row += 3) tile(panel, row, 3, is_wide);
    for (; row < rows; row++) tile(panel, row, 1, is_wide);
}

#define LOW_RANK(SET, ATTRIBUTE, MOST) \
    ATTRIBUTE void low_rank_##SET(const ck_low_rank *panel, size_t rows) { \
        if (panel->is_wide) panel_rows(panel, rows, MOST, 1); \
        else panel_rows(panel, rows, MOST, 0); \
    }

LOW_RANK(baseline, static, 1)
#if defined(__x86_64__)
LOW_RANK(avx2, AVX2_BODY, 3)
LOW_RANK(avx512, AVX512_BODY, 12)
#endif

ck_low_rank_fn ck_find_low_rank(ck_isa isa) { return CHOOSE(isa, low_rank); }
