// Between the files of the matrix kernels; not for callers.
#ifndef GEMM_KERNELS_H
#define GEMM_KERNELS_H
#include "ck_gemm.h"
#include "unroll.h"

#define INLINE static inline __attribute__((always_inline))

// Each is NULL where the build has no such kernel.
ck_integer_gemm ck_integer_gemm_scalar(int weight_bits, int activation_bits);
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits);
ck_integer_gemm ck_integer_gemm_avx2(int weight_bits, int activation_bits);
ck_integer_gemm ck_integer_gemm_avx512(int weight_bits, int activation_bits);

#if defined(__aarch64__)
// Integer products of NEON, slowest first: of any processor, of Armv8.2 and of Armv8.6. All give the same bits.
typedef enum { CK_NEON_PLAIN, CK_NEON_DOT, CK_NEON_I8MM } ck_neon_products;
// The best that this processor runs.
ck_neon_products ck_find_neon_products(void);
ck_integer_gemm ck_integer_gemm_neon_plain(int weight_bits, int activation_bits);
ck_integer_gemm ck_integer_gemm_neon_dot(int weight_bits, int activation_bits);
ck_integer_gemm ck_integer_gemm_neon_i8mm(int weight_bits, int activation_bits);
#endif

ck_finish ck_finish_scalar(void);
ck_finish ck_finish_avx512(void);

ck_bf16_gemm ck_bf16_gemm_scalar(void);
ck_bf16_gemm ck_bf16_gemm_neon(void);
ck_bf16_gemm ck_bf16_gemm_avx2(void);
ck_bf16_gemm ck_bf16_gemm_avx512(void);

extern const ck_row_kernels ck_row_kernels_scalar;
#if defined(__x86_64__)
extern const ck_row_kernels ck_row_kernels_avx2, ck_row_kernels_avx512;
#endif

#endif
