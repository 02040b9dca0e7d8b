#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))), apply_to = function)
#include "gemm_epilogue.h"

#define UNROLL _Pragma("clang loop unroll(full)")

static inline __attribute__((always_inline)) __m512i four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return _mm512_set1_epi32(word);
}

static inline __attribute__((always_inline)) __m512 sixteen_scales(const uint8_t *scales) {
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_load_si256((const void *)scales));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

// Asks for a line in the L2 cache; each is asked for twice, since Zen 4 drops many of these requests (8 rows:
// 50 % of the limit when asked once, 82 % when twice).
static inline __attribute__((always_inline)) const uint8_t *fetch(const uint8_t *ahead) {
    _mm_prefetch((const char *)ahead, _MM_HINT_T1);
    _mm_prefetch((const char *)ahead + 64, _MM_HINT_T1);
    return ahead + 64;
}

// `rows` rows by one panel. Rows, bits and planes are constants at each call: the loops unroll, and
// all sums stay in registers (6 rows: 12 integer and 12 float sums, 2 of weights, 1 of activations).
// Meanwhile the tile fetches half a panel from `ahead` on, unless that is the constant NULL.
static inline __attribute__((always_inline)) void tile(const ck_integer_product *product, size_t panel, size_t row,
                                                       const int rows, const int bits, const int planes,
                                                       const uint8_t *ahead) {
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    const size_t groups = product->groups, stride = product->plane_stride;
    const uint8_t *weights = product->weights + panel * groups * group_bytes;
    const int8_t *values = product->planes + row * planes * stride;
    const float *scales = product->scales + row * groups;
    const int32_t *starts = product->starts + row * groups;
    __m512 sums[8][2];
    UNROLL for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();

    for (size_t group = 0; group < groups; group++) {
        __m512i dots[8][2];
        UNROLL for (int r = 0; r < rows * planes; r++) {
            // With two planes the low one takes out the bias of both.
            dots[r][0] = r % planes == planes - 1 ? _mm512_set1_epi32(starts[r / planes * groups + group])
                                                  : _mm512_setzero_si512();
            dots[r][1] = dots[r][0];
        }
        if (bits == 8) {
            _Pragma("clang loop unroll_count(2)") for (size_t k = 0; k < CK_GROUP; k += 4) {
                __m512i left = _mm512_load_si512(weights + k * 32), right = _mm512_load_si512(weights + k * 32 + 64);
                if (ahead) ahead = fetch(ahead);
                UNROLL for (int r = 0; r < rows * planes; r++) {
                    __m512i four = four_inputs(values + r * stride + k);
                    dots[r][0] = _mm512_dpbusd_epi32(dots[r][0], left, four);
                    dots[r][1] = _mm512_dpbusd_epi32(dots[r][1], right, four);
                }
            }
        } else {
            const __m512i nibble = _mm512_set1_epi8(15);
            _Pragma("clang loop unroll_count(1)") for (size_t k = 0; k < CK_GROUP; k += 8) {
                __m512i left = _mm512_load_si512(weights + k * 16), right = _mm512_load_si512(weights + k * 16 + 64);
                __m512i low_left = _mm512_and_si512(left, nibble), low_right = _mm512_and_si512(right, nibble);
                if (ahead) ahead = fetch(ahead);
                UNROLL for (int r = 0; r < rows * planes; r++) {
                    __m512i four = four_inputs(values + r * stride + k);
                    dots[r][0] = _mm512_dpbusd_epi32(dots[r][0], low_left, four);
                    dots[r][1] = _mm512_dpbusd_epi32(dots[r][1], low_right, four);
                }
                left = _mm512_and_si512(_mm512_srli_epi16(left, 4), nibble);
                right = _mm512_and_si512(_mm512_srli_epi16(right, 4), nibble);
                UNROLL for (int r = 0; r < rows * planes; r++) {
                    __m512i four = four_inputs(values + r * stride + k + 4);
                    dots[r][0] = _mm512_dpbusd_epi32(dots[r][0], left, four);
                    dots[r][1] = _mm512_dpbusd_epi32(dots[r][1], right, four);
                }
            }
        }
        const uint8_t *tail = weights + group_bytes - 64;
        const __m512 left = sixteen_scales(tail), right = sixteen_scales(tail + 32);
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512 scale = _mm512_set1_ps(scales[r * groups + group]);
            UNROLL for (int half = 0; half < 2; half++) {
                __m512i dot = dots[r * planes + planes - 1][half];
                if (planes == 2) dot = _mm512_add_epi32(dot, _mm512_slli_epi32(dots[r * planes][half], 8));
                __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(dot), half ? right : left);
                sums[r][half] = _mm512_add_ps(sums[r][half], _mm512_mul_ps(scaled, scale));
            }
        }
        weights += group_bytes;
        if (ahead) ahead += 32;
        values += CK_GROUP;
    }
    _Alignas(64) float results[8][CK_PANEL];
    UNROLL for (int r = 0; r < rows; r++) {
        _mm512_store_ps(results[r], sums[r][0]);
        _mm512_store_ps(results[r] + 16, sums[r][1]);
    }
    finish(&product->to, panel, row, rows, results[0], CK_PANEL);
}

