#include "ck_peaks.h"
#include "gemm_kernels.h"

// 12 chains hide the latency of 4 to 6 cycles at two instructions a cycle; "volatile" keeps each instruction.
#define CHAINS 12
// A loop of independent multiply-adds in registers: nothing else can be faster.
#define PEAK(name, vector, zero, instruction, constraint, operations) \
    static double name(size_t rounds) { \
        vector sums[CHAINS], x = zero; \
        for (int i = 0; i < CHAINS; i++) sums[i] = zero; \
        for (size_t round = 0; round < rounds; round++) { \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++) \
                __asm__ volatile(instruction : "+" constraint(sums[i]) : constraint(x)); \
        } \
        return (double)rounds * CHAINS * (operations); \
    }

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
PEAK(int8_avx512, __m512i, _mm512_setzero_si512(), "vpdpbusd %1, %1, %0", "v", 128)
PEAK(bf16_avx512, __m512i, _mm512_setzero_si512(), "vdpbf16ps %1, %1, %0", "v", 64)
PEAK(f32_avx512, __m512i, _mm512_setzero_si512(), "vfmadd231ps %1, %1, %0", "v", 32)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
// Without VNNI the products of 16 pairs of words, and their addition: 32 products in two instructions.
PEAK(int8_avx2, __m256i, _mm256_setzero_si256(), "vpmaddwd %1, %0, %0\n\tvpaddd %1, %0, %0", "x", 32)
PEAK(f32_avx2, __m256i, _mm256_setzero_si256(), "vfmadd231ps %1, %1, %0", "x", 16)
#pragma clang attribute pop
#elif defined(__aarch64__)
#include <arm_neon.h>

PEAK(f32_neon, float32x4_t, vdupq_n_f32(0), "fmla %0.4s, %1.4s, %1.4s", "w", 8)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
PEAK(int8_dot, int32x4_t, vdupq_n_s32(0), "sdot %0.4s, %1.16b, %1.16b", "w", 32)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("i8mm"))), apply_to = function)
PEAK(int8_i8mm, int32x4_t, vdupq_n_s32(0), "smmla %0.4s, %1.16b, %1.16b", "w", 64)
#pragma clang attribute pop
#endif

// The loop of a set and an arithmetic; NULL where there is none.
ck_peak ck_find_peak(ck_isa isa, ck_arithmetic arithmetic) {
#if defined(__x86_64__)
    if (isa == CK_AVX512)
        return arithmetic == CK_PEAK_INT8 ? int8_avx512 : arithmetic == CK_PEAK_BF16 ? bf16_avx512 : f32_avx512;
    if (isa == CK_AVX2) return arithmetic == CK_PEAK_INT8 ? int8_avx2 : arithmetic == CK_PEAK_F32 ? f32_avx2 : NULL;
#elif defined(__aarch64__)
    if (isa == CK_NEON && arithmetic == CK_PEAK_F32) return f32_neon;
    if (isa == CK_NEON && arithmetic == CK_PEAK_INT8)
        switch (ck_find_neon_products()) {
        case CK_NEON_I8MM: return int8_i8mm;
        case CK_NEON_DOT: return int8_dot;
        case CK_NEON_PLAIN: break;
        }
#endif
    return NULL;
}

// Reads memory from end to end and returns a sum, so that no compiler leaves it out.
uint64_t ck_read_memory(const void *memory, size_t bytes) {
    const uint64_t *words = memory;
    uint64_t sums[64] = {0};
    for (size_t i = 0; i < bytes / 8; i += 64)
        for (int lane = 0; lane < 64; lane++) sums[lane] ^= words[i + lane];
    for (int lane = 1; lane < 64; lane++) sums[0] ^= sums[lane];
    return sums[0];
}
