// What becomes of a tile of sums. Included once per instruction set, with that set's target attribute; the
// functions are plain C that the compiler vectorises, and without contraction they give the same bits in all.
#pragma STDC FP_CONTRACT OFF
#include "gemm_low_rank.h"

// e^x within 2 ulp for |x| < 87, by 2^n * e^r with |r| <= ln(2) / 2; clamped outside.
static inline float exponential(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
    float shifted = x * 1.44269504f + shift;
    float n = shifted - shift;
    float r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;  // Cephes expf
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    int32_t bits;
    memcpy(&bits, &shifted, 4);
    bits = (bits << 23) + 0x3f800000;  // the low bits of `shifted` are n
    float power;
    memcpy(&power, &bits, 4);
    return p * power;
}

// A row of a panel, `count` results from `column` on.
INLINE void finish_row(const ck_destination *to, size_t column, size_t count, const float *sums, float *out) {
    float values[CK_PANEL];
    if (to->kind == CK_SWIGLU) {
        for (size_t i = 0; i < count; i++) {
            const float gate = sums[i], up = sums[CK_PANEL / 2 + i];
            values[i] = gate / (1.0f + exponential(-gate)) * up;
        }
    } else if (to->bias) {
        for (size_t i = 0; i < count; i++) values[i] = sums[i] + to->bias[column + i];
    } else {
        memcpy(values, sums, count * sizeof(float));
    }
    if (to->kind == CK_ADD) {
        for (size_t i = 0; i < count; i++) out[i] += values[i];
    } else {
        memcpy(out, values, count * sizeof(float));
    }
}

// Moves `rows` rows of CK_PANEL sums, `stride` apart, to their place.
static inline void finish_sums(const ck_destination *to, size_t panel, size_t row, size_t rows, const float *sums,
                               size_t stride) {
    const size_t width = to->kind == CK_SWIGLU ? CK_PANEL / 2 : CK_PANEL;
    const size_t column = panel * width;
    const size_t count = to->outputs - column < width ? to->outputs - column : width;
    for (size_t r = 0; r < rows; r++, sums += stride) {
        float *out = to->out + (row + r) * to->out_stride + column;
        switch (count) {  // whole panels: loops and copies of a length that the compiler knows
        case CK_PANEL: finish_row(to, column, CK_PANEL, sums, out); break;
        case CK_PANEL / 2: finish_row(to, column, CK_PANEL / 2, sums, out); break;
        default: finish_row(to, column, count, sums, out); break;
        }
    }
}

// The same, with what adapters add to them first.
static inline void finish(const ck_destination *to, size_t panel, size_t row, size_t rows, float *sums,
                          size_t stride) {
    if (to->added) ADD_LOW_RANK(to, panel, row, rows, sums, stride);
    finish_sums(to, panel, row, rows, sums, stride);
}

// The epilogue of sums that lie in memory, panel by panel.
static inline void finish_all(const ck_destination *to, size_t panels, size_t rows, float *sums, size_t stride) {
    for (size_t panel = 0; panel < panels; panel++) finish(to, panel, 0, rows, sums + panel * CK_PANEL, stride);
}
