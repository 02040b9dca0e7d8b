// The cache of keys and values, and attention over it, against double.
#include "check.h"

static const ck_kv_element elements[] = {CK_KV_BF16, CK_KV_F32, CK_KV_INT8};
static const char *const names[] = {"bf16", "f32", "int8"};

void check_cache(ck_isa isa) {
    (void)isa;  // plain C
    begin_family("cache");
    for (int turn = 0; turn < 60; turn++) {
        next_case();
        const ck_kv_element element = elements[turn % 3];
        const int32_t size = between(1, 3) * 16, width = between(1, 8) * 16;
        const size_t bytes = ck_kv_block_bytes(element, size, width);
        char *block = room(bytes);
        float *read = room(2 * width * 4), *keys = random_floats(size * width, 3), *values = random_floats(size * width, 9);
        if (turn % 4 == 0) keys[0] = INFINITY, keys[1] = NAN, values[0] = -INFINITY;
        for (int32_t slot = 0; slot < size; slot++)
            ck_kv_store(element, block, size, width, slot, keys + slot * width, values + slot * width);
        add_to_sum(block, bytes);
        for (int32_t slot = 0; slot < size; slot++) {
            ck_kv_load(element, block, size, width, slot, read, read + width);
            for (int32_t d = 0; d < width; d++) {
                if (!isfinite(read[d]) || !isfinite(read[width + d])) fail("a finite number", read[d], 0);
                if (turn % 4 == 0 && slot == 0) continue;
                const double bound = element == CK_KV_F32 ? 0 : element == CK_KV_BF16 ? 1.0 / 256 : 1.0 / 253;
                const double size_of = element == CK_KV_BF16 ? fabs(keys[slot * width + d]) : 3;
                const double value_size = element == CK_KV_BF16 ? fabs(values[slot * width + d]) : 9;
                expect_near("a key", read[d], keys[slot * width + d], bound * size_of);
                expect_near("a value", read[width + d], values[slot * width + d], bound * value_size);
            }
        }
    }
    end_family(1);
}

enum { most_parts = 4 };

// A KV head's blocks with random tokens, and sequences that share their first blocks.
typedef struct {
    ck_attention_item item;
    ck_attention_part parts[most_parts];
    ck_kv_element element;
    int32_t tokens;
    size_t rows;
    float value_size;
} attention_case;

static attention_case random_attention(ck_kv_element element) {
    attention_case it = {.element = element, .value_size = 4};
    ck_attention_item *item = &it.item;
    item->block_size = between(1, 2) * 32, item->head_size = between(1, 8) * 16, item->group = between(1, 7);
    const int32_t blocks = 24, width = item->head_size;
    item->block_stride = (ck_kv_block_bytes(element, item->block_size, width) + 63) / 64 * 64;
    char *memory = room(blocks * item->block_stride);
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t slot = 0; slot < item->block_size; slot++)
            ck_kv_store(element, memory + block * item->block_stride, item->block_size, width, slot,
                        random_floats(width, 2), random_floats(width, it.value_size));
    item->blocks = memory;
    const int32_t shared_chunks = between(0, 2), shared_blocks = shared_chunks * CK_KV_CHUNK / item->block_size;
    item->part_count = (size_t)between(1, most_parts);
    for (size_t i = 0; i < item->part_count; i++) {
        int32_t *table = room(blocks * sizeof *table);
        for (int32_t block = 0; block < blocks; block++)
            table[block] = block < shared_blocks ? block : between(0, blocks - 1);
        const int32_t length = between(1, 5), begin = between(0, item->group - 1);
        it.parts[i] = (ck_attention_part){
            .blocks = table, .first_row = it.tokens, .position = shared_chunks * CK_KV_CHUNK + between(0, 90),
            .rows_begin = begin, .rows_end = length * item->group, .shared_chunks = i ? shared_chunks : 0};
        it.parts[i].block_count = (it.parts[i].position + length + item->block_size - 1) / item->block_size;
        it.tokens += length, it.rows += (size_t)(length * item->group - begin);
    }
    item->query_stride = item->out_stride = (size_t)(item->group * width);
    item->queries = random_floats(it.tokens * item->query_stride, 1.5f);
    item->scratch = room(ck_attention_scratch(it.rows, width));
    return it;
}

// One row in double, over what the cache gives back.
static void expect_row(const attention_case *it, const ck_attention_part *part, int32_t row, const float *out) {
    const ck_attention_item *item = &it->item;
    const int32_t width = item->head_size, seen = part->position + row / item->group + 1;
    const float *query = item->queries + (part->first_row + row / item->group) * item->query_stride +
                         row % item->group * width;
    float *keys = room(width * 4), *values = room(seen * width * 4);
    double *scores = room(seen * 8), most = -INFINITY, total = 0;
    for (int32_t t = 0; t < seen; t++) {
        const char *block = item->blocks + part->blocks[t / item->block_size] * item->block_stride;
        ck_kv_load(it->element, block, item->block_size, width, t % item->block_size, keys, values + t * width);
        for (int32_t d = 0; d < width; d++) scores[t] += (double)query[d] * keys[d] / sqrt(width);
        most = scores[t] > most ? scores[t] : most;
    }
    for (int32_t t = 0; t < seen; t++) total += scores[t] = exp(scores[t] - most);
    // Beside int8 queries and weights have 7 bits; AVX-512 rounds both to bf16 beside bf16; else they are f32.
    const int is_rounded = it->element == CK_KV_BF16 && ck_detect_isa() == CK_AVX512;
    const double bound = it->value_size * (it->element == CK_KV_INT8 ? 0.03 : is_rounded ? 0.01 : 1e-5);
    for (int32_t d = 0; d < width; d++) {
        double sum = 0;
        for (int32_t t = 0; t < seen; t++) sum += scores[t] / total * values[t * width + d];
        expect_near("attention", out[row % item->group * width + d], sum, bound);
    }
}

// Rows together are near double, and each alone has the same bits.
static void check_case(ck_isa isa, ck_kv_element element) {
    attention_case it = random_attention(element);
    ck_attention_item *item = &it.item;
    item->parts = it.parts;
    const size_t floats = it.tokens * item->out_stride, row_bytes = (size_t)item->head_size * 4;
    item->out = room(floats * 4);
    ck_attention(isa, element)(item);
    float *together = item->out;
    item->out = room(floats * 4), item->part_count = 1;
    for (const ck_attention_part *part = it.parts; part < it.parts + most_parts && part->blocks; part++) {
        for (int32_t row = part->rows_begin; row < part->rows_end; row += between(1, 4)) {
            const size_t batch_row = (size_t)(part->first_row + row / item->group);
            expect_row(&it, part, row, together + batch_row * item->out_stride);
            ck_attention_part alone = *part;
            alone.rows_begin = row, alone.rows_end = row + 1, alone.shared_chunks = 0;
            item->parts = &alone;
            ck_attention(isa, element)(item);
            const size_t at = batch_row * item->out_stride + (size_t)(row % item->group * item->head_size);
            expect_same("a row alone", item->out + at, together + at, row_bytes);
        }
    }
}

void check_attention(ck_isa isa) {
    for (int element = 0; element < 3; element++) {
        char name[32];
        snprintf(name, sizeof name, "attention-%s", names[element]);
        begin_family(name);
        for (int turn = 0; turn < 12; turn++) next_case(), check_case(isa, elements[element]);
        end_family(0);
    }
}
