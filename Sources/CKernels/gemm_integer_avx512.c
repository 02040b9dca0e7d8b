#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))), apply_to = function)
// Of a tile's rows, what adapters add to them: below.
#define ADD_LOW_RANK add_to_tile
static void add_to_tile(const ck_destination *to, size_t panel, size_t row, size_t rows, float *sums, size_t stride);
#include "gemm_epilogue.h"

INLINE __m512i four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return _mm512_set1_epi32(word);
}

INLINE __m512 sixteen_scales(const uint8_t *scales) {
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_load_si256((const void *)scales));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

// Asks for a line in the L2 cache; each is asked for twice, since Zen 4 drops many of these requests (8 rows:
// 50 % of the limit when asked once, 82 % when twice).
INLINE const uint8_t *fetch(const uint8_t *ahead) {
    _mm_prefetch((const char *)ahead, _MM_HINT_T1);
    _mm_prefetch((const char *)ahead + 64, _MM_HINT_T1);
    return ahead + 64;
}

// The bytes of 16 columns, each four times, or twice with a zero after each.
INLINE __m512i four_times(const uint8_t *columns) {
    const __m512i pattern = _mm512_set_epi32(0x0f0f0f0f, 0x0e0e0e0e, 0x0d0d0d0d, 0x0c0c0c0c, 0x0b0b0b0b, 0x0a0a0a0a,
                                             0x09090909, 0x08080808, 0x07070707, 0x06060606, 0x05050505, 0x04040404,
                                             0x03030303, 0x02020202, 0x01010101, 0x00000000);
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_load_si128((const void *)columns)), pattern);
}
INLINE __m512i as_words(const uint8_t *columns) {
    return _mm512_and_si512(four_times(columns), _mm512_set1_epi16(255));
}

// Levels of 4 bits to bytes. A level times a factor stays within its byte, so two are multiplied as one word.
INLINE __m512i expand(__m512i levels, __m512i factors, __m512i offsets) {
    const __m512i products = _mm512_mullo_epi16(_mm512_and_si512(levels, _mm512_set1_epi8(15)), factors);
    return _mm512_add_epi8(products, offsets);
}

// `rows` rows of one part, to sums in registers; they and `depth` are constants at each call.
INLINE void add_bytes(const ck_low_rank *part, size_t panel, size_t row, const int rows, const size_t depth,
                      __m512 sums[][2]) {
    const uint8_t *weights = part->panels + panel * part->panel_bytes;
    const float *weight_scales = (const float *)(weights + depth * CK_PANEL);
    UNROLL for (size_t half = 0; half < 2; half++, weights += 64) {
        const size_t region = part->region[2 * panel + half];
        const int8_t *values = part->bytes + row * part->stride + region * depth;
        const size_t first = row * part->region_stride + region;
        __m512i dots[6];
        UNROLL for (int r = 0; r < rows; r++) dots[r] = _mm512_set1_epi32(part->starts[first + r * part->region_stride]);
        _Pragma("clang loop unroll_count(4)") for (size_t k = 0; k < depth; k += 4) {
            const __m512i columns = _mm512_load_si512(weights + k * CK_PANEL);
            UNROLL for (int r = 0; r < rows; r++)
                dots[r] = _mm512_dpbusd_epi32(dots[r], columns, four_inputs(values + r * part->stride + k));
        }
        const __m512 weight_scale = _mm512_load_ps(weight_scales + 16 * half);
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(dots[r]), weight_scale);
            const __m512 scale = _mm512_set1_ps(part->scales[first + r * part->region_stride]);
            sums[r][half] = _mm512_add_ps(sums[r][half], _mm512_mul_ps(scaled, scale));
        }
    }
}

