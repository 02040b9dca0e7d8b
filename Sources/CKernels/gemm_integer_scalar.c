#include <string.h>

#include "gemm_kernels.h"

#include "gemm_epilogue.h"

// One weight, as it is stored (with its bias).
static inline int stored_weight(const uint8_t *group, int column, int k, int bits) {
    if (bits == 8) return group[(k / 4 * CK_PANEL + column) * 4 + k % 4];
    const int byte = group[(k / 8 * CK_PANEL + column) * 4 + k % 4];
    return k % 8 < 4 ? byte & 15 : byte >> 4;
}

static inline void tile(const ck_integer_product *product, size_t panel, size_t first, const int rows, const int bits,
                        const int planes) {
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    const size_t groups = product->groups;
    const uint8_t *weights = product->weights + panel * groups * group_bytes;
    for (size_t row = first; row < first + rows; row++) {
        const int8_t *high = product->planes + row * planes * product->plane_stride;
        const int8_t *low = high + product->plane_stride;
        float sums[CK_PANEL] = {0};
        for (size_t group = 0; group < groups; group++) {
            const uint8_t *start = weights + group * group_bytes;
            for (int column = 0; column < CK_PANEL; column++) {
                int32_t dot = product->starts[row * groups + group];
                for (int k = 0; k < CK_GROUP; k++) {
                    const size_t input = group * CK_GROUP + k;
                    const int value = planes == 1 ? high[input] : 256 * high[input] + low[input];
                    dot += stored_weight(start, column, k, bits) * value;
                }
                uint16_t half;
                memcpy(&half, start + group_bytes - 64 + 2 * column, 2);
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

#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        for (size_t panel = 0; panel < panels; panel++) tile(product, panel, 0, (int)rows, bits, planes); \
    }

KERNEL(w8a8_scalar, 8, 1)
KERNEL(w4a8_scalar, 4, 1)
KERNEL(w8a16_scalar, 8, 2)
KERNEL(w4a16_scalar, 4, 2)

ck_finish ck_finish_scalar(void) { return finish_all; }

ck_integer_gemm ck_integer_gemm_scalar(int weight_bits, int activation_bits) {
    if (weight_bits == 8) return activation_bits == 8 ? w8a8_scalar : w8a16_scalar;
    return activation_bits == 8 ? w4a8_scalar : w4a16_scalar;
}
