#include "ck_gemm.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

void ck_quantize_regions(const float *numbers, size_t count, size_t rank, size_t depth, int8_t *bytes, float *scales,
                         int32_t *starts) {
    for (size_t region = 0; region < count; region++, numbers += rank, bytes += depth) {
        const float most = largest_magnitude(numbers, (int32_t)rank), factor = level_factor(most, 127.0f);
        int32_t sum = 0;
        for (size_t i = 0; i < rank; i++) {
            const int32_t value = rounded(numbers[i] * factor, 127.0f);
            bytes[i] = (int8_t)value;
            sum += value;
        }
        memset(bytes + rank, 0, depth - rank);
        scales[region] = level_size(most, 127.0f);
        starts[region] = -128 * sum;
    }
}
