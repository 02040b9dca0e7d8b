#include <string.h>

#include "gemm_kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "gemm_epilogue.h"
#include "gemm_expand.h"


// Adds to each of four columns the products of its four weights with four inputs.
INLINE int32x4_t dot(int32x4_t sum, int8x16_t weights, int8x16_t values) {
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(sum, weights, values);
#else
    const int16x8_t low = vmull_s8(vget_low_s8(weights), vget_low_s8(values));
    const int16x8_t high = vmull_s8(vget_high_s8(weights), vget_high_s8(values));
    return vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
}

INLINE int8x16_t four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return vreinterpretq_s8_s32(vdupq_n_s32(word));
}

// One row by one panel; planes is a constant at each call.
INLINE void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row,
                 const int planes) {
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *values = product->planes + row * planes * stride;
    float32x4_t sums[8];
    UNROLL for (int v = 0; v < 8; v++) sums[v] = vdupq_n_f32(0);
    for (size_t group = 0; group < groups; group++, weights += CK_GROUP_BYTES_8, values += CK_GROUP) {
        int32x4_t dots[2][8];
        UNROLL for (int v = 0; v < 8; v++) dots[0][v] = dots[1][v] = vdupq_n_s32(0);
        for (size_t k = 0; k < CK_GROUP; k += 4) {
            const int8x16_t first = four_inputs(values + k);
            const int8x16_t second = planes == 2 ? four_inputs(values + stride + k) : first;
            UNROLL for (int v = 0; v < 8; v++) {
                // Byte - 128: no start value is needed.
                const uint8x16_t bytes = vld1q_u8(weights + k * CK_PANEL + 16 * v);
                const int8x16_t w = vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(128)));
                dots[0][v] = dot(dots[0][v], w, first);
                if (planes == 2) dots[1][v] = dot(dots[1][v], w, second);
            }
        }
        const float scale = product->scales[row * groups + group];
        UNROLL for (int v = 0; v < 8; v++) {
            const int32x4_t whole = planes == 2 ? vaddq_s32(vshlq_n_s32(dots[0][v], 8), dots[1][v]) : dots[0][v];
            const uint16x4_t halves = vld1_u16((const uint16_t *)(weights + CK_GROUP_BYTES_8 - 64) + 4 * v);
            const float32x4_t weight_scale = vreinterpretq_f32_u32(vshll_n_u16(halves, 16));
            const float32x4_t scaled = vmulq_f32(vcvtq_f32_s32(whole), weight_scale);
            sums[v] = vaddq_f32(sums[v], vmulq_n_f32(scaled, scale));
        }
    }
    float results[CK_PANEL];
    UNROLL for (int v = 0; v < 8; v++) vst1q_f32(results + 4 * v, sums[v]);
    finish(&product->to, panel, row, 1, results, CK_PANEL);
}

INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int planes) {
    for (size_t row = 0; row < rows; row++) tile(product, weights, panel, row, planes);
}

#include "gemm_panels.h"

KERNELS(neon)

// BF16 weights widened to f32 and multiplied there.
static void bf16_neon(const ck_bf16_product *product, size_t panels, size_t rows) {
    for (size_t panel = 0; panel < panels; panel++) {
        for (size_t row = 0; row < rows; row++) {
            const uint16_t *weights = product->weights + panel * product->inputs * CK_PANEL;
            const uint16_t *values = product->values + row * product->value_stride;
            float32x4_t sums[8];
            UNROLL for (int v = 0; v < 8; v++) sums[v] = vdupq_n_f32(0);
            for (size_t k = 0; k < product->inputs; k += 2, weights += 2 * CK_PANEL) {
                const float32x4_t even = vreinterpretq_f32_u32(vdupq_n_u32((uint32_t)values[k] << 16));
                const float32x4_t odd = vreinterpretq_f32_u32(vdupq_n_u32((uint32_t)values[k + 1] << 16));
                UNROLL for (int v = 0; v < 8; v++) {
                    const uint32x4_t pair = vreinterpretq_u32_u16(vld1q_u16(weights + 8 * v));
                    const uint32x4_t upper = vandq_u32(pair, vdupq_n_u32(0xffff0000));
                    sums[v] = vfmaq_f32(sums[v], vreinterpretq_f32_u32(upper), odd);
                    sums[v] = vfmaq_f32(sums[v], vreinterpretq_f32_u32(vshlq_n_u32(pair, 16)), even);
                }
            }
            float results[CK_PANEL];
            UNROLL for (int v = 0; v < 8; v++) vst1q_f32(results + 4 * v, sums[v]);
            finish(&product->to, panel, row, 1, results, CK_PANEL);
        }
    }
}

ck_bf16_gemm ck_bf16_gemm_neon(void) { return bf16_neon; }
#else
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) { return NULL; }
ck_bf16_gemm ck_bf16_gemm_neon(void) { return NULL; }
#endif
