// Integer products row by row. Defined before it is included: dot(sum, weights, values), which adds to each of four
// columns the products of its four weights with four inputs.
INLINE int8x16_t four_inputs(const int8_t *values) {
    int32_t word;
    memcpy(&word, values, 4);
    return vreinterpretq_s8_s32(vdupq_n_s32(word));
}

// One row by one panel; planes is a constant at each call.
INLINE void tile(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t row,
                 const int planes) {
    const size_t groups = product->groups, stride = product->plane_stride;
    const int8_t *values = product->planes + row * planes * stride;
    float32x4_t sums[8];
    UNROLL for (int v = 0; v < 8; v++) sums[v] = vdupq_n_f32(0);
    for (size_t group = 0; group < groups; group++, weights += CK_GROUP_BYTES_8, values += CK_GROUP) {
        int32x4_t dots[2][8];
        UNROLL for (int v = 0; v < 8; v++) dots[0][v] = dots[1][v] = vdupq_n_s32(0);
        for (size_t k = 0; k < CK_GROUP; k += 4) {
            const int8x16_t first = four_inputs(values + k);
            const int8x16_t second = planes == 2 ? four_inputs(values + stride + k) : first;
            UNROLL for (int v = 0; v < 8; v++) {
                const int8x16_t w = signed_bytes(weights + k * CK_PANEL + 16 * v);
                dots[0][v] = dot(dots[0][v], w, first);
                if (planes == 2) dots[1][v] = dot(dots[1][v], w, second);
            }
        }
        if (planes == 2) UNROLL for (int v = 0; v < 8; v++) dots[0][v] = both_planes(dots[0][v], dots[1][v]);
        add_scaled(sums, dots[0], weights, product->scales[row * groups + group]);
    }
    put_row(&product->to, panel, row, sums);
}

INLINE void rows_by_panel(const ck_integer_product *product, const uint8_t *weights, size_t panel, size_t rows,
                          const int planes) {
    for (size_t row = 0; row < rows; row++) tile(product, weights, panel, row, planes);
}
