#include "attention_walk.h"
#include <string.h>

// Bytes rounded up to whole cache lines.
static size_t padded(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

size_t ck_attention_scratch(size_t rows, size_t head_size) {
    return padded(rows * head_size * 4) * 2 + padded(rows * 4) * 2 + rows * 64;
}

// Cuts the scratch memory of an item into its rows' queries, sums and outputs.
static attention_rows carve(const ck_attention_item *item) {
    attention_rows state = {0};
    for (size_t i = 0; i < item->part_count; i++)
        state.rows += (size_t)(item->parts[i].rows_end - item->parts[i].rows_begin);
    char *next = item->scratch;
    size_t wide = padded(state.rows * (size_t)item->head_size * 4), narrow = padded(state.rows * 4);
    state.queries = next, next += wide;
    state.outputs = (float *)next, next += wide;
    state.sums = (float *)next, next += state.rows * 64;
    state.maxima = (float *)next, next += narrow;
    state.limits = (int32_t *)next;
    return state;
}

// The query of one head at a row of the batch.
static const float *query_of(const ck_attention_item *item, const ck_attention_part *part, int32_t row) {
    size_t batch_row = (size_t)(part->first_row + row / item->group);
    return item->queries + batch_row * item->query_stride + (size_t)(row % item->group * item->head_size);
}

// Loads all queries of an item in the kernel's form, and begins their softmax.
static void begin(const ck_attention_item *item, attention_rows *state, size_t query_bytes, attention_load_fn load) {
    float scale = (float)(1.4426950408889634 / sqrt((double)item->head_size));
    size_t next = 0;
    for (size_t i = 0; i < item->part_count; i++) {
        const ck_attention_part *part = &item->parts[i];
        for (int32_t row = part->rows_begin; row < part->rows_end; row++, next++) {
            load(query_of(item, part, row), scale, state->queries + next * query_bytes, item->head_size);
            state->limits[next] = part->position + row / item->group;
            state->maxima[next] = masked_score;
        }
    }
    memset(state->sums, 0, state->rows * 64);
    memset(state->outputs, 0, state->rows * (size_t)item->head_size * 4);
}

// Divides by the sum of weights, added up in a fixed order.
static void finish(const ck_attention_item *item, const attention_rows *state) {
    size_t next = 0;
    for (size_t i = 0; i < item->part_count; i++) {
        const ck_attention_part *part = &item->parts[i];
        for (int32_t row = part->rows_begin; row < part->rows_end; row++, next++) {
            float sum[16];
            memcpy(sum, state->sums + next * 16, sizeof sum);
            for (int half = 8; half > 0; half /= 2)
                for (int lane = 0; lane < half; lane++) sum[lane] += sum[lane + half];
            const float *from = state->outputs + next * (size_t)item->head_size;
            size_t batch_row = (size_t)(part->first_row + row / item->group);
            float *to = item->out + batch_row * item->out_stride + (size_t)(row % item->group * item->head_size);
            float factor = 1.0f / sum[0];
            // + 0: a zero is +0 whether or not masked keys were added to it.
            for (int32_t d = 0; d < item->head_size; d++) to[d] = from[d] * factor + 0.0f;
        }
    }
}

// Points the tile at the chunk's panels. A block that the table does not have is only ever masked: any block will do.
static void point(const ck_attention_item *item, const ck_attention_part *part, int32_t chunk, size_t kv_bytes,
                  attention_tile *tile) {
    int32_t panels = item->block_size / CK_KV_PANEL;
    size_t panel_bytes = (size_t)(CK_KV_PANEL * item->head_size) * kv_bytes;
    size_t factors = 2 * (size_t)panels * panel_bytes;
    for (int32_t i = 0; i < CHUNK_PANELS; i++) {
        int32_t panel = chunk * CHUNK_PANELS + i, index = panel / panels;
        int32_t block = part->blocks[index < part->block_count ? index : 0];
        const char *start = item->blocks + (size_t)block * item->block_stride;
        const char *keys = start + (size_t)(panel % panels) * panel_bytes;
        tile->keys[i] = keys;
        tile->values[i] = keys + (size_t)panels * panel_bytes;
        if (kv_bytes > 1) continue;
        tile->key_factors[i] = (const float *)(start + factors) + panel % panels * CK_KV_PANEL;
        tile->key_offsets[i] = tile->key_factors[i] + item->block_size;
        tile->value_factors[i] = tile->key_offsets[i] + item->block_size;
    }
}

// What a walk over an item needs at every step.
typedef struct {
    const ck_attention_item *item;
    attention_rows state;
    size_t kv_bytes, query_bytes;  // of a key or value element; of a query row in the kernel's form
    attention_tile_fn kernel;
} attention_steps;

// Fetches a chunk's keys and values while others are computed.
static void prefetch(const attention_steps *steps, const ck_attention_part *part, int32_t chunk) {
    const ck_attention_item *item = steps->item;
    int32_t blocks = CK_KV_CHUNK / item->block_size, first = chunk * blocks;
    for (int32_t i = first; i < first + blocks && i < part->block_count; i++) {
        const char *block = item->blocks + (size_t)part->blocks[i] * item->block_stride;
        for (size_t byte = 0; byte < item->block_stride; byte += 64) __builtin_prefetch(block + byte, 0, 2);
    }
}

// All rows from `first` on against one chunk, in tiles as equal as can be.
static void multiply_chunk(const attention_steps *steps, attention_tile *tile, size_t first, size_t rows) {
    const attention_rows *state = &steps->state;
    size_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t i = 0; i < tiles; i++) {
        size_t from = first + rows * i / tiles, to = first + rows * (i + 1) / tiles;
        int32_t longest = 0, shortest = INT32_MAX;
        for (size_t row = from; row < to; row++) {
            if (state->limits[row] > longest) longest = state->limits[row];
            if (state->limits[row] < shortest) shortest = state->limits[row];
        }
        if (longest < tile->start) continue;  // rows of an early token: done before this chunk
        tile->valid = longest - tile->start + 1 < CK_KV_CHUNK ? longest - tile->start + 1 : CK_KV_CHUNK;
        tile->hides = shortest < tile->start + CK_KV_CHUNK - 1;
        tile->queries = state->queries + from * steps->query_bytes;
        tile->limits = state->limits + from;
        tile->maxima = state->maxima + from;
        tile->sums = state->sums + from * 16;
        tile->outputs = state->outputs + from * (size_t)tile->head_size;
        steps->kernel(tile, (int)(to - from));
    }
}