// How many of the `left` last of `rows` rows go into the next tile. Full tiles, and the last rows shared out
// evenly, since tiles of one or two rows are less efficient. A single large tile is halved: the second half
// finds the weights in the cache and has time to fetch the next ones.
static inline size_t tile_rows(size_t rows, size_t left, size_t most) {
    if (rows == left && left <= most && left + 1 >= most && left > 2) return (left + 1) / 2;
    return left >= 2 * most || left == most ? most : left > most ? (left + 1) / 2 : left;
}

#define TILE(count, ...) \
    switch (count) { \
    case 6: if (most >= 6) tile(product, panel, row, 6, __VA_ARGS__); break; \
    case 5: if (most >= 5) tile(product, panel, row, 5, __VA_ARGS__); break; \
    case 4: if (most >= 4) tile(product, panel, row, 4, __VA_ARGS__); break; \
    case 3: tile(product, panel, row, 3, __VA_ARGS__); break; \
    case 2: tile(product, panel, row, 2, __VA_ARGS__); break; \
    default: tile(product, panel, row, 1, __VA_ARGS__); break; \
    }

// Tiles have at most 6 rows, 3 with two planes. The first two fetch the next panel; a single row leaves that
// to the hardware, which keeps up with so little arithmetic.
#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        enum { most = 6 / planes }; \
        const size_t panel_bytes = product->groups * (bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4); \
        for (size_t panel = 0; panel < panels; panel++) { \
            const uint8_t *ahead = product->weights + (panel + 1) * panel_bytes; \
            for (size_t row = 0, index = 0; row < rows; index++) { \
                const size_t count = tile_rows(rows, rows - row, most); \
                if (index < 2 && rows > 1) { \
                    TILE(count, bits, planes, ahead + index * (panel_bytes / 2)) \
                } else { \
                    TILE(count, bits, planes, NULL) \
                } \
                row += count; \
            } \
        } \
    }

KERNEL(w8a8_avx512, 8, 1)
KERNEL(w4a8_avx512, 4, 1)
KERNEL(w8a16_avx512, 8, 2)
KERNEL(w4a16_avx512, 4, 2)

#pragma clang attribute pop

ck_integer_gemm ck_integer_gemm_avx512(int weight_bits, int activation_bits) {
    if (weight_bits == 8) return activation_bits == 8 ? w8a8_avx512 : w8a16_avx512;
    return activation_bits == 8 ? w4a8_avx512 : w4a16_avx512;
}

ck_finish ck_finish_avx512(void) { return finish_all; }
#else
ck_finish ck_finish_avx512(void) { return NULL; }
ck_integer_gemm ck_integer_gemm_avx512(int weight_bits, int activation_bits) { return NULL; }
#endif
