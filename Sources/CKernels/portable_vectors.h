#ifndef PORTABLE_VECTORS_H
#define PORTABLE_VECTORS_H
// Vectors of 16 floats for bodies that are written once: the compiler cuts them to the width of the instruction set
// that the attribute of the function around the body names. That is four registers of SSE2 or NEON, two of AVX2, one
// of AVX-512. Vectors pass by pointer, since how they pass by value differs between the sets.
#include "ck_isa.h"

typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef int32_t ints __attribute__((vector_size(64), aligned(4)));
typedef uint32_t bits __attribute__((vector_size(64), aligned(4)));

#define BODY __attribute__((always_inline)) static inline

// value = 2^value, relative error below 2e-7; 0 below 2^-126 and for NaN. Degree 5, minimax on a unit interval.
BODY void power_of_two(floats *value) {
    ints tiny = ~(*value >= -126.0f);
    floats t = (floats)((ints)*value & ~tiny);
    floats whole = (t - 0.5f + 12582912.0f) - 12582912.0f;  // what is added to 1.5 * 2^23 loses its fraction
    floats fraction = t - whole;
    floats sum = fraction * 0.00187757669f + 0.00898934017f;
    sum = sum * fraction + 0.0558263179f;
    sum = sum * fraction + 0.240153617f;
    sum = sum * fraction + 0.693153073f;
    sum = sum * fraction + 0.999999925f;
    ints exponent = __builtin_convertvector(whole, ints) << 23;
    *value = (floats)(((ints)sum + exponent) & ~tiny);
}

// The function of a family `name_baseline`, `name_avx2`, `name_avx512` for an instruction set. The baseline is plain C,
// which every machine runs: it stands for the sets that a family has nothing better for.
#if defined(__x86_64__)
#define CHOOSE(isa, name) \
    ((isa) == CK_AVX512 ? name##_avx512 : (isa) == CK_AVX2 ? name##_avx2 : name##_baseline)
#else
// The widest of the functions that were compiled from one loop.
#define CHOOSE(isa, name) (name##_baseline)
#endif
#define AVX2_BODY __attribute__((target("avx2,fma"))) static
#define AVX2_INLINE AVX2_BODY __attribute__((always_inline)) inline
#define AVX512_BODY __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))) static

#endif
