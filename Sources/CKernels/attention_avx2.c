// Attention over blocks of BF16 with AVX2: f32 arithmetic, as in the portable kernel, but all sums of a tile of six
// rows stay in registers, and a row's maximum hardly ever rises.
#include "attention_walk.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX2_INLINE AVX2 __attribute__((always_inline)) static inline
#define UNROLL _Pragma("clang loop unroll(full)")

// As with AVX-512: a row's maximum is a whole number above its scores, with room for later ones.
static const float headroom = 6;
static const float rounding = 0x1.8p23f;

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

// Scores above a row's maximum: raises it, and scales what the row has summed up. Rare; bounds the scores too.
AVX2 __attribute__((noinline, cold)) static void raise_maximum(const attention_tile *tile, int row, float *scores) {
    float largest = masked_score;
    for (int key = 0; key < CK_KV_CHUNK; key++) {
        scores[key] = scores[key] < score_bound ? scores[key] : score_bound;
        if (scores[key] > largest) largest = scores[key];
    }
    const float old = tile->maxima[row], raised = fmaxf(ceilf(largest) + headroom, -score_bound);
    // A factor below 2^-126 counts as 0; the first one meets empty sums.
    const float factor = old - raised < -126 ? 0 : exp2f(old - raised);
    tile->maxima[row] = raised;
    float *sums = tile->sums + row * 16, *output = tile->outputs + row * tile->head_size;
    for (int lane = 0; lane < 16; lane++) sums[lane] *= factor;
    for (int32_t d = 0; d < tile->head_size; d++) output[d] *= factor;
}

// 2^(score - maximum), relative error below 2e-7 (degree 5, minimax on [-1/2, 1/2]); at least 2^-126.
// `shift` is `rounding - maximum` and `least` is `maximum - 126`.
AVX2_INLINE __m256 power_of_two(__m256 score, __m256 shift, __m256 least) {
    score = _mm256_max_ps(score, least);
    const __m256 whole = _mm256_add_ps(score, shift);
    const __m256 fraction = _mm256_sub_ps(score, _mm256_sub_ps(whole, shift));
    __m256 sum = _mm256_set1_ps(0.00132764721f);
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.00967554141f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.0555071327f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.240221197f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(0.693146967f));
    sum = _mm256_fmadd_ps(sum, fraction, _mm256_set1_ps(1.00000007f));
    const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(whole), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(sum), exponent));
}

// Bits set in the lanes of the keys from `first` on that a row sees which sees `seen` keys of the chunk.
AVX2_INLINE __m256 seen_keys(int32_t seen, int first) {
    const __m256i keys = _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(first));
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(seen), keys));
}

// scores[0..<64] become weights 2^(score - maximum), 0 for keys after the row.
AVX2_INLINE void softmax(const attention_tile *tile, int row, float *scores) {
    const int32_t seen = tile->hides ? tile->limits[row] - tile->start + 1 : CK_KV_CHUNK;
    __m256 above = _mm256_setzero_ps();
    for (int key = 0; key < CK_KV_CHUNK; key += 8) {
        __m256 score = _mm256_load_ps(scores + key);
        if (seen < CK_KV_CHUNK) {
            score = _mm256_blendv_ps(_mm256_set1_ps(masked_score), score, seen_keys(seen, key));
            _mm256_store_ps(scores + key, score);
        }
        above = _mm256_or_ps(above, _mm256_cmp_ps(score, _mm256_set1_ps(tile->maxima[row]), _CMP_GT_OQ));
    }
    if (__builtin_expect(_mm256_movemask_ps(above) != 0, 0)) raise_maximum(tile, row, scores);
    const __m256 maximum = _mm256_set1_ps(tile->maxima[row]);
    const __m256 shift = _mm256_sub_ps(_mm256_set1_ps(rounding), maximum);
    const __m256 least = _mm256_sub_ps(maximum, _mm256_set1_ps(126));
    float *sums = tile->sums + row * 16;
    __m256 sum[2] = {_mm256_loadu_ps(sums), _mm256_loadu_ps(sums + 8)};
    UNROLL for (int key = 0; key < CK_KV_CHUNK; key += 8) {
        __m256 weight = power_of_two(_mm256_load_ps(scores + key), shift, least);
        if (seen < CK_KV_CHUNK) weight = _mm256_and_ps(weight, seen_keys(seen, key));
        _mm256_store_ps(scores + key, weight);
        sum[key / 8 % 2] = _mm256_add_ps(sum[key / 8 % 2], weight);
    }
    _mm256_storeu_ps(sums, sum[0]);
    _mm256_storeu_ps(sums + 8, sum[1]);
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
    _Alignas(32) float scores[TILE_ROWS][CK_KV_CHUNK];
    multiply_keys(tile, rows, scores);
    for (int row = 0; row < rows; row++) softmax(tile, row, scores[row]);
    for (int32_t d = 0; d < tile->head_size; d += 16) multiply_values(tile, rows, d, scores);
}

// One body a row count, so that every sum has its register.
AVX2 static void tile_avx2(const attention_tile *tile, int rows) {
    switch (rows) {
    case 1: return tile_of(tile, 1);
    case 2: return tile_of(tile, 2);
    case 3: return tile_of(tile, 3);
    case 4: return tile_of(tile, 4);
    case 5: return tile_of(tile, 5);
    default: return tile_of(tile, TILE_ROWS);
    }
}

void attention_avx2(const ck_attention_item *item) { attention_walk(item, 2, 4, attention_load_f32, tile_avx2); }
#endif
