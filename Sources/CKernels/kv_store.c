#include "ck_attention.h"
#include "levels.h"
#include <float.h>

// Round to nearest even; NaN and what lies beyond the largest finite BF16 become that largest.
static uint16_t bf16_of(float value) {
    const uint32_t bits = to_bits(value);
    if ((bits & 0x7fffffffu) >= 0x7f7f8000u) return (uint16_t)((bits >> 16 & 0x8000u) | 0x7f7fu);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static float float_of(uint16_t value) { return from_bits((uint32_t)value << 16); }

// Where a token's key or value lies in a block: dimension d at `first + d / together * step + d % together * stride`,
// where `together` is what lies side by side of a key: 4 of int8, else 2.
typedef struct {
    size_t first, step, stride;
} row_place;

static inline row_place key_place(int32_t head_size, int32_t slot, int32_t together) {
    const int32_t panel = slot / CK_KV_PANEL, token = slot % CK_KV_PANEL;
    const int32_t first = panel * CK_KV_PANEL * head_size + token * together;
    return (row_place){(size_t)first, (size_t)(CK_KV_PANEL * together), 1};
}

static inline row_place value_place(int32_t block_size, int32_t head_size, int32_t slot, int32_t together) {
    const int32_t before = block_size + slot / together * together;
    return (row_place){(size_t)(before * head_size + slot % together), (size_t)(together * together), (size_t)together};
}

static inline size_t at(row_place row, int32_t d, int32_t together) {
    return row.first + (size_t)(d / together) * row.step + (size_t)(d % together) * row.stride;
}

size_t ck_kv_block_bytes(ck_kv_element element, size_t block_size, size_t head_size) {
    if (element == CK_KV_INT8) return block_size * (2 * head_size + 3 * sizeof(float));
    return 2 * block_size * head_size * (element == CK_KV_BF16 ? 2 : 4);
}

// The factors of a block of int8, behind its levels.
static float *factors_of(const void *block, int32_t block_size, int32_t head_size) {
    return (float *)((char *)block + 2 * block_size * head_size);
}

// Stores levels and what one stands for; returns the sum of the levels.
static int32_t store_levels(int8_t *block, row_place row, int32_t head_size, const float *from, float *size) {
    const float largest_stored = 0x1p127f;  // 127 levels of a 127th of it are finite, however they are rounded
    float values[1024];                     // the largest head_size
    for (int32_t d = 0; d < head_size; d++) values[d] = bounded(from[d], largest_stored);
    const float most = largest_magnitude(values, head_size), factor = level_factor(most, CK_KV_LEVELS);
    int32_t sum = 0;
    for (int32_t d = 0; d < head_size; d++) {
        const int32_t level = rounded(values[d] * factor, CK_KV_LEVELS);
        block[at(row, d, 4)] = (int8_t)level;
        sum += level;
    }
    *size = level_size(most, CK_KV_LEVELS);
    return sum;
}

void ck_kv_store(ck_kv_element element, void *block, int32_t block_size, int32_t head_size, int32_t slot,
                 const float *key, const float *value) {
    if (element == CK_KV_INT8) {
        float *factors = factors_of(block, block_size, head_size) + slot;
        const int32_t sum = store_levels(block, key_place(head_size, slot, 4), head_size, key, factors);
        factors[block_size] = (float)(CK_QUERY_ZERO * sum) * factors[0];
        store_levels(block, value_place(block_size, head_size, slot, 4), head_size, value, factors + 2 * block_size);
        return;
    }
    const row_place k = key_place(head_size, slot, 2), v = value_place(block_size, head_size, slot, 2);
    for (int32_t d = 0; d < head_size; d++) {
        if (element == CK_KV_BF16) {
            ((uint16_t *)block)[at(k, d, 2)] = bf16_of(key[d]);
            ((uint16_t *)block)[at(v, d, 2)] = bf16_of(value[d]);
        } else {
            ((float *)block)[at(k, d, 2)] = bounded(key[d], FLT_MAX);
            ((float *)block)[at(v, d, 2)] = bounded(value[d], FLT_MAX);
        }
    }
}

void ck_kv_load(ck_kv_element element, const void *block, int32_t block_size, int32_t head_size, int32_t slot,
                float *key, float *value) {
    const int32_t together = element == CK_KV_INT8 ? 4 : 2;
    const row_place k = key_place(head_size, slot, together), v = value_place(block_size, head_size, slot, together);
    const float *factors = factors_of(block, block_size, head_size) + slot;
    for (int32_t d = 0; d < head_size; d++) {
        const size_t from = at(k, d, together), to = at(v, d, together);
        switch (element) {
        case CK_KV_INT8:
            key[d] = ((const int8_t *)block)[from] * factors[0];
            value[d] = ((const int8_t *)block)[to] * factors[2 * block_size];
            break;
        case CK_KV_BF16:
            key[d] = float_of(((const uint16_t *)block)[from]);
            value[d] = float_of(((const uint16_t *)block)[to]);
            break;
        case CK_KV_F32:
            key[d] = ((const float *)block)[from];
            value[d] = ((const float *)block)[to];
            break;
        }
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
