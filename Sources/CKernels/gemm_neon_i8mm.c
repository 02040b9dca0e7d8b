#include "gemm_kernels.h"

// For processors with the matrix product of Armv8.6: two lines of inputs by two columns an instruction, eight products
// each. The lines are two rows or the two planes of one.
#if defined(__aarch64__)
#pragma clang attribute push(__attribute__((target("i8mm"))), apply_to = function)
#include "gemm_neon.h"

// The sums of two lines with the columns of a group, each: first[v] and second[v] have columns 4v to 4v + 3.
INLINE void multiply_group(const uint8_t *weights, const int8_t *one, const int8_t *other, int32x4_t *first,
                           int32x4_t *second) {
    int32x4_t left[8], right[8];  // [one, column; one, next column; other, column; other, next column]
    UNROLL for (int v = 0; v < 8; v++) left[v] = right[v] = vdupq_n_s32(0);
    for (size_t k = 0; k < CK_GROUP; k += 8) {
        const int8x16_t lines = vcombine_s8(vld1_s8(one + k), vld1_s8(other + k));
        UNROLL for (int v = 0; v < 8; v++) {
            const int32x4_t low = vreinterpretq_s32_s8(signed_bytes(weights + k * CK_PANEL + 16 * v));
            const int32x4_t high = vreinterpretq_s32_s8(signed_bytes(weights + (k + 4) * CK_PANEL + 16 * v));
            left[v] = vmmlaq_s32(left[v], lines, vreinterpretq_s8_s32(vzip1q_s32(low, high)));
            right[v] = vmmlaq_s32(right[v], lines, vreinterpretq_s8_s32(vzip2q_s32(low, high)));
        }
    }
    UNROLL for (int v = 0; v < 8; v++) {
        first[v] = vcombine_s32(vget_low_s32(left[v]), vget_low_s32(right[v]));
        second[v] = vcombine_s32(vget_high_s32(left[v]), vget_high_s32(right[v]));
    }
}

// `rows` rows by one panel: two of one plane (or a last one, beside itself), or one of two.
INLINE void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row, const int rows,
                 const int planes) {
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *one = product->planes + row * planes * stride;
    const int8_t *other = rows * planes == 2 ? one + stride : one;
    const float *scales = product->scales + row * groups;
    float32x4_t sums[2][8];
    UNROLL for (int v = 0; v < 8; v++) sums[0][v] = sums[1][v] = vdupq_n_f32(0);
    for (size_t group = 0; group < groups; group++, weights += CK_GROUP_BYTES_8, one += CK_GROUP, other += CK_GROUP) {
        int32x4_t dots[2][8];
        multiply_group(weights, one, other, dots[0], dots[1]);
        if (planes == 2) UNROLL for (int v = 0; v < 8; v++) dots[0][v] = both_planes(dots[0][v], dots[1][v]);
        add_scaled(sums[0], dots[0], weights, scales[group]);
        if (rows == 2) add_scaled(sums[1], dots[1], weights, scales[groups + group]);
    }
    put_row(&product->to, panel, row, sums[0]);
    if (rows == 2) put_row(&product->to, panel, row + 1, sums[1]);
}

INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int planes) {
    size_t row = 0;
    if (planes == 1) for (; row + 2 <= rows; row += 2) tile(product, weights, panel, row, 2, 1);
    for (; row < rows; row++) tile(product, weights, panel, row, 1, planes);
}

#include "gemm_panels.h"

KERNELS(neon_i8mm)
#pragma clang attribute pop
#endif
