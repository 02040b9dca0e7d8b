// What the integer kernels of NEON share; included once per set, before `gemm_panels.h`.
#include <arm_neon.h>
#include <string.h>

#include "gemm_epilogue.h"
#include "gemm_expand.h"

// Byte - 128 of 16 bytes: no start value is needed.
INLINE int8x16_t signed_bytes(const uint8_t *bytes) {
    return vreinterpretq_s8_u8(veorq_u8(vld1q_u8(bytes), vdupq_n_u8(128)));
}

// A group's integer sums of one row times the scales of its columns, times the row's, added to what is there.
INLINE void add_scaled(float32x4_t *sums, const int32x4_t *whole, const uint8_t *group, float scale) {
    const uint16_t *halves = (const uint16_t *)(group + CK_GROUP_BYTES_8 - 64);
    UNROLL for (int v = 0; v < 8; v++) {
        const float32x4_t weight_scale = vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(halves + 4 * v), 16));
        const float32x4_t scaled = vmulq_f32(vcvtq_f32_s32(whole[v]), weight_scale);
        sums[v] = vaddq_f32(sums[v], vmulq_n_f32(scaled, scale));
    }
}

// The high and the low plane's sums as one.
INLINE int32x4_t both_planes(int32x4_t high, int32x4_t low) { return vaddq_s32(vshlq_n_s32(high, 8), low); }

// A row's sums to their place.
INLINE void put_row(const ck_destination *to, size_t panel, size_t row, const float32x4_t *sums) {
    float results[CK_PANEL];
    UNROLL for (int v = 0; v < 8; v++) vst1q_f32(results + 4 * v, sums[v]);
    finish(to, panel, row, 1, results, CK_PANEL);
}
