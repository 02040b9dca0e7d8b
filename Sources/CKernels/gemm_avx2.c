#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "gemm_epilogue.h"
#include "gemm_expand.h"


// AVX2 multiplies bytes only with saturating sums (vpmaddubsw), so bytes are widened to words: `even` has the
// inputs 0 and 2 of four, `odd` 1 and 3, and vpmaddwd adds two products to 32 bits, exactly.
typedef struct {
    __m256i even, odd;
} words;

INLINE __m256i four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return _mm256_set1_epi32(word);
}

// Four inputs of a row for all columns; with two planes 256 * high + low.
INLINE words inputs_at(const int8_t *values, size_t stride, const int planes) {
    const __m256i first = four_inputs(values);
    if (planes == 1) return (words){_mm256_srai_epi16(_mm256_slli_epi16(first, 8), 8), _mm256_srai_epi16(first, 8)};
    const __m256i low = four_inputs(values + stride);
    return (words){_mm256_add_epi16(_mm256_slli_epi16(first, 8), _mm256_srai_epi16(_mm256_slli_epi16(low, 8), 8)),
                   _mm256_add_epi16(_mm256_and_si256(first, _mm256_set1_epi16((short)0xff00)),
                                    _mm256_srai_epi16(low, 8))};
}

INLINE void accumulate(__m256i *dot, words weights, words values) {
    *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights.even, values.even));
    *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights.odd, values.odd));
}

// `rows` rows (1 or 2) by one panel; rows and planes are constants at each call.
INLINE void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row, const int rows,
                 const int planes) {
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *values = product->planes + row * planes * stride;
    const __m256i low_byte = _mm256_set1_epi16(255);
    _Alignas(32) float sums[2][CK_PANEL] = {{0}};
    for (size_t group = 0; group < groups; group++, weights += CK_GROUP_BYTES_8, values += CK_GROUP) {
        __m256i dots[2][4];
        UNROLL for (int r = 0; r < rows; r++)
            UNROLL for (int v = 0; v < 4; v++)
                dots[r][v] = _mm256_set1_epi32(product->starts[(row + r) * groups + group]);
        for (size_t k = 0; k < CK_GROUP; k += 4) {
            words x[2];
            UNROLL for (int r = 0; r < rows; r++) x[r] = inputs_at(values + r * planes * stride + k, stride, planes);
            UNROLL for (int v = 0; v < 4; v++) {
                const __m256i bytes = _mm256_load_si256((const void *)(weights + k * CK_PANEL + 32 * v));
                const words w = {_mm256_and_si256(bytes, low_byte), _mm256_srli_epi16(bytes, 8)};
                UNROLL for (int r = 0; r < rows; r++) accumulate(&dots[r][v], w, x[r]);
            }
        }
        UNROLL for (int v = 0; v < 4; v++) {
            const __m128i halves = _mm_load_si128((const void *)(weights + CK_GROUP_BYTES_8 - 64 + 16 * v));
            const __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
            UNROLL for (int r = 0; r < rows; r++) {
                const __m256 x_scale = _mm256_set1_ps(product->scales[(row + r) * groups + group]);
                const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[r][v]), scale);
                const __m256 sum = _mm256_load_ps(sums[r] + 8 * v);
                _mm256_store_ps(sums[r] + 8 * v, _mm256_add_ps(sum, _mm256_mul_ps(scaled, x_scale)));
            }
        }
    }
    finish(&product->to, panel, row, (size_t)rows, sums[0], CK_PANEL);
}

INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int planes) {
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) tile(product, weights, panel, row, 2, planes);
    if (row < rows) tile(product, weights, panel, row, 1, planes);
}

#include "gemm_panels.h"

KERNELS(avx2)

// As vdpbf16ps does: of each pair of inputs the odd one first.
INLINE void bf16_tile(const ck_bf16_product *product, size_t panel, size_t row, const int rows) {
    const uint16_t *weights = product->weights + panel * product->inputs * CK_PANEL;
    const uint16_t *values = product->values + row * product->value_stride;
    const __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    __m256 sums[2][4];
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < 4; v++) sums[r][v] = _mm256_setzero_ps();
    for (size_t k = 0; k < product->inputs; k += 2, weights += 2 * CK_PANEL) {
        __m256 even[2], odd[2];
        UNROLL for (int r = 0; r < rows; r++) {
            const __m256i pair = four_inputs((const int8_t *)(values + r * product->value_stride + k));
            even[r] = _mm256_castsi256_ps(_mm256_slli_epi32(pair, 16));
            odd[r] = _mm256_castsi256_ps(_mm256_and_si256(pair, upper));
        }
        UNROLL for (int v = 0; v < 4; v++) {
            const __m256i pair = _mm256_load_si256((const void *)(weights + 16 * v));
            const __m256 w_odd = _mm256_castsi256_ps(_mm256_and_si256(pair, upper));
            const __m256 w_even = _mm256_castsi256_ps(_mm256_slli_epi32(pair, 16));
            UNROLL for (int r = 0; r < rows; r++) {
                sums[r][v] = _mm256_fmadd_ps(w_odd, odd[r], sums[r][v]);
                sums[r][v] = _mm256_fmadd_ps(w_even, even[r], sums[r][v]);
            }
        }
    }
    _Alignas(32) float results[2][CK_PANEL];
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < 4; v++) _mm256_store_ps(results[r] + 8 * v, sums[r][v]);
    finish(&product->to, panel, row, (size_t)rows, results[0], CK_PANEL);
}

static void bf16_avx2(const ck_bf16_product *product, size_t panels, size_t rows) {
    for (size_t panel = 0; panel < panels; panel++) {
        size_t row = 0;
        for (; row + 2 <= rows; row += 2) bf16_tile(product, panel, row, 2);
        if (row < rows) bf16_tile(product, panel, row, 1);
    }
}
#pragma clang attribute pop

ck_bf16_gemm ck_bf16_gemm_avx2(void) { return bf16_avx2; }
#else
ck_integer_gemm ck_integer_gemm_avx2(int weight_bits, int activation_bits) { return NULL; }
ck_bf16_gemm ck_bf16_gemm_avx2(void) { return NULL; }
#endif
