// Attention over blocks of int8 for any instruction set.
#include "attention_bytes.h"

// sums += factors . the fours of 16 lanes
BODY void add_fours(ints *sums, const void *fours, const int8_t *factors) {
    const ints four = *(const ints *)fours;
    *sums += (four << 24 >> 24) * factors[0];
    *sums += (four << 16 >> 24) * factors[1];
    *sums += (four << 8 >> 24) * factors[2];
    *sums += (four >> 24) * factors[3];
}

// One chunk for some rows, in the order of operations that the vector kernels have.
static void tile_bytes(const attention_tile *tile, int rows) {
    _Alignas(64) float scores[CK_KV_CHUNK];
    int8_t weights[CK_KV_CHUNK];
    const int32_t width = tile->head_size;
    for (int row = 0; row < rows; row++) {
        const int8_t *query = query_levels(tile, row);
        for (int panel = 0; panel < CHUNK_PANELS; panel++) {
            ints sum = {0};
            for (int32_t d = 0; d < width; d += 4)
                add_fours(&sum, (const int8_t *)tile->keys[panel] + d * CK_KV_PANEL, query + d);
            const floats score = __builtin_convertvector(sum, floats) * *(const floats *)tile->key_factors[panel];
            *(floats *)(scores + panel * CK_KV_PANEL) =
                (score - *(const floats *)tile->key_offsets[panel]) * query_factor(tile, row);
        }
        const float factor = weigh(tile, row, scores, weights);
        for (int32_t d = 0; d < width; d += 16) {
            ints sum = {0};
            for (int32_t key = 0; key < tile->valid; key += 4)
                add_fours(&sum, (const int8_t *)tile->values[key / CK_KV_PANEL] +
                                    key % CK_KV_PANEL * width + d * 4, weights + key);
            floats *output = (floats *)(tile->outputs + row * width + d);
            *output = *output + __builtin_convertvector(sum, floats) * factor;
        }
    }
}

// A query as levels with its factor.
static void load(const float *query, float scale, void *to, int32_t head_size) {
    load_query(query, scale, to, head_size);
}

// Keys and values in bytes, in plain C.
void attention_bytes_baseline(const ck_attention_item *item) { attention_walk(item, CK_KV_INT8, 4, load, tile_bytes); }
