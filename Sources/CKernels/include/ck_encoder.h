#ifndef CK_ENCODER_H
#define CK_ENCODER_H
// What an encoder needs beside the decoder's kernels: f32 products of packed weights, layer norm, GELU, attention over
// whole sequences.
#include "ck_isa.h"

// What becomes of a product: out = sums, out += sums, or out = gelu(sums).
typedef enum { CK_F32_STORE, CK_F32_ADD, CK_F32_GELU } ck_f32_epilogue;

// f32 weights in panels of 32 outputs, [inputs][32]; missing columns are zero.
typedef struct {
    const float *weights;
    size_t inputs;
    const float *x;  // [rows, inputs]
    size_t x_stride;
    const float *bias;  // [outputs] or NULL
    ck_f32_epilogue epilogue;
    size_t outputs;  // columns of `out`; the last panel may reach beyond
    float *out;      // [rows, out_stride]
    size_t out_stride;
} ck_f32_product;

// The first `rows` rows by panels first..<last. A result is summed over the inputs in order: it does not depend on other rows.
typedef void (*ck_f32_gemm)(const ck_f32_product *product, size_t first, size_t last, size_t rows);
ck_f32_gemm _Nonnull ck_find_f32_gemm(ck_isa isa);

// out = (x - mean(x)) / sqrt(mean((x - mean)^2) + epsilon) * weight + bias for one row; out may be x. Any width.
typedef void (*ck_layernorm_fn)(const float *x, const float *weight, const float *bias, float epsilon, size_t width,
                                float *out);
ck_layernorm_fn _Nonnull ck_layernorm(ck_isa isa);

// x = x * (1 + erf(x / sqrt(2))) / 2 for `count` numbers in place.
typedef void (*ck_gelu_fn)(float *x, size_t count);
ck_gelu_fn _Nonnull ck_gelu(ck_isa isa);

// One head of one sequence. Queries, keys and values lie `stride` floats apart from token to token.
typedef struct {
    const float *queries, *keys, *values;  // of the sequence's first token, this head's part
    size_t stride;
    float *out;  // of the first token, this head's part
    size_t out_stride;
    size_t tokens;       // of the sequence
    size_t first, last;  // tokens whose attention is computed
    size_t head_size;    // a multiple of 16
    int is_causal;       // a token sees those up to itself, else all
    float *scratch;      // ck_sequence_attention_scratch floats, 64-byte aligned
} ck_sequence_attention_item;

size_t ck_sequence_attention_scratch(size_t tokens, size_t head_size);
// out = softmax(q . K / sqrt(head_size)) V.
typedef void (*ck_sequence_attention_fn)(const ck_sequence_attention_item *item);
ck_sequence_attention_fn _Nonnull ck_sequence_attention(ck_isa isa);

#endif
