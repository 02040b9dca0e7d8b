#ifndef CK_PEAKS_H
#define CK_PEAKS_H
#include "ck_isa.h"

typedef enum { CK_PEAK_INT8 = 0, CK_PEAK_BF16 = 1, CK_PEAK_F32 = 2 } ck_arithmetic;

// Repeats the widest multiply-and-add of that arithmetic on independent registers. Returns the operations
// of `rounds` rounds; a multiply and an add count as two.
typedef double (*ck_peak)(size_t rounds);

// NULL: the instruction set has no such instruction.
ck_peak ck_find_peak(ck_isa isa, ck_arithmetic arithmetic);

// Reads `bytes` (a multiple of 512) from `memory`, in order; returns the exclusive or of its words.
uint64_t ck_read_memory(const void *memory, size_t bytes);

#endif