// Rows that a part adds to the item.
static size_t rows_of(const ck_attention_part *part) { return (size_t)(part->rows_end - part->rows_begin); }

// Parts whose blocks are the same before `chunk`: first the chunks that all of them share, together, then the rest
// depth first, part by part or share by share.
static void walk(const attention_steps *steps, const ck_attention_part *parts, size_t count, size_t first_row,
                 int32_t chunk) {
    const ck_attention_item *item = steps->item;
    int32_t shared = INT32_MAX, end = 0;
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && parts[i].shared_chunks < shared) shared = parts[i].shared_chunks;
        int32_t last = (parts[i].position + (parts[i].rows_end - 1) / item->group) / CK_KV_CHUNK;
        if (last >= end) end = last + 1;
        rows += rows_of(&parts[i]);
    }
    attention_tile tile = {.head_size = item->head_size};
    for (; chunk < end && chunk < shared; chunk++) {
        tile.start = chunk * CK_KV_CHUNK;
        point(item, parts, chunk, steps->kv_bytes, &tile);
        // Worth its instructions where several tiles pay for them.
        if (rows > 2 * TILE_ROWS && chunk + 1 < end && chunk + 1 < shared) prefetch(steps, parts, chunk + 1);
        multiply_chunk(steps, &tile, first_row, rows);
    }
    if (chunk >= end) return;
    for (size_t i = 0; i < count;) {
        size_t next = i + 1, sharing_rows = rows_of(&parts[i]);
        for (; next < count && parts[next].shared_chunks > chunk; next++) sharing_rows += rows_of(&parts[next]);
        if (next < count) prefetch(steps, &parts[next], chunk);
        walk(steps, parts + i, next - i, first_row, chunk);
        first_row += sharing_rows;
        i = next;
    }
}

// Walks the context chunk by chunk, at the same absolute positions for every row; the tile computes one chunk.
void attention_walk(const ck_attention_item *item, ck_kv_element element, size_t query_bytes, attention_load_fn load,
                    attention_tile_fn kernel) {
    const size_t kv_bytes = element == CK_KV_INT8 ? 1 : element == CK_KV_BF16 ? 2 : 4;
    attention_steps steps = {item, carve(item), kv_bytes, query_bytes * (size_t)item->head_size, kernel};
    begin(item, &steps.state, steps.query_bytes, load);
    walk(&steps, item->parts, item->part_count, 0, 0);
    finish(item, &steps.state);
}

// Queries of an f32 cache: multiplied with the softmax scale.
void attention_load_f32(const float *query, float scale, void *to, int32_t head_size) {
    for (int32_t d = 0; d < head_size; d++) ((float *)to)[d] = query[d] * scale;
}
