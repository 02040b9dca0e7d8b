#include "gemm_kernels.h"
ck_integer_gemm ck_integer_gemm_avx2(int weight_bits, int activation_bits) { return ck_integer_gemm_scalar(weight_bits, activation_bits); }
ck_integer_gemm ck_integer_gemm_neon(int weight_bits, int activation_bits) { return NULL; }
ck_bf16_gemm ck_bf16_gemm_neon(void) {return NULL;}
ck_bf16_gemm ck_bf16_gemm_avx2(void) { return ck_bf16_gemm_scalar(); }
