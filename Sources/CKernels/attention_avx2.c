// Attention over blocks of BF16 with AVX2: f32 arithmetic, as in the portable kernel, but all sums of a tile of six
// rows stay in registers.
#include "attention_softmax.h"
#include "unroll.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Of eight pairs the first ones or the second ones. The barrier has the pairs loaded anew for the second ones: twelve
// sums, two such vectors and a factor leave no register to keep them in.
AVX2_INLINE __m256 half_of(const int32_t *pairs, const int second) {
    __asm__ volatile("" ::: "memory");
    const __m256i both = _mm256_loadu_si256((const __m256i *)pairs);
    if (!second) return _mm256_castsi256_ps(_mm256_slli_epi32(both, 16));
    return _mm256_and_ps(_mm256_castsi256_ps(both), _mm256_castsi256_ps(_mm256_set1_epi32((int32_t)0xffff0000)));
}

// sums[row] += factors[row] * (the first or second ones of 16 pairs); the rows' factors are `stride` bytes apart.
AVX2_INLINE void accumulate(__m256 sums[][2], const int rows, const int32_t *pairs, const int second,
                            const char *factors, size_t stride) {
    const __m256 left = half_of(pairs, second), right = half_of(pairs + 8, second);
    const char *more = factors + 3 * stride;
    UNROLL for (int row = 0; row < rows; row++) {
        const char *at = row < 3 ? factors + (size_t)row * stride : more + (size_t)(row - 3) * stride;
        const __m256 factor = _mm256_broadcast_ss((const float *)at + second);
        sums[row][0] = _mm256_fmadd_ps(factor, left, sums[row][0]);
        sums[row][1] = _mm256_fmadd_ps(factor, right, sums[row][1]);
    }
}

// scores[row][key] = queries[row] . keys[key]
AVX2_INLINE void multiply_keys(const attention_tile *tile, const int rows, float scores[][CK_KV_CHUNK]) {
    const size_t stride = (size_t)tile->head_size * 4;
    for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        const int32_t *keys = tile->keys[panel], *end = keys + tile->head_size / 2 * CK_KV_PANEL;
        const char *queries = tile->queries;
        __m256 sums[TILE_ROWS][2];
        UNROLL for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm256_setzero_ps();
        for (; keys < end; keys += CK_KV_PANEL, queries += 8) {
            accumulate(sums, rows, keys, 0, queries, stride);
            accumulate(sums, rows, keys, 1, queries, stride);
        }
        UNROLL for (int row = 0; row < rows; row++) {
            _mm256_store_ps(scores[row] + panel * CK_KV_PANEL, sums[row][0]);
            _mm256_store_ps(scores[row] + panel * CK_KV_PANEL + 8, sums[row][1]);
        }
    }
}

// outputs[row][d..<d + 16] += weights[row] . values, over the key pairs that any row sees.
AVX2_INLINE void multiply_values(const attention_tile *tile, const int rows, int32_t d,
                                 float weights[][CK_KV_CHUNK]) {
    const int32_t width = tile->head_size;
    float *outputs = tile->outputs + d;
    __m256 sums[TILE_ROWS][2];
    UNROLL for (int row = 0; row < rows; row++) {
        sums[row][0] = _mm256_loadu_ps(outputs + row * width);
        sums[row][1] = _mm256_loadu_ps(outputs + row * width + 8);
    }
    const char *weight = (const char *)weights[0];
    for (int32_t panel = 0; panel * CK_KV_PANEL < tile->valid; panel++) {
        const int32_t *values = (const int32_t *)tile->values[panel] + d;
        for (int pair = 0; pair < CK_KV_PANEL / 2; pair++, values += width, weight += 8) {
            accumulate(sums, rows, values, 0, weight, sizeof weights[0]);
            accumulate(sums, rows, values, 1, weight, sizeof weights[0]);
        }
    }
    UNROLL for (int row = 0; row < rows; row++) {
        _mm256_storeu_ps(outputs + row * width, sums[row][0]);
        _mm256_storeu_ps(outputs + row * width + 8, sums[row][1]);
    }
}

AVX2_INLINE void tile_of(const attention_tile *tile, const int rows) {
    _Alignas(64) float scores[TILE_ROWS][CK_KV_CHUNK];
    multiply_keys(tile, rows, scores);
    for (int row = 0; row < rows; row++) softmax(tile, row, scores[row]);
    for (int32_t d = 0; d < tile->head_size; d += 16) multiply_values(tile, rows, d, scores);
}

AVX2_BODY void tile_avx2(const attention_tile *tile, int rows) { BY_ROW_COUNT(tile_of, tile, rows) }

// Keys and values in f32 or BF16, multiplied in f32.
void attention_avx2(const ck_attention_item *item) {
    attention_walk(item, CK_KV_BF16, 4, attention_load_f32, tile_avx2);
}
#endif
