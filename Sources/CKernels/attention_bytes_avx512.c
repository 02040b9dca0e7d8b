// Attention over blocks of int8 with VNNI: 64 products and their sums by fours in one instruction.
#include "portable_vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TILE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma"))) static
enum { SUMS = 4 };

TILE __attribute__((always_inline)) inline void add_fours(ints *sums, int32_t four, const ints *fours) {
    *sums = (ints)_mm512_dpbusd_epi32((__m512i)*sums, _mm512_set1_epi32(four), (__m512i)*fours);
}

#include "attention_bytes_tile.h"

// Keys and values in bytes, multiplied by VPDPBUSD.
void attention_bytes_avx512(const ck_attention_item *item) { attention_walk(item, CK_KV_INT8, 4, load, tile_bytes); }
#endif
