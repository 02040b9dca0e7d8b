// f32 products for few rows, where packing weights anew for each product (as BLAS does) would take most of the time.
#include <string.h>

#include "ck_encoder.h"
#include "encoder_math.h"

enum { PANEL = 32 };

BODY void finish(const ck_f32_product *product, size_t row, size_t column, floats *sum) {
    float *out = product->out + row * product->out_stride + column;
    size_t count = product->outputs - column;
    if (product->bias) {
        floats bias = {0};
        if (count >= 16) bias = *(const floats *)(product->bias + column);
        else memcpy(&bias, product->bias + column, count * sizeof(float));
        *sum = *sum + bias;
    }
    if (product->epilogue == CK_F32_GELU) gelu(sum);
    if (count >= 16) {
        if (product->epilogue == CK_F32_ADD) *sum = *sum + *(const floats *)out;
        *(floats *)out = *sum;
    } else {
        for (size_t i = 0; i < count; i++) out[i] = product->epilogue == CK_F32_ADD ? out[i] + (*sum)[i] : (*sum)[i];
    }
}

// `rows` rows by `vectors` times 16 columns; both are constants at each call, so that all sums stay in registers.
BODY void tile(const ck_f32_product *product, size_t row, size_t column, const int rows, const int vectors) {
    const float *weights = product->weights + column / PANEL * PANEL * product->inputs + column % PANEL;
    const float *x = product->x + row * product->x_stride;
    const size_t stride = product->x_stride;
    floats sums[12][2];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = (floats){0};
    for (size_t k = 0; k < product->inputs; k++, weights += PANEL) {
        floats first = *(const floats *)weights;
        floats second = vectors == 2 ? *(const floats *)(weights + 16) : first;
        __builtin_prefetch(weights + 16 * PANEL, 0, 2);
        if (vectors == 2) __builtin_prefetch(weights + 16 * PANEL + 16, 0, 2);
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
            float value = x[r * stride + k];
            sums[r][0] = sums[r][0] + first * value;
            if (vectors == 2) sums[r][1] = sums[r][1] + second * value;
        }
    }
    // Out of the registers, so that the rest is a loop and not `rows` copies of it.
    floats results[12][2];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
        results[r][0] = sums[r][0];
        results[r][1] = sums[r][1];
    }
    const int parts = vectors == 2 && column + 16 < product->outputs ? 2 : 1;
    _Pragma("clang loop unroll(disable)") for (int i = 0; i < rows * parts; i++)
        finish(product, row + i / parts, column + i % parts * 16, &results[i / parts][i % parts]);
}

// A tile of N rows by V vectors of outputs.
#define ROWS(N, V) \
    case N: tile(product, row, column, N, V); break;

// Rows in tiles as equal as may be, of at most `most`.
BODY void multiply(const ck_f32_product *product, size_t first, size_t last, size_t rows, const int most,
                   const int vectors) {
    size_t tiles = (rows + most - 1) / most;
    for (size_t column = first * PANEL; column < last * PANEL && column < product->outputs; column += 16 * vectors)
        for (size_t i = 0; i < tiles; i++) {
            size_t row = rows * i / tiles, count = rows * (i + 1) / tiles - row;
            switch (count) {
                ROWS(1, vectors)
                ROWS(2, vectors)
                ROWS(3, vectors)
                default:
                    if (most > 3) switch (count) {
                            ROWS(4, vectors)
                            ROWS(5, vectors)
                            ROWS(6, vectors)
                            default:
                                if (most > 6) switch (count) {
                                        ROWS(7, vectors)
                                        ROWS(8, vectors)
                                        ROWS(9, vectors)
                                        ROWS(10, vectors)
                                        ROWS(11, vectors)
                                        ROWS(12, vectors)
                                    }
                        }
            }
        }
}

#define GEMM(SET, ATTRIBUTE, MOST, VECTORS)                                                                  \
    ATTRIBUTE void gemm_##SET(const ck_f32_product *product, size_t first, size_t last, size_t rows) {        \
        multiply(product, first, last, rows, MOST, VECTORS);                                                 \
    }

GEMM(baseline, static, 3, 1)
#if defined(__x86_64__)
GEMM(avx2, AVX2_BODY, 6, 1)
GEMM(avx512, AVX512_BODY, 12, 2)
#endif

ck_f32_gemm ck_find_f32_gemm(ck_isa isa) { return CHOOSE(isa, gemm); }
