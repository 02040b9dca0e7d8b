// Attention in f32 arithmetic for any instruction set, over blocks of BF16 or f32; queries and weights stay f32.
#include "attention_softmax.h"

enum { ROWS_AT_ONCE = 3 };

// 16 pairs: the first of each in `even`, the second in `odd`. `index` counts pairs.
BODY void load_pairs(const void *from, size_t index, const ck_kv_element element, floats *even, floats *odd) {
    if (element == CK_KV_BF16) {
        bits both = *(const bits *)((const uint32_t *)from + index);
        *even = (floats)(both << 16);
        *odd = (floats)(both & 0xffff0000u);
    } else {
        floats low = *(const floats *)((const float *)from + index * 2);
        floats high = *(const floats *)((const float *)from + index * 2 + 16);
        *even = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        *odd = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    }
}

// scores[row][key] = queries[row] . keys[key] for one panel of keys.
BODY void multiply_keys(const attention_tile *tile, const int rows, int first, int panel, const ck_kv_element element,
                        float *scores) {
    const int32_t width = tile->head_size;
    const float *queries = (const float *)tile->queries + first * width;
    floats sum[ROWS_AT_ONCE] = {0};
    for (int32_t pair = 0; pair < width / 2; pair++) {
        floats even, odd;
        load_pairs(tile->keys[panel], (size_t)(pair * CK_KV_PANEL), element, &even, &odd);
        for (int row = 0; row < rows; row++) {
            const float *query = queries + row * width + pair * 2;
            sum[row] = sum[row] + query[0] * even;
            sum[row] = sum[row] + query[1] * odd;
        }
    }
    for (int row = 0; row < rows; row++)
        *(floats *)(scores + (first + row) * CK_KV_CHUNK + panel * CK_KV_PANEL) = sum[row];
}

// outputs[row][d..<d + 16] += weights[row] . values.
BODY void multiply_values(const attention_tile *tile, const int rows, int first, int32_t d,
                          const ck_kv_element element, const float *weights) {
    const int32_t width = tile->head_size;
    float *outputs = tile->outputs + first * width + d;
    floats sum[ROWS_AT_ONCE];
    for (int row = 0; row < rows; row++) sum[row] = *(const floats *)(outputs + row * width);
    for (int32_t key = 0; key < tile->valid; key += 2) {
        floats even, odd;
        load_pairs(tile->values[key / CK_KV_PANEL], (size_t)(key % CK_KV_PANEL / 2 * width + d), element, &even, &odd);
        for (int row = 0; row < rows; row++) {
            const float *weight = weights + (first + row) * CK_KV_CHUNK + key;
            sum[row] = sum[row] + weight[0] * even;
            sum[row] = sum[row] + weight[1] * odd;
        }
    }
    for (int row = 0; row < rows; row++) *(floats *)(outputs + row * width) = sum[row];
}

BODY void tile_of(const attention_tile *tile, int rows, const ck_kv_element element) {
    _Alignas(64) float scores[TILE_ROWS * CK_KV_CHUNK];
    for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        int row = 0;
        for (; row + 3 <= rows; row += 3) multiply_keys(tile, 3, row, panel, element, scores);
        for (; row < rows; row++) multiply_keys(tile, 1, row, panel, element, scores);
    }
    for (int row = 0; row < rows; row++) softmax(tile, row, scores + row * CK_KV_CHUNK);
    for (int32_t d = 0; d < tile->head_size; d += 16) {
        int row = 0;
        for (; row + 3 <= rows; row += 3) multiply_values(tile, 3, row, d, element, scores);
        for (; row < rows; row++) multiply_values(tile, 1, row, d, element, scores);
    }
}

// The body for one instruction set and one element.
#define ATTENTION(SET, KIND, ELEMENT, ATTRIBUTE)                                      \
    ATTRIBUTE void tile_##KIND##_##SET(const attention_tile *tile, int rows) {        \
        tile_of(tile, rows, ELEMENT);                                                 \
    }                                                                                 \
    static void KIND##_##SET(const ck_attention_item *item) {                         \
        attention_walk(item, ELEMENT, 4, attention_load_f32, tile_##KIND##_##SET);    \
    }

ATTENTION(baseline, bf16, CK_KV_BF16, static)
ATTENTION(baseline, f32, CK_KV_F32, static)
#define int8_baseline attention_bytes_baseline
#if defined(__x86_64__)
ATTENTION(avx2, f32, CK_KV_F32, AVX2_BODY)
ATTENTION(avx512, f32, CK_KV_F32, AVX512_BODY)
#define bf16_avx2 attention_avx2
#define bf16_avx512 attention_dpbf16
#define int8_avx2 attention_bytes_avx2
#define int8_avx512 attention_bytes_avx512
#endif

// The kernel for a set of instructions and an element of the cache.
ck_attention_fn ck_attention(ck_isa isa, ck_kv_element element) {
    switch (element) {
    case CK_KV_F32: return CHOOSE(isa, f32);
    case CK_KV_INT8: return CHOOSE(isa, int8);
    default: return CHOOSE(isa, bf16);
    }
}
