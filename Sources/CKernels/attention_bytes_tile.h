// A tile of rows against a chunk of int8, for instruction sets that multiply fours of bytes. Defined before it is
// included: TILE, the attributes of its functions; SUMS, how many vectors of 16 sums each row of a tile has in
// registers; and add_fours(ints *sums, int32_t four, const ints *fours), which adds to each sum the products of a four
// without signs, the same for all, and its own four.
#include "attention_bytes.h"
#include "unroll.h"

#define TILE_INLINE TILE __attribute__((always_inline)) inline

// scores[row][key] = queries[row] . keys[key], for SUMS panels of keys.
TILE_INLINE void multiply_keys(const attention_tile *tile, const int rows, int first, float scores[][CK_KV_CHUNK]) {
    const int32_t width = tile->head_size;
    const int32_t *queries = tile->queries;
    ints sums[TILE_ROWS][SUMS];
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int i = 0; i < SUMS; i++) sums[row][i] = (ints){0};
    for (int32_t four = 0; four < width / 4; four++, queries++) {
        const ints *keys[SUMS];
        UNROLL for (int i = 0; i < SUMS; i++) keys[i] = (const ints *)tile->keys[first + i] + four;
        UNROLL for (int row = 0; row < rows; row++)
            UNROLL for (int i = 0; i < SUMS; i++) add_fours(&sums[row][i], queries[row * width], keys[i]);
    }
    UNROLL for (int row = 0; row < rows; row++) {
        const float factor = query_factor(tile, row);
        UNROLL for (int i = 0; i < SUMS; i++) {
            const int panel = first + i;
            const floats level = *(const floats *)tile->key_factors[panel];
            const floats score = __builtin_convertvector(sums[row][i], floats) * level;
            const floats offset = *(const floats *)tile->key_offsets[panel];
            *(floats *)(scores[row] + panel * CK_KV_PANEL) = (score - offset) * factor;
        }
    }
}

// outputs[row][d..<d + 16 * vectors] += weights[row] . values, over the panels of keys that any row sees.
TILE_INLINE void multiply_values(const attention_tile *tile, const int rows, const int vectors, int32_t d,
                                 const int8_t weights[][CK_KV_CHUNK], const float *factors) {
    const int32_t width = tile->head_size;
    ints sums[TILE_ROWS][SUMS];
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int i = 0; i < vectors; i++) sums[row][i] = (ints){0};
    for (int32_t panel = 0; panel * CK_KV_PANEL < tile->valid; panel++) {
        const int32_t *values = (const int32_t *)tile->values[panel] + d;
        const int32_t *fours = (const int32_t *)weights[0] + panel * 4;
        for (int four = 0; four < CK_KV_PANEL / 4; four++, values += width, fours++)
            UNROLL for (int row = 0; row < rows; row++)
                UNROLL for (int i = 0; i < vectors; i++)
                    add_fours(&sums[row][i], fours[row * CK_KV_CHUNK / 4], (const ints *)(values + i * 16));
    }
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int i = 0; i < vectors; i++) {
            floats *output = (floats *)(tile->outputs + row * width + d + i * 16);
            *output = *output + __builtin_convertvector(sums[row][i], floats) * factors[row];
        }
    }
}

TILE_INLINE void tile_of(const attention_tile *tile, const int rows) {
    _Alignas(64) float scores[TILE_ROWS][CK_KV_CHUNK];
    _Alignas(64) int8_t weights[TILE_ROWS][CK_KV_CHUNK];
    float factors[TILE_ROWS];
    for (int panel = 0; panel < CHUNK_PANELS; panel += SUMS) multiply_keys(tile, rows, panel, scores);
    for (int row = 0; row < rows; row++) factors[row] = weigh(tile, row, scores[row], weights[row]);
    int32_t d = 0;
    for (; d + SUMS * 16 <= tile->head_size; d += SUMS * 16) multiply_values(tile, rows, SUMS, d, weights, factors);
    for (; d < tile->head_size; d += 16) multiply_values(tile, rows, 1, d, weights, factors);
}

TILE void tile_bytes(const attention_tile *tile, int rows) { BY_ROW_COUNT(tile_of, tile, rows) }

TILE void load(const float *query, float scale, void *to, int32_t head_size) {
    load_query(query, scale, to, head_size);
}
