#ifndef CK_GEMM_H
#define CK_GEMM_H
#include "ck_isa.h"

// Packed weights lie in panels of CK_PANEL output columns, a panel in groups of CK_GROUP inputs. Missing
// columns and inputs are zero. A weight is scale * (byte - 128); a group has its bytes, then CK_PANEL scales in bf16:
//   8 bits: [32 steps][32 columns][4 inputs] bytes
//   4 bits: byte = factor * level + offset, where factor and offset belong to a column's block of CK_BLOCK inputs:
//           levels 0..15: [16 steps][32 columns][4 inputs] pairs; step s has inputs 8s..8s+3 in the low nibbles
//           and 8s+4..8s+7 in the high ones; then factors 0..17: [4 blocks][32 columns], then offsets, likewise
// So weights of 4 bits are a choice among those of 8, and both are multiplied alike, to the last bit.
enum {
    CK_PANEL = 32,
    CK_GROUP = 128,
    CK_BLOCK = 32,
    CK_GROUP_BYTES_8 = 4096 + 64,
    CK_LEVEL_BYTES = 2048,
    CK_GROUP_BYTES_4 = CK_LEVEL_BYTES + 2 * CK_GROUP / CK_BLOCK * CK_PANEL + 64
};

// What a low-rank adapter adds to the sums of a row, B (A x) (arXiv 2106.09685), where A x is known: up to some
// regions of `depth` numbers a row (of gate and of up, say). Each half of a panel, 16 columns, multiplies one of them.
// A panel of B, 64-byte aligned, missing columns zero:
//   8 bits: [depth / 4][32 columns][4 numbers] bytes, weight = scale * (byte - 128); then CK_PANEL scales in f32
//   16 bits: [depth][32 columns] bf16; 32 bits: the same in f32
typedef struct {
    size_t end;  // of the rows that it is added to
    int bits;    // 8, 16 or 32
    const uint8_t *panels;
    size_t panel_bytes;
    size_t depth;            // for 8 bits padded to a multiple of 4
    const uint16_t *region;  // [panels * 2]: where in a row the numbers of each half begin, in regions
    // Of row 0 of the product: for 8 bits integers with a scale and a start a region, like activations; else f32.
    const int8_t *bytes;
    const float *numbers;
    const float *scales;
    const int32_t *starts;
    size_t stride, region_stride;  // from row to row: of bytes or numbers; of scales and starts
} ck_low_rank;

typedef struct {
    const ck_low_rank *parts;
    size_t count;                // of parts
    const int32_t *part_of_row;  // [rows] of the product; -1: none
} ck_added;

// `count` regions of `rank` numbers as integers of 8 bits, each with a scale of its own.
void ck_quantize_regions(const float *numbers, size_t count, size_t rank, size_t depth, int8_t *bytes, float *scales,
                         int32_t *starts);

// What becomes of a product. CK_SWIGLU: a panel has 16 gate columns, then the 16 up columns that belong to
// them; out = gate / (1 + exp(-gate)) * up.
typedef enum { CK_STORE, CK_ADD, CK_SWIGLU } ck_epilogue;

typedef struct {
    const float *bias;  // [outputs] or NULL; not with CK_SWIGLU
    ck_epilogue kind;
    size_t outputs;  // columns of `out`; the last panel may reach beyond
    float *out;      // [rows, out_stride]
    size_t out_stride;
    const ck_added *added;  // to the sums, before all else; NULL: nothing
    size_t first_panel, first_row;  // where this block lies in the product that `added` is of
} ck_destination;

// Integer activations: per row and group of CK_GROUP inputs one scale, and one start value for the sums,
// -128 * (sum of the quantised values), which takes out the 128 in the bytes of the weights.
// 8 bits: one plane of bytes a row. 16 bits: value = 256 * high + low; the plane of high bytes, then of low.
typedef struct {
    const uint8_t *weights;
    size_t groups;
    const int8_t *planes;
    size_t plane_stride;    // bytes from one plane to the next
    const float *scales;    // [rows, groups]
    const int32_t *starts;  // [rows, groups]
    uint8_t *expanded;      // room for a panel of 8 bits, 64-byte aligned; for weights of 4 bits only
    ck_destination to;
} ck_integer_product;

