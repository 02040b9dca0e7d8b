#include "gemm_kernels.h"

// For processors with the dot product of Armv8.2: four products an instruction and column.
#if defined(__aarch64__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "gemm_neon.h"

INLINE int32x4_t dot(int32x4_t sum, int8x16_t weights, int8x16_t values) { return vdotq_s32(sum, weights, values); }

#include "gemm_neon_rows.h"
#include "gemm_panels.h"

KERNELS(neon_dot)
#pragma clang attribute pop
#endif