// Adds to a whole tile of one part of 8 bits: 1; else 0, and the tile is as it was. Rank 16 is what most adapters have.
INLINE int add_in_registers(const ck_destination *to, size_t panel, size_t row, const int rows, __m512 sums[][2]) {
    panel += to->first_panel;
    row += to->first_row;
    const int32_t index = to->added->part_of_row[row];
    if (index < 0) return 0;
    const ck_low_rank *part = to->added->parts + index;
    if (part->bits != 8 || row + (size_t)rows > part->end) return 0;
    if (part->depth == 16) add_bytes(part, panel, row, rows, 16, sums);
    else add_bytes(part, panel, row, rows, part->depth, sums);
    return 1;
}

// `rows` rows by one panel, or by its left half. Rows, halves, bits and planes are constants at each call: the loops
// unroll, and all sums stay in registers (6 rows: 12 integer and 12 float sums, 2 of weights, 1 of activations).
// Meanwhile a tile of 8 bits fetches as many bytes as half a panel has from `ahead` on, unless that is NULL.
INLINE void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row, const int rows,
                 const int halves, const int bits, const int planes, const uint8_t *ahead) {
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *values = product->planes + row * planes * stride;
    const float *scales = product->scales + row * groups;
    const int32_t *starts = product->starts + row * groups;
    __m512 sums[12][2];
    UNROLL for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();

    for (size_t group = 0; group < groups; group++) {
        __m512i dots[12][2];
        UNROLL for (int r = 0; r < rows * planes; r++) {
            // With two planes the low one takes out the bias of both.
            dots[r][0] = r % planes == planes - 1 ? _mm512_set1_epi32(starts[r / planes * groups + group])
                                                  : _mm512_setzero_si512();
            dots[r][1] = dots[r][0];
        }
        if (bits == 8) {
            _Pragma("clang loop unroll_count(2)") for (size_t k = 0; k < CK_GROUP; k += 4) {
                const __m512i left = _mm512_load_si512(weights + k * 32);
                const __m512i right = halves == 2 ? _mm512_load_si512(weights + k * 32 + 64) : left;
                if (ahead) ahead = fetch(ahead);
                UNROLL for (int r = 0; r < rows * planes; r++) {
                    __m512i four = four_inputs(values + r * stride + k);
                    dots[r][0] = _mm512_dpbusd_epi32(dots[r][0], left, four);
                    if (halves == 2) dots[r][1] = _mm512_dpbusd_epi32(dots[r][1], right, four);
                }
            }
        } else {
            for (size_t block = 0; block < CK_GROUP / CK_BLOCK; block++) {
                const uint8_t *columns = weights + CK_LEVEL_BYTES + block * CK_PANEL;
                const __m512i factors[2] = {as_words(columns), as_words(columns + 16)};
                columns += CK_GROUP / CK_BLOCK * CK_PANEL;
                const __m512i offsets[2] = {four_times(columns), four_times(columns + 16)};
                _Pragma("clang loop unroll_count(1)") for (size_t k = block * CK_BLOCK; k < (block + 1) * CK_BLOCK;
                                                           k += 8) {
                    UNROLL for (int half = 0; half < halves; half++) {
                        const __m512i levels = _mm512_load_si512(weights + k * 16 + 64 * half);
                        const __m512i low = expand(levels, factors[half], offsets[half]);
                        const __m512i high = expand(_mm512_srli_epi16(levels, 4), factors[half], offsets[half]);
                        UNROLL for (int r = 0; r < rows * planes; r++) {
                            const int8_t *row_values = values + r * stride + k;
                            dots[r][half] = _mm512_dpbusd_epi32(dots[r][half], low, four_inputs(row_values));
                            dots[r][half] = _mm512_dpbusd_epi32(dots[r][half], high, four_inputs(row_values + 4));
                        }
                    }
                }
            }
        }
        const uint8_t *tail = weights + group_bytes - 64;
        const __m512 left = sixteen_scales(tail), right = sixteen_scales(tail + 32);
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512 scale = _mm512_set1_ps(scales[r * groups + group]);
            UNROLL for (int half = 0; half < halves; half++) {
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
    const int is_added = planes == 1 && halves == 2 && product->to.added
                             ? add_in_registers(&product->to, panel, row, rows, sums) : 0;
    _Alignas(64) float results[12][CK_PANEL];
    UNROLL for (int r = 0; r < rows; r++) {
        _mm512_store_ps(results[r], sums[r][0]);
        _mm512_store_ps(results[r] + 16, sums[r][1]);
    }
    if (product->to.added && !is_added) add_to_tile(&product->to, panel, row, (size_t)rows, results[0], CK_PANEL);
    finish_sums(&product->to, panel, row, (size_t)rows, results[0], CK_PANEL);
}

// A tile of several parts, or of other than 8 bits.
static void add_to_tile(const ck_destination *to, size_t panel, size_t row, size_t rows, float *sums, size_t stride) {
    for (size_t r = 0; r < rows; r++, sums += stride) {
        const size_t place = to->first_row + row + r;
        const int32_t index = to->added->part_of_row[place];
        if (index < 0) continue;
        const ck_low_rank *part = to->added->parts + index;
        if (part->bits == 8) {
            __m512 sum[1][2] = {{_mm512_loadu_ps(sums), _mm512_loadu_ps(sums + 16)}};
            add_bytes(part, to->first_panel + panel, place, 1, part->depth, sum);
            _mm512_storeu_ps(sums, sum[0][0]);
            _mm512_storeu_ps(sums + 16, sum[0][1]);
        } else {
            add_numbers(part, to->first_panel + panel, place, sums);
        }
    }
}

// How many of the `left` last of `rows` rows go into the next tile. Full tiles, and the last rows shared out
// evenly, since tiles of one or two rows are less efficient. A single large tile of 8 bits is halved: the second half
// finds the weights in the cache and has time to fetch the next ones.
INLINE size_t tile_rows(size_t rows, size_t left, size_t most, const int bits) {
    if (bits == 8 && rows == left && left <= most && left + 1 >= most && left > 2) return (left + 1) / 2;
    return left >= 2 * most || left == most ? most : left > most ? (left + 1) / 2 : left;
}

// A tile of `count` rows, its sums in registers.
#define TILE(count, ...) \
    switch (count) { \
    case 6: if (most >= 6) tile(product, weights, panel, row, 6, 2, __VA_ARGS__); break; \
    case 5: if (most >= 5) tile(product, weights, panel, row, 5, 2, __VA_ARGS__); break; \
    case 4: if (most >= 4) tile(product, weights, panel, row, 4, 2, __VA_ARGS__); break; \
    case 3: tile(product, weights, panel, row, 3, 2, __VA_ARGS__); break; \
    case 2: tile(product, weights, panel, row, 2, 2, __VA_ARGS__); break; \
    default: tile(product, weights, panel, row, 1, 2, __VA_ARGS__); break; \
    }

// Tiles have at most 6 rows, 3 with two planes. The first ones fetch `next`, the panel after this one, unless there is
// so little arithmetic that the hardware keeps up by itself: with a single row, or weights of 4 bits.
INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int bits, const int planes, const uint8_t *next) {
    const size_t most = 6 / planes, half = product->groups * (CK_GROUP_BYTES_8 / 2);
    fetch_low_rank(&product->to, panel);
    for (size_t row = 0, index = 0; row < rows; index++) {
        const size_t count = tile_rows(rows, rows - row, most, bits);
        if (bits == 8 && rows > 1 && index < 2) {
            TILE(count, bits, planes, next + index * half)
        } else {
            TILE(count, bits, planes, NULL)
        }
        row += count;
    }
}

static inline int is_half(const ck_destination *to, size_t panel) {
    return to->kind != CK_SWIGLU && !to->added && to->outputs - panel * CK_PANEL <= CK_PANEL / 2;
}

#define HALF_TILE(N) case N: tile(product, weights, panel, row, N, 1, 8, 1, NULL); break;

// The last panel of a matrix where it has no more than 16 outputs, as the factors of adapters do; of 8 bits.
INLINE void rows_by_half_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows) {
    const size_t tiles = (rows + 11) / 12;
    for (size_t i = 0; i < tiles; i++) {
        const size_t row = rows * i / tiles, count = rows * (i + 1) / tiles - row;
        switch (count) {
        HALF_TILE(12) HALF_TILE(11) HALF_TILE(10) HALF_TILE(9) HALF_TILE(8) HALF_TILE(7)
        HALF_TILE(6) HALF_TILE(5) HALF_TILE(4) HALF_TILE(3) HALF_TILE(2) HALF_TILE(1)
        }
    }
}

