#include "gemm_kernels.h"

// The kernel of a set, or the scalar one, which every build has.
static ck_integer_gemm integer_gemm(ck_isa isa, int weight_bits, int activation_bits) {
    switch (isa) {
    case CK_AVX512: return ck_integer_gemm_avx512(weight_bits, activation_bits);
    case CK_AVX2: return ck_integer_gemm_avx2(weight_bits, activation_bits);
    case CK_NEON: return ck_integer_gemm_neon(weight_bits, activation_bits);
    case CK_SCALAR: break;
    }
    return NULL;
}

// The kernel of these widths; the scalar one where the set has none.
ck_integer_gemm ck_find_integer_gemm(ck_isa isa, int weight_bits, int activation_bits) {
    const ck_integer_gemm found = integer_gemm(isa, weight_bits, activation_bits);
    return found ? found : ck_integer_gemm_scalar(weight_bits, activation_bits);
}

// Kernels that pack and quantise rows.
const ck_row_kernels *ck_find_row_kernels(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX512) return &ck_row_kernels_avx512;
    if (isa == CK_AVX2) return &ck_row_kernels_avx2;
#endif
    // The plain C of the scalar kernels; on arm64 the compiler vectorises it with NEON.
    return &ck_row_kernels_scalar;
}

// The kernel of a set; NULL where this build has none.
static ck_bf16_gemm bf16_gemm(ck_isa isa) {
    switch (isa) {
    case CK_AVX512: return ck_bf16_gemm_avx512();
    case CK_AVX2: return ck_bf16_gemm_avx2();
    case CK_NEON: return ck_bf16_gemm_neon();
    case CK_SCALAR: break;
    }
    return NULL;
}

// The kernel of a set; the scalar one where the set has none.
ck_bf16_gemm ck_find_bf16_gemm(ck_isa isa) {
    const ck_bf16_gemm found = bf16_gemm(isa);
    return found ? found : ck_bf16_gemm_scalar();
}

// The epilogue of a set; the scalar one where the set has none.
ck_finish ck_find_finish(ck_isa isa) {
    const ck_finish found = isa == CK_AVX512 ? ck_finish_avx512() : NULL;
    return found ? found : ck_finish_scalar();
}
