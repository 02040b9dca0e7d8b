// The kernels of an instruction set from its `rows_by_panel`, for weights of 8 bits and for those of 4, expanded.

INLINE void by_8_bits(const ck_integer_product *product, size_t panels, size_t rows, const int planes) {
    for (size_t panel = 0; panel < panels; panel++)
        rows_by_panel(product, product->weights + panel * product->groups * CK_GROUP_BYTES_8, panel, rows, planes);
}

INLINE void by_4_bits(const ck_integer_product *product, size_t panels, size_t rows, const int planes) {
    for (size_t panel = 0; panel < panels; panel++) {
        expand_panel(product->weights + panel * product->groups * CK_GROUP_BYTES_4, product->groups, product->expanded);
        rows_by_panel(product, product->expanded, panel, rows, planes);
    }
}

// A kernel of some widths: each panel expanded once for several rows.
#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        by_##bits##_bits(product, panels, rows, planes); \
    }

// The kernels of all widths of a set, and the function that finds one.
#define KERNELS(set) \
    KERNEL(w8a8_##set, 8, 1) \
    KERNEL(w4a8_##set, 4, 1) \
    KERNEL(w8a16_##set, 8, 2) \
    KERNEL(w4a16_##set, 4, 2) \
    ck_integer_gemm ck_integer_gemm_##set(int weight_bits, int activation_bits) { \
        if (weight_bits == 8) return activation_bits == 8 ? w8a8_##set : w8a16_##set; \
        return activation_bits == 8 ? w4a8_##set : w4a16_##set; \
    }
