#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "gemm_epilogue.h"
#include "gemm_expand.h"

INLINE __m256i four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return _mm256_set1_epi32(word);
}

// sums[row][8 * vector ..] += dots * scales, for the vectors from `first` on.
INLINE void scale_group(const ck_integer_product *product, const uint8_t *scales, size_t group, size_t row,
                        const int rows, const int first, const int vectors, const __m256i dots[][4],
                        float sums[][CK_PANEL]) {
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m128i halves = _mm_load_si128((const void *)(scales + 16 * (first + v)));
        const __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
        UNROLL for (int r = 0; r < rows; r++) {
            const __m256 x_scale = _mm256_set1_ps(product->scales[(row + r) * product->groups + group]);
            const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[r][v]), scale);
            float *sum = sums[r] + 8 * (first + v);
            _mm256_store_ps(sum, _mm256_add_ps(_mm256_load_ps(sum), _mm256_mul_ps(scaled, x_scale)));
        }
    }
}

// One plane: vpmaddubsw adds the products of two bytes to 16 bits, the first ones without a sign, and saturates.
// Magnitudes of weights (at most 128) times activations (at most 127) that take over the weights' signs stay below;
// 255 times 127 would not. `rows` rows by a panel, `vectors` of 8 columns at a time; both are constants at each call,
// and their product is at most 8. Meanwhile a panel is fetched from `ahead` on, unless that is NULL.
INLINE void byte_tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row,
                      const int rows, const int vectors, const uint8_t *ahead) {
    const size_t stride = product->plane_stride;
    const int8_t *values = product->planes + row * stride;
    const __m256i ones = _mm256_set1_epi16(1), middle = _mm256_set1_epi8((char)128);
    _Alignas(32) float sums[4][CK_PANEL] = {{0}};
    for (size_t group = 0; group < product->groups; group++, weights += CK_GROUP_BYTES_8, values += CK_GROUP) {
        for (int first = 0; first < 4; first += vectors) {
            __m256i dots[4][4];
            UNROLL for (int r = 0; r < rows; r++)
                UNROLL for (int v = 0; v < vectors; v++) dots[r][v] = _mm256_setzero_si256();
            _Pragma("clang loop unroll_count(2)") for (size_t k = 0; k < CK_GROUP; k += 4) {
                if (ahead)
                    UNROLL for (int line = 0; line < vectors / 2; line++, ahead += 64)
                        _mm_prefetch((const char *)ahead, _MM_HINT_T1);
                __m256i signs[4], magnitudes[4];
                UNROLL for (int v = 0; v < vectors; v++) {
                    const __m256i bytes = _mm256_load_si256((const void *)(weights + k * CK_PANEL + 32 * (first + v)));
                    signs[v] = _mm256_xor_si256(bytes, middle);
                    magnitudes[v] = _mm256_abs_epi8(signs[v]);
                }
                UNROLL for (int r = 0; r < rows; r++) {
                    const __m256i x = four_inputs(values + r * stride + k);
                    UNROLL for (int v = 0; v < vectors; v++) {
                        const __m256i pairs = _mm256_maddubs_epi16(magnitudes[v], _mm256_sign_epi8(x, signs[v]));
                        dots[r][v] = _mm256_add_epi32(dots[r][v], _mm256_madd_epi16(pairs, ones));
                    }
                }
            }
            scale_group(product, weights + CK_GROUP_BYTES_8 - 64, group, row, rows, first, vectors, dots, sums);
        }
        if (ahead) ahead += CK_GROUP_BYTES_8 - CK_GROUP * CK_PANEL;
    }
    finish(&product->to, panel, row, (size_t)rows, sums[0], CK_PANEL);
}

// Two planes: words of the bytes; `even` has the inputs 0 and 2 of four, `odd` 1 and 3. vpmaddwd adds two products to
// 32 bits, exactly.
typedef struct {
    __m256i even, odd;
} words;

// Four inputs of a row for all columns: 256 * high + low.
INLINE words inputs_at(const int8_t *values, size_t stride) {
    const __m256i high = four_inputs(values), low = four_inputs(values + stride);
    return (words){_mm256_add_epi16(_mm256_slli_epi16(high, 8), _mm256_srai_epi16(_mm256_slli_epi16(low, 8), 8)),
                   _mm256_add_epi16(_mm256_and_si256(high, _mm256_set1_epi16((short)0xff00)),
                                    _mm256_srai_epi16(low, 8))};
}

INLINE void accumulate(__m256i *dot, words weights, words values) {
    *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights.even, values.even));
    *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights.odd, values.odd));
}

// `rows` rows (1 or 2, a constant at each call) by one panel.
INLINE void word_tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row,
                      const int rows) {
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *values = product->planes + row * 2 * stride;
    const __m256i low_byte = _mm256_set1_epi16(255);
    _Alignas(32) float sums[2][CK_PANEL] = {{0}};
    for (size_t group = 0; group < groups; group++, weights += CK_GROUP_BYTES_8, values += CK_GROUP) {
        __m256i dots[2][4];
        UNROLL for (int r = 0; r < rows; r++)
            UNROLL for (int v = 0; v < 4; v++)
                dots[r][v] = _mm256_set1_epi32(product->starts[(row + r) * groups + group]);
        for (size_t k = 0; k < CK_GROUP; k += 4) {
            words x[2];
            UNROLL for (int r = 0; r < rows; r++) x[r] = inputs_at(values + r * 2 * stride + k, stride);
            UNROLL for (int v = 0; v < 4; v++) {
                const __m256i bytes = _mm256_load_si256((const void *)(weights + k * CK_PANEL + 32 * v));
                const words w = {_mm256_and_si256(bytes, low_byte), _mm256_srli_epi16(bytes, 8)};
                UNROLL for (int r = 0; r < rows; r++) accumulate(&dots[r][v], w, x[r]);
            }
        }
        scale_group(product, weights + CK_GROUP_BYTES_8 - 64, group, row, rows, 0, 4, dots, sums);
    }
    finish(&product->to, panel, row, (size_t)rows, sums[0], CK_PANEL);
}

// Rows of one plane. The first tile fetches the panel after this one, which the hardware does by itself for one row
// only (8 rows by gate-up: 105 Gop/s without, 159 with it); an expanded panel has none after it. The other tiles have a
// body of their own: one that asks at each step whether to fetch is 5 % slower.
INLINE void rows_of_bytes(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows) {
    const uint8_t *next = weights == product->expanded ? NULL : weights + product->groups * CK_GROUP_BYTES_8;
    size_t row = 0;
    for (; row + 4 <= rows; row += 4) {
        if (row == 0) byte_tile(product, weights, panel, row, 4, 2, next);
        else byte_tile(product, weights, panel, row, 4, 2, NULL);
    }
    switch (rows - row) {
    case 3: byte_tile(product, weights, panel, row, 3, 2, row == 0 ? next : NULL); break;
    case 2: byte_tile(product, weights, panel, row, 2, 4, row == 0 ? next : NULL); break;
    case 1: byte_tile(product, weights, panel, row, 1, 4, NULL); break;
    default: break;
    }
}

INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int planes) {
    fetch_low_rank(&product->to, panel);
    if (planes == 1) {
        rows_of_bytes(product, weights, panel, rows);
        return;
    }
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) word_tile(product, weights, panel, row, 2);
    if (row < rows) word_tile(product, weights, panel, row, 1);
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

// BF16 weights widened to f32 and multiplied there: AVX2 has no BF16.
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
