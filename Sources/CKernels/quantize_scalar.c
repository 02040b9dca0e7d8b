#include <math.h>
#include <string.h>

#include "gemm_kernels.h"

#include "quantize_rows.h"
#include "quantize_weights.h"

ROW_KERNELS(ck_row_kernels_scalar)
