#ifndef ATTENTION_WALK_H
#define ATTENTION_WALK_H
// The walk shared by every attention kernel: chunks of 64 positions, and in each of them tiles of rows.
//
// A row's arithmetic is fixed by absolute positions alone: chunk by chunk from position 0, each of 64 keys, the keys
// after the row masked to weight 0. Which rows share a tile, a run, an item or a batch changes no bit of its result.
#include "ck_attention.h"
#include <float.h>
#include <math.h>

enum { TILE_ROWS = 6, CHUNK_PANELS = CK_KV_CHUNK / CK_KV_PANEL };
static const float masked_score = -FLT_MAX;
// Scores are in units of log2. Beyond the bound, where an f32 is no longer good to 1/4, they count as the bound: even
// absurd queries and keys give finite weights.
static const float score_bound = 0x1p21f;
// A row's maximum is a whole number above its scores, with room for later ones, so that it hardly ever rises.
static const float headroom = 6;

// Some rows against one chunk. Pointers stand at the tile's first row.
typedef struct {
    const void *keys[CHUNK_PANELS], *values[CHUNK_PANELS];
    // Of int8, [16] each.
    const float *key_factors[CHUNK_PANELS], *key_offsets[CHUNK_PANELS], *value_factors[CHUNK_PANELS];
    int32_t head_size;
    int32_t start;        // position of the chunk's first key
    int32_t valid;        // keys from there that the tile's longest row sees; 1...64
    int32_t hides;        // whether some row does not see all 64
    const void *queries;  // [rows, head_size]: bf16 or f32, already times log2(e) / sqrt(head_size); or by load_query
    const int32_t *limits;  // [rows] last position a row sees
    float *maxima;        // [rows] the score that weight 1 stands for so far
    float *sums;          // [rows, 16] sum of weights, by key % 16
    float *outputs;       // [rows, head_size] weighted sum of values
} attention_tile;

// Per-row state of an item, in its scratch.
typedef struct {
    size_t rows;
    char *queries;        // head_size * 4 bytes a row are reserved, whatever the element
    float *maxima, *sums, *outputs;
    int32_t *limits;
} attention_rows;

typedef void (*attention_tile_fn)(const attention_tile *tile, int rows);
// One body a row count, so that every sum has its register.
#define BY_ROW_COUNT(body, tile, rows)          \
    switch (rows) {                             \
    case 1: body(tile, 1); break;               \
    case 2: body(tile, 2); break;               \
    case 3: body(tile, 3); break;               \
    case 4: body(tile, 4); break;               \
    case 5: body(tile, 5); break;               \
    default: body(tile, TILE_ROWS); break;      \
    }
// Scales one query row and stores it in the kernel's element.
typedef void (*attention_load_fn)(const float *query, float scale, void *to, int32_t head_size);

void attention_walk(const ck_attention_item *item, ck_kv_element element, size_t query_bytes, attention_load_fn load,
                    attention_tile_fn tile);

// For kernels that compute in f32.
void attention_load_f32(const float *query, float scale, void *to, int32_t head_size);

// Over blocks of BF16.
void attention_avx2(const ck_attention_item *item);
void attention_dpbf16(const ck_attention_item *item);

// Over blocks of int8.
void attention_bytes_baseline(const ck_attention_item *item);
void attention_bytes_avx2(const ck_attention_item *item);
void attention_bytes_avx512(const ck_attention_item *item);
#endif