// Rows up to which each tile expands weights of 4 bits as it goes; for more, the panel is expanded once.
enum { few_rows = 4 };

// A panel of 4-bit weights as the bytes that the 8-bit kernel multiplies.
static void expand_panel(const uint8_t *panel, size_t groups, uint8_t *expanded) {
    enum { blocks = CK_GROUP / CK_BLOCK };
    for (size_t group = 0; group < groups; group++, panel += CK_GROUP_BYTES_4) {
        for (size_t block = 0; block < blocks; block++, expanded += CK_BLOCK * CK_PANEL) {
            const uint8_t *columns = panel + CK_LEVEL_BYTES + block * CK_PANEL;
            const __m512i factors[2] = {as_words(columns), as_words(columns + 16)};
            columns += blocks * CK_PANEL;
            const __m512i offsets[2] = {four_times(columns), four_times(columns + 16)};
            UNROLL for (size_t line = 0; line < 8; line++) {
                const __m512i levels = _mm512_load_si512(panel + (block * 8 + line) * 64);
                const size_t half = line % 2;
                uint8_t *to = expanded + line / 2 * 256 + half * 64;
                _mm512_store_si512(to, expand(levels, factors[half], offsets[half]));
                _mm512_store_si512(to + 128, expand(_mm512_srli_epi16(levels, 4), factors[half], offsets[half]));
            }
        }
        _mm512_store_si512(expanded, _mm512_load_si512(panel + CK_GROUP_BYTES_4 - 64));
        expanded += 64;
    }
}

