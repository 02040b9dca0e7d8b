#include "ck_attention.h"
#include <float.h>
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

static float finite(float value) { return value >= -FLT_MAX ? (value <= FLT_MAX ? value : FLT_MAX) : -FLT_MAX; }

// Index of dimension 0 in the block, and the step to the next pair of dimensions (keys) or next dimension (values).
static size_t key_index(int32_t head_size, int32_t slot) {
    return (size_t)(slot / CK_KV_PANEL) * (size_t)(CK_KV_PANEL * head_size) + (size_t)(slot % CK_KV_PANEL) * 2;
}

static size_t value_index(int32_t block_size, int32_t head_size, int32_t slot) {
    return (size_t)block_size * (size_t)head_size + (size_t)(slot / 2) * (size_t)(head_size * 2) + (size_t)(slot % 2);
}

void ck_kv_store(ck_kv_element element, void *block, int32_t block_size, int32_t head_size, int32_t slot,
                 const float *key, const float *value) {
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
            keys[d * CK_KV_PANEL] = finite(key[d]);
            keys[d * CK_KV_PANEL + 1] = finite(key[d + 1]);
        }
        for (int32_t d = 0; d < head_size; d++) values[d * 2] = finite(value[d]);
    }
}

void ck_kv_load(ck_kv_element element, const void *block, int32_t block_size, int32_t head_size, int32_t slot,
                float *key, float *value) {
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
