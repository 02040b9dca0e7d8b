#include <string.h>

#include "gemm_kernels.h"

#include "gemm_epilogue.h"

// A bfloat16 as f32: the upper half of its bits.
static inline float widened(uint16_t half) {
    const uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

// `rows` inputs by `panels` panels of 32 outputs; sums in f32, in the order of the inputs.
static void bf16_gemm(const ck_bf16_product *product, size_t panels, size_t rows) {
    for (size_t panel = 0; panel < panels; panel++) {
        const uint16_t *weights = product->weights + panel * product->inputs * CK_PANEL;
        for (size_t row = 0; row < rows; row++) {
            const uint16_t *values = product->values + row * product->value_stride;
            float sums[CK_PANEL] = {0};
            for (size_t k = 0; k < product->inputs; k++) {
                const float value = widened(values[k]);
                for (size_t column = 0; column < CK_PANEL; column++)
                    sums[column] += value * widened(weights[k / 2 * 2 * CK_PANEL + column * 2 + k % 2]);
            }
            finish(&product->to, panel, row, 1, sums, CK_PANEL);
        }
    }
}

ck_bf16_gemm ck_bf16_gemm_scalar(void) { return bf16_gemm; }
