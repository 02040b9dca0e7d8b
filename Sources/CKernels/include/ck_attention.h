#ifndef CK_ATTENTION_H
#define CK_ATTENTION_H
// Paged attention, the key/value blocks it reads, rotary embedding and RMS norm.
#include "ck_isa.h"

// What a block stores of a key or value element.
typedef enum { CK_KV_BF16 = 0, CK_KV_F32 = 1, CK_KV_INT8 = 2 } ck_kv_element;

// A block holds, for one layer and one KV head, `block_size / 16` key panels and then as many value panels.
// A panel is 16 tokens. Key panel: [head_size / 2][16 tokens][2]; value panel: [8 token pairs][head_size][2].
// So that one 512-bit register of BF16 holds 16 tokens by 2 dimensions, or 16 dimensions by 2 tokens.
// int8 goes by fours: [head_size / 4][16 tokens][4] and [4 token fours][head_size][4], levels of -127...127. After the
// panels come three f32 [block_size]: what a level of each token's key stands for; what CK_QUERY_ZERO in every
// dimension of a query makes with that key; what a level of the token's value stands for.
enum { CK_KV_PANEL = 16, CK_KV_CHUNK = 64, CK_KV_LEVELS = 127, CK_QUERY_ZERO = 64 };

// Bytes of a block.
size_t ck_kv_block_bytes(ck_kv_element element, size_t block_size, size_t head_size);

// Writes key and value (f32, [head_size]) of one token into slot `slot` of a block (round to nearest even; what is
// not finite becomes finite, so that a stale block can never spoil a later owner's result by 0 * infinity).
void ck_kv_store(ck_kv_element element, void *block, int32_t block_size, int32_t head_size, int32_t slot,
                 const float *key, const float *value);
// Reads them back.
void ck_kv_load(ck_kv_element element, const void *block, int32_t block_size, int32_t head_size, int32_t slot,
                float *key, float *value);

// Where rows of a batch go in one layer.
typedef struct {
    char *layer;  // block 0 of KV head 0
    size_t block_stride, head_stride;  // bytes
    ck_kv_element element;
    int32_t kv_heads, block_size, head_size;
    const int32_t *rows, *blocks, *slots;
} ck_kv_rows;
// Stores entries begin..<end: row `rows[i]` of `keys` and `values` ([.., kv_heads * head_size], `stride` floats apart).
void ck_kv_store_rows(const ck_kv_rows *to, const float *keys, const float *values, size_t stride, size_t begin,
                      size_t end);

// Consecutive rows of one sequence. A row is one query head of one token: token `rows_begin / group` of the segment,
// head `rows_begin % group` of the KV head's group, and so on to `rows_end`.
typedef struct {
    const int32_t *blocks;   // block table of the sequence, from position 0
    int32_t block_count;
    int32_t first_row;       // batch row of the segment's token 0
    int32_t position;        // its position in the sequence
    int32_t rows_begin, rows_end;
    int32_t shared_chunks;   // leading chunks of 64 tokens that lie in the same blocks as those of the part before
} ck_attention_part;

// One piece of work: some rows of one KV head. `parts` are sorted so that equal beginnings of block tables adjoin.
typedef struct {
    const float *queries;    // head 0 of the group, batch row 0
    size_t query_stride;     // floats from one batch row to the next
    float *out;
    size_t out_stride;
    const ck_attention_part *parts;
    size_t part_count;
    const char *blocks;      // block 0 of this layer and KV head
    size_t block_stride;     // bytes from one block to the next
    int32_t block_size, head_size, group;
    void *scratch;           // ck_attention_scratch(rows, head_size) bytes, 64-byte aligned
} ck_attention_item;

typedef void (*ck_attention_fn)(const ck_attention_item *item);

// Bytes of scratch for `rows` rows in all parts of an item.
size_t ck_attention_scratch(size_t rows, size_t head_size);
// Causal softmax attention of the item's rows.
ck_attention_fn _Nonnull ck_attention(ck_isa isa, ck_kv_element element);

// Turns pairs of every head of a row by their angles: (a, b) -> (a cos - b sin, b cos + a sin).
// cosines, sines: [head_size / 2]. Halves: pair i is (i, i + head_size / 2); adjacent: (2i, 2i + 1).
// Then multiplies by `factors`, [heads, head_size], unless it is NULL.
typedef void (*ck_rope_fn)(float *row, int32_t heads, int32_t head_size, const float *cosines, const float *sines,
                           const float *_Nullable factors);
ck_rope_fn _Nonnull ck_rope_halves(ck_isa isa);
ck_rope_fn _Nonnull ck_rope_adjacent(ck_isa isa);

// out = x / sqrt(mean(x^2) + epsilon) * weight for one row; out may be x. Any width.
typedef void (*ck_rmsnorm_fn)(const float *x, const float *weight, float epsilon, size_t width, float *out);
ck_rmsnorm_fn _Nonnull ck_rmsnorm(ck_isa isa);

typedef struct {
    float maximum;        // of what is not NaN; minus infinity if there is none
    size_t index;         // the first that has it
    double sum;           // of e^(scale * (x - maximum))
} ck_logit_sums;
// One row of logits, any length; NaN and minus infinity have weight 0. Sums are added in an order that only `count` fixes.
typedef ck_logit_sums (*ck_logits_fn)(const float *x, size_t count, float scale);
ck_logits_fn _Nonnull ck_logits(ck_isa isa);

#endif
