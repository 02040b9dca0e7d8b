// Attention over blocks of int8 with AVX2: bytes are multiplied as bytes. One factor has no sign (a query with its
// zero, a softmax weight); both are at most 127, so that two products stay within 16 bits.
#include "attention_bytes.h"
#include "unroll.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2_INLINE AVX2_BODY __attribute__((always_inline)) inline

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

// 2^(score - maximum), relative error below 8e-5 (degree 3, minimax on [-1/2, 1/2]), far below what a level is worth;
// at least 2^-126, also for what is no number. `shift` is `to_whole - maximum` and `least` is `maximum - 126`.
AVX2_INLINE __m256 power_of_two_roughly(__m256 score, __m256 shift, __m256 least) {
    score = _mm256_max_ps(score, least);
    const __m256 whole = _mm256_add_ps(score, shift);
    const __m256 fraction = _mm256_sub_ps(score, _mm256_sub_ps(whole, shift));
    __m256 sum = _mm256_set1_ps(0.0551716695f);
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.242611125f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.693260986f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.999928073f));
    const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(whole), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(sum), exponent));
}

AVX2_INLINE float largest_lane(__m256 lanes) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

// As `weigh`, with all weights in registers.
AVX2_INLINE float weigh_avx2(const attention_tile *tile, int row, float *scores, int8_t *levels) {
    bound_scores(tile, row, scores);
    const __m256 maximum = _mm256_set1_ps(tile->maxima[row]);
    const __m256 shift = _mm256_sub_ps(_mm256_set1_ps(to_whole), maximum);
    const __m256 least = _mm256_sub_ps(maximum, _mm256_set1_ps(126));
    float *sums = tile->sums + row * 16;
    __m256 sum[2] = {_mm256_loadu_ps(sums), _mm256_loadu_ps(sums + 8)}, weights[8], largest = _mm256_setzero_ps();
    UNROLL for (int i = 0; i < 8; i++) {
        const __m256 score = _mm256_load_ps(scores + i * 8);
        weights[i] = power_of_two_roughly(score, shift, least);
        if (tile->hides)
            weights[i] = _mm256_and_ps(weights[i], _mm256_cmp_ps(score, _mm256_set1_ps(masked_score), _CMP_GT_OQ));
        sum[i % 2] = _mm256_add_ps(sum[i % 2], weights[i]);
        weights[i] = _mm256_mul_ps(weights[i], _mm256_loadu_ps(tile->value_factors[i / 2] + i % 2 * 8));
        largest = _mm256_max_ps(largest, weights[i]);
    }
    _mm256_storeu_ps(sums, sum[0]);
    _mm256_storeu_ps(sums + 8, sum[1]);
    const float most = largest_lane(largest);
    const __m256 factor = _mm256_set1_ps(level_factor(most, CK_KV_LEVELS));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    UNROLL for (int half = 0; half < 2; half++) {
        __m256i whole[4];
        UNROLL for (int i = 0; i < 4; i++) whole[i] = _mm256_cvtps_epi32(_mm256_mul_ps(weights[half * 4 + i], factor));
        const __m256i left = _mm256_packs_epi32(whole[0], whole[1]), right = _mm256_packs_epi32(whole[2], whole[3]);
        const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(left, right), order);
        _mm256_storeu_si256((__m256i *)(levels + half * 32), bytes);
    }
    return most / CK_KV_LEVELS;
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
    for (int row = 0; row < rows; row++) factors[row] = weigh_avx2(tile, row, scores[row], weights[row]);
    for (int32_t d = 0; d < tile->head_size; d += 16) multiply_values(tile, rows, d, weights, factors);
}

AVX2_BODY void tile_avx2(const attention_tile *tile, int rows) { BY_ROW_COUNT(tile_of, tile, rows) }

AVX2_BODY void load(const float *query, float scale, void *to, int32_t head_size) {
    load_levels(query, scale, to, head_size);
}

void attention_bytes_avx2(const ck_attention_item *item) { attention_walk(item, CK_KV_INT8, 4, load, tile_avx2); }
#endif
