#include <string.h>

#include "gemm_kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "gemm_epilogue.h"

#define UNROLL _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))

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

// One row by one panel; bits and planes are constants at each call.
INLINE void tile(const ck_integer_product *product, size_t panel, size_t row, const int bits, const int planes) {
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    const size_t groups = product->groups, stride = product->plane_stride;
    const uint8_t *weights = product->weights + panel * groups * group_bytes;
    const int8_t *values = product->planes + row * planes * stride;
    float32x4_t sums[8];
    UNROLL for (int v = 0; v < 8; v++) sums[v] = vdupq_n_f32(0);
    for (size_t group = 0; group < groups; group++, weights += group_bytes, values += CK_GROUP) {
        int32x4_t dots[2][8];
        // Weights of 8 bits lose their bias below; those of 4 keep it, and the start value takes it out.
        const int32_t start = bits == 8 ? 0 : product->starts[row * groups + group];
        UNROLL for (int v = 0; v < 8; v++) {
            dots[0][v] = vdupq_n_s32(planes == 1 ? start : 0);
            dots[1][v] = vdupq_n_s32(start);
        }
        for (size_t k = 0; k < CK_GROUP; k += bits == 8 ? 4 : 8) {
            UNROLL for (int part = 0; part < (bits == 8 ? 1 : 2); part++) {
                const int8x16_t first = four_inputs(values + k + 4 * part);
                const int8x16_t second = planes == 2 ? four_inputs(values + stride + k + 4 * part) : first;
                UNROLL for (int v = 0; v < 8; v++) {
                    const uint8x16_t bytes = vld1q_u8(weights + k * 4 * bits + 16 * v);
                    int8x16_t w;
                    if (bits == 8) w = vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(128)));
                    else w = vreinterpretq_s8_u8(part == 0 ? vandq_u8(bytes, vdupq_n_u8(15)) : vshrq_n_u8(bytes, 4));
                    dots[0][v] = dot(dots[0][v], w, first);
                    if (planes == 2) dots[1][v] = dot(dots[1][v], w, second);
                }
            }
        }
        const float scale = product->scales[row * groups + group];
        UNROLL for (int v = 0; v < 8; v++) {
            const int32x4_t whole = planes == 2 ? vaddq_s32(vshlq_n_s32(dots[0][v], 8), dots[1][v]) : dots[0][v];
            const uint16x4_t halves = vld1_u16((const uint16_t *)(weights + group_bytes - 64) + 4 * v);
            const float32x4_t weight_scale = vreinterpretq_f32_u32(vshll_n_u16(halves, 16));
            const float32x4_t scaled = vmulq_f32(vcvtq_f32_s32(whole), weight_scale);
            sums[v] = vaddq_f32(sums[v], vmulq_n_f32(scaled, scale));
        }
    }
    float results[CK_PANEL];
    UNROLL for (int v = 0; v < 8; v++) vst1q_f32(results + 4 * v, sums[v]);
    finish(&product->to, panel, row, 1, results, CK_PANEL);
}

#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        for (size_t panel = 0; panel < panels; panel++) \
            for (size_t row = 0; row < rows; row++) tile(product, panel, row, bits, planes); \
    }
KERNEL(w8a8_neon, 8, 1)
KERNEL(w4a8_neon, 4, 1)
KERNEL(w8a16_neon, 8, 2)
KERNEL(w4a16_neon, 4, 2)

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

ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) {
    if (weight_bits == 8) return activation_bits == 8 ? w8a8_neon : w8a16_neon;
    return activation_bits == 8 ? w4a8_neon : w4a16_neon;
}
ck_bf16_gemm ck_bf16_gemm_neon(void) { return bf16_neon; }
#else
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) { return NULL; }
ck_bf16_gemm ck_bf16_gemm_neon(void) { return NULL; }
#endif