// The kernel of a width of weights (`bits`) and of activations (`planes` of 8 bits).
#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        const size_t panel_bytes = product->groups * (bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4); \
        for (size_t panel = 0; panel < panels; panel++) { \
            const uint8_t *weights = product->weights + panel * panel_bytes, *next = weights + panel_bytes; \
            if (bits == 8 && planes == 1 && is_half(&product->to, panel)) { \
                rows_by_half_panel(product, weights, panel, rows); \
            } else if (bits == 8 || rows * planes <= few_rows) { \
                rows_by_panel(product, weights, panel, rows, bits, planes, next); \
            } else { \
                expand_panel(weights, product->groups, product->expanded); \
                rows_by_panel(product, product->expanded, panel, rows, 8, planes, next); \
            } \
        } \
    }

KERNEL(w8a8_avx512, 8, 1)
KERNEL(w4a8_avx512, 4, 1)
KERNEL(w8a16_avx512, 8, 2)
KERNEL(w4a16_avx512, 4, 2)

#pragma clang attribute pop

// NULL for widths that are not here.
ck_integer_gemm ck_integer_gemm_avx512(int weight_bits, int activation_bits) {
    if (weight_bits == 8) return activation_bits == 8 ? w8a8_avx512 : w8a16_avx512;
    return activation_bits == 8 ? w4a8_avx512 : w4a16_avx512;
}

ck_finish ck_finish_avx512(void) { return finish_all; }
#else
ck_finish ck_finish_avx512(void) { return NULL; }
ck_integer_gemm ck_integer_gemm_avx512(int weight_bits, int activation_bits) { return NULL; }
#endif
