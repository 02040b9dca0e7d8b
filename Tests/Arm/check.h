// Random numbers, sums of what kernels wrote, and complaints, for a program that runs kernels without Swift.
#ifndef CHECK_H
#define CHECK_H
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

extern uint64_t random_state;

// xorshift64*: the same numbers on every machine.
static inline uint32_t random_bits(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)(random_state * 0x2545f4914f6cdd1dull >> 32);
}

// From `low` to `high`, both included.
static inline int between(int low, int high) {
    return low + (int)(random_bits() % (uint32_t)(high - low + 1));
}

// Within ±size, in steps that a float has exactly.
static inline float within(float size) { return size * (float)between(-32768, 32767) / 32768.0f; }

// Zeroed memory on a cache line; the program ends before it would be missed.
void *room(size_t bytes);

// The FNV-1a sum of what lies there goes into the family's sum.
void add_to_sum(const void *memory, size_t bytes);

// Ends the program with the family, the case and what differs.
void fail(const char *what, double got, double expected);

// Each prints "family cases sum" when it is done: with "bits" where every machine promises the same sum.
void begin_family(const char *name);
void next_case(void);
void end_family(int same_bits_everywhere);

// |got - expected| may be `bound`.
static inline void expect_near(const char *what, double got, double expected, double bound) {
    if (!(fabs(got - expected) <= bound)) fail(what, got, expected);
}

static inline void expect_same(const char *what, const void *got, const void *expected, size_t bytes) {
    if (memcmp(got, expected, bytes) == 0) return;
    for (size_t i = 0; i < bytes / 4; i++) {
        float left, right;
        memcpy(&left, (const char *)got + 4 * i, 4), memcpy(&right, (const char *)expected + 4 * i, 4);
        if (memcmp(&left, &right, 4)) fail(what, left, right);
    }
    fail(what, 0, 0);
}

static inline float *random_floats(size_t count, float size) {
    float *values = room(count * sizeof(float));
    for (size_t i = 0; i < count; i++) values[i] = within(size);
    return values;
}

void check_integer_products(ck_isa isa);
void check_float_products(ck_isa isa);
void check_rows(ck_isa isa);
void check_cache(ck_isa isa);
void check_attention(ck_isa isa);
void check_encoder(ck_isa isa);
void check_scores(ck_isa isa);
#endif
