// Attention over blocks of int8 with AVX2: bytes are multiplied as bytes. One factor has no sign (a query with its
// zero, a softmax weight); both are at most 127, so that two products stay within 16 bits.
#include "attention_bytes.h"
#include "unroll.h"

#if defined(__x86_64__)
#include <immintrin.h>

// sums += products of fours, in 8 lanes
AVX2_INLINE __m256i add_fours(__m256i sums, __m256i unsigned_fours, __m256i fours) {
    const __m256i pairs = _mm256_maddubs_epi16(unsigned_fours, fours);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

// scores[row][key] = queries[row] . keys[key]
AVX2_INLINE void multiply_keys(const attention_tile *tile, const int rows, float scores[][CK_KV_CHUNK]) {
    const int32_t fours = tile->head_size / 4;
    for (int panel = 0; panel < CHUNK_PANELS; panel++) {
        const __m256i *keys = tile->keys[panel];
        const int32_t *queries = tile->queries;
        __m256i sums[TILE_ROWS][2];
        UNROLL for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
        for (int32_t four = 0; four < fours; four++, keys += 2, queries++) {
            const __m256i left = _mm256_loadu_si256(keys), right = _mm256_loadu_si256(keys + 1);
            UNROLL for (int row = 0; row < rows; row++) {
                const __m256i query = _mm256_set1_epi32(queries[row * fours * 4]);
                sums[row][0] = add_fours(sums[row][0], query, left);
                sums[row][1] = add_fours(sums[row][1], query, right);
            }
        }
        UNROLL for (int row = 0; row < rows; row++) {
            const __m256 factor = _mm256_set1_ps(query_factor(tile, row));
            UNROLL for (int half = 0; half < 2; half++) {
                const __m256 level = _mm256_loadu_ps(tile->key_factors[panel] + half * 8);
                const __m256 offset = _mm256_loadu_ps(tile->key_offsets[panel] + half * 8);
                const __m256 score = _mm256_fmsub_ps(_mm256_cvtepi32_ps(sums[row][half]), level, offset);
                _mm256_store_ps(scores[row] + panel * CK_KV_PANEL + half * 8, _mm256_mul_ps(score, factor));
            }
        }
    }
}

// outputs[row][d..<d + 16] += weights[row] . values, over the panels of keys that any row sees.
AVX2_INLINE void multiply_values(const attention_tile *tile, const int rows, int32_t d,
                                 const int8_t weights[][CK_KV_CHUNK], const float *factors) {
    const int32_t width = tile->head_size;
    __m256i sums[TILE_ROWS][2];
    UNROLL for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
    for (int32_t panel = 0; panel * CK_KV_PANEL < tile->valid; panel++) {
        const int8_t *values = (const int8_t *)tile->values[panel] + d * 4;
        for (int four = 0; four < CK_KV_PANEL / 4; four++, values += width * 4) {
            const __m256i left = _mm256_loadu_si256((const __m256i *)values);
            const __m256i right = _mm256_loadu_si256((const __m256i *)values + 1);
            UNROLL for (int row = 0; row < rows; row++) {
                const __m256i weight = _mm256_set1_epi32(((const int32_t *)weights[row])[panel * 4 + four]);
                sums[row][0] = add_fours(sums[row][0], weight, left);
                sums[row][1] = add_fours(sums[row][1], weight, right);
            }
        }
    }
    UNROLL for (int row = 0; row < rows; row++) {
        float *output = tile->outputs + row * width + d;
        UNROLL for (int half = 0; half < 2; half++) {
            const __m256 sum = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[row][half]), _mm256_set1_ps(factors[row]));
            _mm256_storeu_ps(output + half * 8, _mm256_add_ps(_mm256_loadu_ps(output + half * 8), sum));
        }
    }
}

AVX2_INLINE void tile_of(const attention_tile *tile, const int rows) {
    _Alignas(64) float scores[TILE_ROWS][CK_KV_CHUNK];
    _Alignas(64) int8_t weights[TILE_ROWS][CK_KV_CHUNK];
    float factors[TILE_ROWS];
    multiply_keys(tile, rows, scores);
    for (int row = 0; row < rows; row++) factors[row] = weigh(tile, row, scores[row], weights[row]);
    for (int32_t d = 0; d < tile->head_size; d += 16) multiply_values(tile, rows, d, weights, factors);
}

AVX2_BODY void tile_avx2(const attention_tile *tile, int rows) { BY_ROW_COUNT(tile_of, tile, rows) }

AVX2_BODY void load(const float *query, float scale, void *to, int32_t head_size) {
    load_query(query, scale, to, head_size);
}

void attention_bytes_avx2(const ck_attention_item *item) { attention_walk(item, CK_KV_INT8, 4, load, tile_avx2); }
#endif
