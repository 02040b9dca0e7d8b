#include <string.h>

#include "gemm_kernels.h"

#include "gemm_epilogue.h"
#include "gemm_expand.h"

// One panel for some rows: integer sums of each group of 128, then their scales, in f32.
static inline void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                        const int planes) {
    const size_t groups = product->groups;
    for (size_t row = 0; row < rows; row++) {
        const int8_t *high = product->planes + row * planes * product->plane_stride;
        const int8_t *low = high + product->plane_stride;
        float sums[CK_PANEL] = {0};
        for (size_t group = 0; group < groups; group++) {
            const uint8_t *bytes = weights + group * CK_GROUP_BYTES_8;
            for (int column = 0; column < CK_PANEL; column++) {
                int32_t dot = product->starts[row * groups + group];
                for (int k = 0; k < CK_GROUP; k++) {
                    const size_t input = group * CK_GROUP + k;
                    const int value = planes == 1 ? high[input] : 256 * high[input] + low[input];
                    dot += bytes[(k / 4 * CK_PANEL + column) * 4 + k % 4] * value;
                }
                uint16_t half;
                memcpy(&half, bytes + CK_GROUP_BYTES_8 - 64 + 2 * column, 2);
                const uint32_t word = (uint32_t)half << 16;
                float scale;
                memcpy(&scale, &word, 4);
                const float scaled = (float)dot * scale;
                sums[column] = sums[column] + scaled * product->scales[row * groups + group];
            }
        }
        finish(&product->to, panel, row, 1, sums, CK_PANEL);
    }
}

// The scalar kernel knows no larger tile than the one above.
static inline void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                                 const int planes) {
    tile(product, weights, panel, rows, planes);
}

#include "gemm_panels.h"

KERNELS(scalar)

ck_finish ck_finish_scalar(void) { return finish_all; }
