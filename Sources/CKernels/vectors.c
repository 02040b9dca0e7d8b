#include "ck_vectors.h"
#include "portable_vectors.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// What the bias of 128 in every byte of a row adds to a sum.
static int32_t bias_of(const int8_t *query, size_t stride) {
    int32_t sum = 0;
    for (size_t j = 0; j < stride; j++) sum += query[j];
    return sum * 128;
}

// Inner products of a query in bytes with rows in bytes; integer sums, then both scales.
static void byte_scores_baseline(const ck_byte_rows *rows, const int8_t *query, float scale, float *scores) {
    int32_t bias = bias_of(query, rows->stride);
    for (size_t i = 0; i < rows->count; i++) {
        const uint8_t *row = rows->rows + i * rows->stride;
        int32_t sum = 0;
        for (size_t j = 0; j < rows->stride; j++) sum += (int32_t)row[j] * query[j];
        scores[i] = (float)(sum - bias) * (rows->scales[i] * scale);
    }
}

#if defined(__x86_64__)
// Pairs of products fit 32 bits but not 16 (255 * 127 * 2), so that bytes are widened first.
AVX2_BODY void byte_scores_avx2(const ck_byte_rows *rows, const int8_t *query, float scale, float *scores) {
    int32_t bias = bias_of(query, rows->stride);
    for (size_t i = 0; i < rows->count; i++) {
        const uint8_t *row = rows->rows + i * rows->stride;
        __m256i low = _mm256_setzero_si256(), high = _mm256_setzero_si256();
        for (size_t j = 0; j < rows->stride; j += 32) {
            __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + j)));
            __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + j)));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(a, b));
            a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + j + 16)));
            b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + j + 16)));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(a, b));
        }
        __m256i sum = _mm256_add_epi32(low, high);
        __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
        scores[i] = (float)(_mm_cvtsi128_si32(half) - bias) * (rows->scales[i] * scale);
    }
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))) static void byte_scores_avx512(
    const ck_byte_rows *rows, const int8_t *query, float scale, float *scores) {
    int32_t bias = bias_of(query, rows->stride);
    size_t stride = rows->stride, i = 0;
    // Four rows at a time hide the latency of the sums and load the query once.
    for (; i + 4 <= rows->count; i += 4) {
        const uint8_t *row = rows->rows + i * stride;
        __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0;
        for (size_t j = 0; j < stride; j += 64) {
            __m512i q = _mm512_loadu_si512(query + j);
            s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(row + j), q);
            s1 = _mm512_dpbusd_epi32(s1, _mm512_loadu_si512(row + stride + j), q);
            s2 = _mm512_dpbusd_epi32(s2, _mm512_loadu_si512(row + 2 * stride + j), q);
            s3 = _mm512_dpbusd_epi32(s3, _mm512_loadu_si512(row + 3 * stride + j), q);
        }
        // Lanes of the four sums, folded to one register of four.
        __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(s0, s1), _mm512_unpackhi_epi32(s0, s1));
        __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(s2, s3), _mm512_unpackhi_epi32(s2, s3));
        __m512i c = _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
        __m256i d = _mm256_add_epi32(_mm512_castsi512_si256(c), _mm512_extracti64x4_epi64(c, 1));
        __m128i e = _mm_add_epi32(_mm256_castsi256_si128(d), _mm256_extracti128_si256(d, 1));
        __m128 sums = _mm_cvtepi32_ps(_mm_sub_epi32(e, _mm_set1_epi32(bias)));
        __m128 scales = _mm_mul_ps(_mm_loadu_ps(rows->scales + i), _mm_set1_ps(scale));
        _mm_storeu_ps(scores + i, _mm_mul_ps(sums, scales));
    }
    for (; i < rows->count; i++) {
        const uint8_t *row = rows->rows + i * stride;
        __m512i sum = _mm512_setzero_si512();
        for (size_t j = 0; j < stride; j += 64)
            sum = _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(row + j), _mm512_loadu_si512(query + j));
        scores[i] = (float)(_mm512_reduce_add_epi32(sum) - bias) * (rows->scales[i] * scale);
    }
}
#endif

ck_byte_scores_fn ck_byte_scores(ck_isa isa) { return CHOOSE(isa, byte_scores); }

// One row after the other: four at a time are four streams, which the prefetchers follow at half the rate.
BODY void float_scores(const float *rows, size_t count, size_t width, const float *query, float *scores) {
    for (size_t i = 0; i < count; i++) {
        const float *row = rows + i * width;
        floats s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        size_t j = 0;
        for (; j + 64 <= width; j += 64) {
            s0 += *(const floats *)(row + j) * *(const floats *)(query + j);
            s1 += *(const floats *)(row + j + 16) * *(const floats *)(query + j + 16);
            s2 += *(const floats *)(row + j + 32) * *(const floats *)(query + j + 32);
            s3 += *(const floats *)(row + j + 48) * *(const floats *)(query + j + 48);
        }
        s0 = (s0 + s1) + (s2 + s3);
        float sum = 0;
        for (int lane = 0; lane < 16; lane++) sum += s0[lane];
        for (; j < width; j++) sum += row[j] * query[j];
        scores[i] = sum;
    }
}

// The same loop compiled for each set of instructions.
#define FLOAT_SCORES(SET, ATTRIBUTE)                                                                     \
    ATTRIBUTE void float_scores_##SET(const float *rows, size_t count, size_t width, const float *query, \
                                      float *scores) {                                                   \
        float_scores(rows, count, width, query, scores);                                                 \
    }

FLOAT_SCORES(baseline, static)
#if defined(__x86_64__)
FLOAT_SCORES(avx2, AVX2_BODY)
FLOAT_SCORES(avx512, AVX512_BODY)
#endif

ck_float_scores_fn ck_float_scores(ck_isa isa) { return CHOOSE(isa, float_scores); }
