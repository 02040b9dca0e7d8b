// Attention over blocks of int8 with AVX2: bytes are multiplied as bytes. One factor has no sign (a query with its
// zero, a softmax weight); both are at most 127, so that two products stay within 16 bits.
#include "portable_vectors.h"
#include "unroll.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TILE AVX2_BODY
enum { SUMS = 1 };

AVX2_INLINE __m256i add_half(__m256i sums, __m256i four, __m256i fours) {
    const __m256i pairs = _mm256_maddubs_epi16(four, fours);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

// Sums lie anywhere: `ints` promises no alignment, and an unoptimised build keeps them on the stack.
AVX2_INLINE void add_fours(ints *sums, int32_t four, const ints *fours) {
    UNROLL for (int half = 0; half < 2; half++) {
        __m256i *sum = (__m256i *)sums + half;
        const __m256i right = _mm256_loadu_si256((const __m256i *)fours + half);
        _mm256_storeu_si256(sum, add_half(_mm256_loadu_si256(sum), _mm256_set1_epi32(four), right));
    }
}

#include "attention_bytes_tile.h"

void attention_bytes_avx2(const ck_attention_item *item) { attention_walk(item, CK_KV_INT8, 4, load, tile_bytes); }
#endif
