#include "gemm_kernels.h"

ck_integer_gemm ck_find_integer_gemm(ck_isa isa, int weight_bits, int activation_bits) {
    switch (isa) {
    case CK_AVX512: return ck_integer_gemm_avx512(weight_bits, activation_bits);
    case CK_AVX2: return ck_integer_gemm_avx2(weight_bits, activation_bits);
    case CK_NEON: return ck_integer_gemm_neon(weight_bits, activation_bits);
    case CK_SCALAR: return ck_integer_gemm_scalar(weight_bits, activation_bits);
    }
    return NULL;
}

const ck_row_kernels *ck_find_row_kernels(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX512) return &ck_row_kernels_avx512;
    if (isa == CK_AVX2) return &ck_row_kernels_avx2;
#endif
    // The plain C of the scalar kernels; on arm64 the compiler vectorises it with NEON.
    return isa == CK_SCALAR || isa == CK_NEON ? &ck_row_kernels_scalar : NULL;
}

ck_bf16_gemm ck_find_bf16_gemm(ck_isa isa) {
    switch (isa) {
    case CK_AVX512: return ck_bf16_gemm_avx512();
    case CK_AVX2: return ck_bf16_gemm_avx2();
    case CK_NEON: return ck_bf16_gemm_neon();
    case CK_SCALAR: return ck_bf16_gemm_scalar();
    }
    return NULL;
}

ck_finish ck_find_finish(ck_isa isa) { return isa == CK_AVX512 ? ck_finish_avx512() : ck_finish_scalar(); }
