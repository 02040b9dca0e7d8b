#ifndef CK_ISA_H
#define CK_ISA_H
// What finds a kernel is marked _Nonnull: there is one for every set. Other pointers are as C has them.
#pragma clang diagnostic ignored "-Wnullability-completeness"
#include <stddef.h>
#include <stdint.h>

// The instruction sets the kernels know, weakest first. Each kernel has a scalar twin.
typedef enum { CK_SCALAR = 0, CK_NEON = 1, CK_AVX2 = 2, CK_AVX512 = 3 } ck_isa;

// The widest instruction set of this machine that this build has kernels for.
// CK_AVX512 means AVX-512 F, BW, VL, DQ, VNNI and BF16 together.
ck_isa ck_detect_isa(void);

// For loops that wait on another thread: tells the core that nothing is to be done for some cycles.
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

#endif
