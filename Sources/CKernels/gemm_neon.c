#include "gemm_kernels.h"

#if defined(__aarch64__)
#include "gemm_neon.h"
#if defined(__linux__)
#include <sys/auxv.h>
#endif

// The dot product of processors without an instruction for it.
INLINE int32x4_t dot(int32x4_t sum, int8x16_t weights, int8x16_t values) {
    const int16x8_t low = vmull_s8(vget_low_s8(weights), vget_low_s8(values));
    const int16x8_t high = vmull_s8(vget_high_s8(weights), vget_high_s8(values));
    return vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
}

#include "gemm_neon_rows.h"
#include "gemm_panels.h"

KERNELS(neon_plain)

// What this processor has; a build for one that must have it needs no question.
ck_neon_products ck_find_neon_products(void) {
#if defined(__linux__)
    const unsigned long dot_product = 1ul << 20, matrix_product = 1ul << 13;  // HWCAP_ASIMDDP; HWCAP2_I8MM
    if (getauxval(AT_HWCAP2) & matrix_product) return CK_NEON_I8MM;
    if (getauxval(AT_HWCAP) & dot_product) return CK_NEON_DOT;
#endif
#if defined(__ARM_FEATURE_DOTPROD)
    return CK_NEON_DOT;
#else
    return CK_NEON_PLAIN;
#endif
}

// The best kernel of these widths that this processor runs.
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) {
    switch (ck_find_neon_products()) {
    case CK_NEON_I8MM: return ck_integer_gemm_neon_i8mm(weight_bits, activation_bits);
    case CK_NEON_DOT: return ck_integer_gemm_neon_dot(weight_bits, activation_bits);
    case CK_NEON_PLAIN: break;
    }
    return ck_integer_gemm_neon_plain(weight_bits, activation_bits);
}

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
            put_row(&product->to, panel, row, sums);
        }
    }
}

ck_bf16_gemm ck_bf16_gemm_neon(void) { return bf16_neon; }
#else
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) { return NULL; }
ck_bf16_gemm ck_bf16_gemm_neon(void) { return NULL; }
#endif
