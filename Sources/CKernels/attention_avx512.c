#include "attention_walk.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx512vnni")))
#define AVX512_INLINE AVX512 __attribute__((always_inline)) static inline

// What is added to 1.5 * 2^23 is rounded to a whole number, which stands in its low bits.
static const float rounding = 0x1.8p23f;

// 2^(score - maximum), relative error below 2e-7 (degree 5, minimax on [-1/2, 1/2]); at least 2^-126.
// `shift` is `rounding - maximum` and `least` is `maximum - 126`.
AVX512_INLINE __m512 power_of_two(__m512 score, __m512 shift, __m512 least) {
    score = _mm512_max_ps(score, least);
    __m512 whole = _mm512_add_ps(score, shift);
    __m512 fraction = _mm512_sub_ps(score, _mm512_sub_ps(whole, shift));
    __m512 sum = _mm512_set1_ps(0.00132764721f);
    sum = _mm512_fmadd_ps(sum, fraction, _mm512_set1_ps(0.00967554141f));
    sum = _mm512_fmadd_ps(sum, fraction, _mm512_set1_ps(0.0555071327f));
    sum = _mm512_fmadd_ps(sum, fraction, _mm512_set1_ps(0.240221197f));
    sum = _mm512_fmadd_ps(sum, fraction, _mm512_set1_ps(0.693146967f));
    sum = _mm512_fmadd_ps(sum, fraction, _mm512_set1_ps(1.00000007f));
    __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(whole), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(sum), exponent));
}

// scores[row][panel] = queries[row] . keys[panel]; rows * 4 accumulators stay in registers.
AVX512_INLINE void multiply_keys(const attention_tile *tile, const int rows, __m512 scores[][4]) {
    const int32_t *queries = tile->queries;
    const int32_t *k0 = tile->keys[0], *k1 = tile->keys[1], *k2 = tile->keys[2], *k3 = tile->keys[3];
    const int32_t pairs = tile->head_size / 2;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++)
        for (int panel = 0; panel < 4; panel++) scores[row][panel] = _mm512_setzero_ps();
    for (int32_t pair = 0; pair < pairs; pair++) {
        __m512bh a = (__m512bh)_mm512_loadu_si512(k0 + pair * 16), b = (__m512bh)_mm512_loadu_si512(k1 + pair * 16);
        __m512bh c = (__m512bh)_mm512_loadu_si512(k2 + pair * 16), d = (__m512bh)_mm512_loadu_si512(k3 + pair * 16);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            __m512bh query = (__m512bh)_mm512_set1_epi32(queries[row * pairs + pair]);
            scores[row][0] = _mm512_dpbf16_ps(scores[row][0], a, query);
            scores[row][1] = _mm512_dpbf16_ps(scores[row][1], b, query);
            scores[row][2] = _mm512_dpbf16_ps(scores[row][2], c, query);
            scores[row][3] = _mm512_dpbf16_ps(scores[row][3], d, query);
        }
    }
}

// Scores above a row's maximum: raises it, and scales what the row has summed up. Rare; bounds the scores too.
AVX512 __attribute__((noinline, cold)) static void raise_maxima(const attention_tile *tile, int rows,
                                                                __m512 scores[][4]) {
    const __m512 bound = _mm512_set1_ps(score_bound);
    for (int row = 0; row < rows; row++) {
        for (int panel = 0; panel < 4; panel++) scores[row][panel] = _mm512_min_ps(bound, scores[row][panel]);
        float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(scores[row][0], scores[row][1]),
                                                           _mm512_max_ps(scores[row][2], scores[row][3])));
        float old = tile->maxima[row];
        if (!(largest > old)) continue;
        float raised = fmaxf(ceilf(largest) + headroom, -score_bound);
        // A factor below 2^-126 counts as 0; the first one meets empty sums.
        float factor = old - raised < -126 ? 0 : exp2f(old - raised);
        tile->maxima[row] = raised;
        __m512 by = _mm512_set1_ps(factor);
        float *sums = tile->sums + row * 16, *output = tile->outputs + row * tile->head_size;
        _mm512_storeu_ps(sums, _mm512_mul_ps(_mm512_loadu_ps(sums), by));
        for (int32_t d = 0; d < tile->head_size; d += 16)
            _mm512_storeu_ps(output + d, _mm512_mul_ps(_mm512_loadu_ps(output + d), by));
    }
}

// Bit i: the row sees key i of the chunk.
AVX512_INLINE uint64_t seen_keys(const attention_tile *tile, int row) {
    int32_t seen = tile->limits[row] - tile->start + 1;
    return seen >= CK_KV_CHUNK ? ~(uint64_t)0 : seen <= 0 ? 0 : ((uint64_t)1 << seen) - 1;
}

// weights[row] = 2^(scores[row] - maximum) as BF16, 64 a row; 0 for keys after the row.
AVX512_INLINE void softmax(const attention_tile *tile, const int rows, __m512 scores[][4], uint32_t *weights) {
    if (tile->hides) {
        const __m512 hidden = _mm512_set1_ps(masked_score);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            uint64_t seen = seen_keys(tile, row);
#pragma clang loop unroll(full)
            for (int panel = 0; panel < 4; panel++)
                scores[row][panel] = _mm512_mask_mov_ps(hidden, (__mmask16)(seen >> panel * 16), scores[row][panel]);
        }
    }
    __mmask16 above = 0;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        __m512 largest = _mm512_max_ps(_mm512_max_ps(scores[row][0], scores[row][1]),
                                       _mm512_max_ps(scores[row][2], scores[row][3]));
        above |= _mm512_cmp_ps_mask(largest, _mm512_set1_ps(tile->maxima[row]), _CMP_GT_OQ);
    }
    if (__builtin_expect(above != 0, 0)) {
        __m512 copy[TILE_ROWS][4];
        for (int row = 0; row < rows; row++)
            for (int panel = 0; panel < 4; panel++) copy[row][panel] = scores[row][panel];
        raise_maxima(tile, rows, copy);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++)
