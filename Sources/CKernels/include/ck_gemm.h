#ifndef CK_GEMM_H
#define CK_GEMM_H
#include "ck_isa.h"

#endif
