#include <math.h>
#include <string.h>

#include "gemm_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "quantize_rows.h"
#include "quantize_weights.h"
#pragma clang attribute pop

ROW_KERNELS(ck_row_kernels_avx2)
#endif