// Multiplies the first `rows` rows by the first `panels` panels. Every result is the sum over groups, in order,
// of (integer dot product * weight scale) * activation scale, each step rounded to f32: the same bits for any
// instruction set and any split of rows and panels.
typedef void (*ck_integer_gemm)(const ck_integer_product *product, size_t panels, size_t rows);

// The kernel for weights of 8 or 4 bits and activations of 8 or 16.
ck_integer_gemm _Nonnull ck_find_integer_gemm(ck_isa isa, int weight_bits, int activation_bits);

// Activations and weights in bf16, sums in f32 (f32 products, added in the order of the inputs).
typedef struct {
    const uint16_t *weights;
    size_t inputs;  // padded to whole groups
    const uint16_t *values;
    size_t value_stride;  // elements from one row to the next
    ck_destination to;
} ck_bf16_product;

typedef void (*ck_bf16_gemm)(const ck_bf16_product *product, size_t panels, size_t rows);
ck_bf16_gemm _Nonnull ck_find_bf16_gemm(ck_isa isa);

// For products made elsewhere: moves sums [rows, stride] of `panels` panels to their place.
typedef void (*ck_finish)(const ck_destination *to, size_t panels, size_t rows, float *sums, size_t stride);
ck_finish _Nonnull ck_find_finish(ck_isa isa);

// Bytes between two planes of `inputs` activations: whole groups, and one cache line so that rows do not
// fall into the same cache set.
static inline size_t ck_plane_stride(size_t inputs) {
    return (inputs + CK_GROUP - 1) / CK_GROUP * CK_GROUP + 64;
}

// One row of activations on its way into a kernel's form.
typedef struct {
    const float *x;            // [width]
    const float *norm_weight;  // [width]: RMSNorm comes first (arXiv 1910.07467, eq. 4); NULL: it does not
    float epsilon;
    size_t width;
} ck_row;

// Of numbers whose largest magnitude is this: that falls on 448, the largest of E4M3. Above zero, so that zeros can be divided.
static inline float ck_e4m3_scale(float most) {
    const float scale = most / 448.0f;
    return scale > 0x1p-126f ? scale : 0x1p-126f;
}

// Work on single rows of activations and weights.
typedef struct {
    // Quantises a row to 8 or 16 bits, symmetric, one scale a group. `planes` has 1 or 2 planes, `scales` and
    // `starts` one entry a group.
    void (*quantize_row)(const ck_row *row, int bits, int8_t *planes, float *scales, int32_t *starts);
    // The row in bf16, zeros up to a whole group.
    void (*bf16_row)(const ck_row *row, uint16_t *out);
    // The row in E4M3 as bf16, zeros up to a whole group; returns its scale.
    float (*e4m3_row)(const ck_row *row, uint16_t *out);
    // `count` numbers in place: the nearest of E4M3 to each of them divided by the scale.
    void (*e4m3_numbers)(float *numbers, size_t count, float scale);
    // The row in f32.
    void (*float_row)(const ck_row *row, float *out);
    // Packs `count` (at most CK_PANEL) rows of weights [count, inputs] as one panel of 8 or 4 bits.
    void (*pack_panel)(const float *rows, size_t count, size_t inputs, int bits, uint8_t *panel);
    // The same in bf16: [inputs / 2][32 columns][2 inputs], whole groups.
    void (*pack_bf16_panel)(const float *rows, size_t count, size_t inputs, uint16_t *panel);
} ck_row_kernels;

const ck_row_kernels *_Nonnull ck_find_row_kernels(ck_isa isa);

#endif
