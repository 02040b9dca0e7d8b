#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16"))), apply_to = function)
#include "gemm_epilogue.h"


// `rows` rows (a constant at each call) by one panel; all sums stay in registers.
static inline __attribute__((always_inline)) void tile(const ck_bf16_product *product, size_t panel, size_t row,
                                                       const int rows) {
    const size_t stride = product->value_stride;
    const uint16_t *weights = product->weights + panel * product->inputs * CK_PANEL;
    const uint16_t *values = product->values + row * stride;
    __m512 sums[12][2];
    UNROLL for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
    for (size_t k = 0; k < product->inputs; k += 2, weights += 2 * CK_PANEL) {
        const __m512bh left = (__m512bh)_mm512_load_si512(weights);
        const __m512bh right = (__m512bh)_mm512_load_si512(weights + CK_PANEL);
        UNROLL for (int r = 0; r < rows; r++) {
            int32_t word;
            memcpy(&word, values + r * stride + k, 4);
            const __m512bh pair = (__m512bh)_mm512_set1_epi32(word);
            sums[r][0] = _mm512_dpbf16_ps(sums[r][0], left, pair);
            sums[r][1] = _mm512_dpbf16_ps(sums[r][1], right, pair);
        }
    }
    _Alignas(64) float results[12][CK_PANEL];
    UNROLL for (int r = 0; r < rows; r++) {
        _mm512_store_ps(results[r], sums[r][0]);
        _mm512_store_ps(results[r] + 16, sums[r][1]);
    }
    finish(&product->to, panel, row, (size_t)rows, results[0], CK_PANEL);
}

// Tiles of 12 rows, then of 6, 3 and 1.
static void bf16_gemm(const ck_bf16_product *product, size_t panels, size_t rows) {
    for (size_t panel = 0; panel < panels; panel++) {
        size_t row = 0;
        for (; row + 12 <= rows; row += 12) tile(product, panel, row, 12);
        for (; row + 6 <= rows; row += 6) tile(product, panel, row, 6);
        for (; row + 3 <= rows; row += 3) tile(product, panel, row, 3);
        for (; row < rows; row++) tile(product, panel, row, 1);
    }
}
#pragma clang attribute pop

ck_bf16_gemm ck_bf16_gemm_avx512(void) { return bf16_gemm; }
#else
ck_bf16_gemm ck_bf16_gemm_avx512(void) { return NULL; }
#endif
