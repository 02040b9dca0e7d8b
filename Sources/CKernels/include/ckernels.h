#ifndef CKERNELS_H
#define CKERNELS_H
#include "ck_isa.h"

#include "ck_attention.h"
#include "ck_encoder.h"
#include "ck_gemm.h"
#include "ck_peaks.h"
#include "ck_vectors.h"

#endif
