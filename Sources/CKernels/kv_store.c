#include "ck_attention.h"
#include <float.h>
#include <math.h>
#include <string.h>

// Round to nearest even; NaN and what lies beyond the largest finite BF16 become that largest.
static uint16_t bf16_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if ((bits & 0x7fffffffu) >= 0x7f7f8000u) return (uint16_t)((bits >> 16 & 0x8000u) | 0x7f7fu);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static float float_of(uint16_t value) {
    uint32_t bits = (uint32_t)value << 16;
    float result;
    memcpy(&result, &bits, 4);
    return result;
}

static float bounded(float value, float bound) { return value >= -bound ? (value <= bound ? value : bound) : -bound; }

// Index of dimension 0 in the block, and the step to the next pair of dimensions (keys) or next dimension (values).
static size_t key_index(int32_t head_size, int32_t slot) {
    return (size_t)(slot / CK_KV_PANEL) * (size_t)(CK_KV_PANEL * head_size) + (size_t)(slot % CK_KV_PANEL) * 2;
}

static size_t value_index(int32_t block_size, int32_t head_size, int32_t slot) {
    return (size_t)block_size * (size_t)head_size + (size_t)(slot / 2) * (size_t)(head_size * 2) + (size_t)(slot % 2);
}

size_t ck_kv_block_bytes(ck_kv_element element, size_t block_size, size_t head_size) {
    if (element == CK_KV_INT8) return block_size * (2 * head_size + 3 * sizeof(float));
    return 2 * block_size * head_size * (element == CK_KV_BF16 ? 2 : 4);
}

// A token's key or value in a block of int8: dimension d lies at bytes[d / 4 * step + d % 4 * stride].
typedef struct {
    int8_t *bytes;
    size_t step, stride;
    float *factor;
} byte_row;

static byte_row key_row(const void *block, int32_t block_size, int32_t head_size, int32_t slot) {
    int8_t *panels = (int8_t *)block;
    float *factors = (float *)(panels + 2 * block_size * head_size);
    int8_t *first = panels + slot / CK_KV_PANEL * CK_KV_PANEL * head_size + slot % CK_KV_PANEL * 4;
    return (byte_row){first, CK_KV_PANEL * 4, 1, factors + slot};
}

static byte_row value_row(const void *block, int32_t block_size, int32_t head_size, int32_t slot) {
    int8_t *panels = (int8_t *)block;
    float *factors = (float *)(panels + 2 * block_size * head_size);
    int8_t *first = panels + (block_size + slot / 4 * 4) * head_size + slot % 4;
    return (byte_row){first, 16, 4, factors + 2 * block_size + slot};
}

static const float largest_stored = 0x1p127f;  // 127 levels of a 127th of it are finite, however they are rounded

// The largest magnitude takes the last level. Below 2^-100 all counts as 0: the reciprocal would be no number. Returns
// the sum of the levels.
static int32_t store_levels(byte_row row, int32_t head_size, const float *from) {
    float largest = 0;
    for (int32_t d = 0; d < head_size; d++) largest = fmaxf(largest, fabsf(bounded(from[d], largest_stored)));
    const float factor = largest > 0x1p-100f ? CK_KV_LEVELS / largest : 0;
    *row.factor = factor > 0 ? largest / CK_KV_LEVELS : 0;
    int32_t sum = 0;
    for (int32_t d = 0; d < head_size; d++) {
        const int8_t level = (int8_t)rintf(bounded(from[d], largest_stored) * factor);
        row.bytes[(size_t)(d / 4) * row.step + (size_t)(d % 4) * row.stride] = level;
        sum += level;
    }
    return sum;
}

static void load_levels(byte_row row, int32_t head_size, float *to) {
    for (int32_t d = 0; d < head_size; d++)
        to[d] = row.bytes[(size_t)(d / 4) * row.step + (size_t)(d % 4) * row.stride] * *row.factor;
}

void ck_kv_store(ck_kv_element element, void *block, int32_t block_size, int32_t head_size, int32_t slot,
                 const float *key, const float *value) {
    if (element == CK_KV_INT8) {
        const byte_row row = key_row(block, block_size, head_size, slot);
        const int32_t sum = store_levels(row, head_size, key);
        row.factor[block_size] = (float)(CK_QUERY_ZERO * sum) * *row.factor;
        store_levels(value_row(block, block_size, head_size, slot), head_size, value);
        return;
    }
    size_t k = key_index(head_size, slot), v = value_index(block_size, head_size, slot);
    if (element == CK_KV_BF16) {
        uint16_t *keys = (uint16_t *)block + k, *values = (uint16_t *)block + v;
        for (int32_t d = 0; d < head_size; d += 2) {
            keys[d * CK_KV_PANEL] = bf16_of(key[d]);
            keys[d * CK_KV_PANEL + 1] = bf16_of(key[d + 1]);
        }
        for (int32_t d = 0; d < head_size; d++) values[d * 2] = bf16_of(value[d]);
    } else {
        float *keys = (float *)block + k, *values = (float *)block + v;
        for (int32_t d = 0; d < head_size; d += 2) {
            keys[d * CK_KV_PANEL] = bounded(key[d], FLT_MAX);
            keys[d * CK_KV_PANEL + 1] = bounded(key[d + 1], FLT_MAX);
        }
        for (int32_t d = 0; d < head_size; d++) values[d * 2] = bounded(value[d], FLT_MAX);
    }
}

void ck_kv_load(ck_kv_element element, const void *block, int32_t block_size, int32_t head_size, int32_t slot,
                float *key, float *value) {
    if (element == CK_KV_INT8) {
        load_levels(key_row(block, block_size, head_size, slot), head_size, key);
        load_levels(value_row(block, block_size, head_size, slot), head_size, value);
        return;
    }
    size_t k = key_index(head_size, slot), v = value_index(block_size, head_size, slot);
    for (int32_t d = 0; d < head_size; d++) {
        size_t at = k + (size_t)(d / 2 * 2 * CK_KV_PANEL + d % 2), to = v + (size_t)d * 2;
        key[d] = element == CK_KV_BF16 ? float_of(((const uint16_t *)block)[at]) : ((const float *)block)[at];
        value[d] = element == CK_KV_BF16 ? float_of(((const uint16_t *)block)[to]) : ((const float *)block)[to];
    }
}

void ck_kv_store_rows(const ck_kv_rows *to, const float *keys, const float *values, size_t stride, size_t begin,
                      size_t end) {
    for (size_t i = begin; i < end; i++) {
        size_t row = (size_t)to->rows[i] * stride;
        char *block = to->layer + (size_t)to->blocks[i] * to->block_stride;
        for (int32_t head = 0; head < to->kv_heads; head++) {
            size_t at = row + (size_t)(head * to->head_size);
            ck_kv_store(to->element, block + (size_t)head * to->head_stride, to->block_size, to->head_size,
                        to->slots[i], keys + at, values + at);
        }
    }
}