#pragma clang loop unroll(full)
            for (int panel = 0; panel < 4; panel++) scores[row][panel] = copy[row][panel];
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        __m512 maximum = _mm512_set1_ps(tile->maxima[row]);
        __m512 shift = _mm512_sub_ps(_mm512_set1_ps(rounding), maximum);
        __m512 least = _mm512_sub_ps(maximum, _mm512_set1_ps(126));
        __m512 p[4];
#pragma clang loop unroll(full)
        for (int panel = 0; panel < 4; panel++) p[panel] = power_of_two(scores[row][panel], shift, least);
        if (tile->hides) {
            uint64_t seen = seen_keys(tile, row);
#pragma clang loop unroll(full)
            for (int panel = 0; panel < 4; panel++)
                p[panel] = _mm512_maskz_mov_ps((__mmask16)(seen >> panel * 16), p[panel]);
        }
        _mm512_store_si512(weights + row * 32, (__m512i)_mm512_cvtne2ps_pbh(p[1], p[0]));
        _mm512_store_si512(weights + row * 32 + 16, (__m512i)_mm512_cvtne2ps_pbh(p[3], p[2]));
        float *sums = tile->sums + row * 16;
        __m512 sum = _mm512_add_ps(_mm512_add_ps(p[0], p[1]), _mm512_add_ps(p[2], p[3]));
        _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_loadu_ps(sums), sum));
    }
}

// outputs[row][d..d + 16 * vectors] += weights[row] . values, over the key pairs that any row sees.
AVX512_INLINE void multiply_values(const attention_tile *tile, const int rows, const int vectors, int32_t d,
                                   const uint32_t *weights) {
    __m512 sum[TILE_ROWS][4];
    const int32_t width = tile->head_size;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++)
        for (int vector = 0; vector < vectors; vector++)
            sum[row][vector] = _mm512_loadu_ps(tile->outputs + row * width + d + vector * 16);
    for (int32_t panel = 0; panel * CK_KV_PANEL < tile->valid; panel++) {
        const int32_t *values = (const int32_t *)tile->values[panel] + d;
        const uint32_t *weight = weights + panel * 8;
        for (int pair = 0; pair < 8; pair++, values += width, weight++) {
            __m512bh value[4];
#pragma clang loop unroll(full)
            for (int vector = 0; vector < vectors; vector++)
                value[vector] = (__m512bh)_mm512_loadu_si512(values + vector * 16);
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; row++) {
                __m512bh both = (__m512bh)_mm512_set1_epi32((int32_t)weight[row * 32]);
                for (int vector = 0; vector < vectors; vector++)
                    sum[row][vector] = _mm512_dpbf16_ps(sum[row][vector], value[vector], both);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++)
        for (int vector = 0; vector < vectors; vector++)
            _mm512_storeu_ps(tile->outputs + row * width + d + vector * 16, sum[row][vector]);
}

AVX512_INLINE void tile_of(const attention_tile *tile, const int rows) {
    __m512 scores[TILE_ROWS][4];
    _Alignas(64) uint32_t weights[TILE_ROWS * 32];
    multiply_keys(tile, rows, scores);
    softmax(tile, rows, scores, weights);
    int32_t d = 0;
    for (; d + 64 <= tile->head_size; d += 64) multiply_values(tile, rows, 4, d, weights);
    for (; d < tile->head_size; d += 16) multiply_values(tile, rows, 1, d, weights);
}

// One body a row count, so that every accumulator has its register.
AVX512 static void tile_1(const attention_tile *tile) { tile_of(tile, 1); }
AVX512 static void tile_2(const attention_tile *tile) { tile_of(tile, 2); }
AVX512 static void tile_3(const attention_tile *tile) { tile_of(tile, 3); }
AVX512 static void tile_4(const attention_tile *tile) { tile_of(tile, 4); }
AVX512 static void tile_5(const attention_tile *tile) { tile_of(tile, 5); }
AVX512 static void tile_6(const attention_tile *tile) { tile_of(tile, 6); }

// One chunk of keys and values for some rows, by VDPBF16PS.
static void tile_avx512(const attention_tile *tile, int rows) {
    static void (*const bodies[])(const attention_tile *) = {tile_1, tile_2, tile_3, tile_4, tile_5, tile_6};
    bodies[rows - 1](tile);
}

AVX512 static void load_avx512(const float *query, float scale, void *to, int32_t head_size) {
    for (int32_t d = 0; d < head_size; d += 16) {
        __m512 scaled = _mm512_mul_ps(_mm512_loadu_ps(query + d), _mm512_set1_ps(scale));
        _mm256_storeu_si256((__m256i *)((uint16_t *)to + d), (__m256i)_mm512_cvtneps_pbh(scaled));
    }
}

// Keys and values in BF16, multiplied as BF16 with sums in f32.
void attention_dpbf16(const ck_attention_item *item) {
    attention_walk(item, CK_KV_BF16, 2, load_avx512, tile_avx512);
}
#endif
