// Products with integer weights: every kernel of the set against the scalar one, to the last bit.
#include "check.h"
#include "gemm_kernels.h"

// A bfloat16 of about `size`, of either sign.
static uint16_t some_bf16(float size) {
    const float value = within(size);
    uint32_t word;
    memcpy(&word, &value, 4);
    return (uint16_t)(word >> 16);
}

// A panel's groups; extreme: all bytes at the ends.
static uint8_t *random_weights(size_t panels, size_t groups, int bits, int extreme) {
    const size_t bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    uint8_t *weights = room(panels * groups * bytes), *group = weights;
    for (size_t i = 0; i < panels * groups; i++, group += bytes) {
        for (size_t byte = 0; byte < bytes - 64; byte++)
            group[byte] = (uint8_t)(extreme ? between(0, 1) * 255 : between(0, 255));
        for (int column = 0; bits == 4 && column < CK_GROUP / CK_BLOCK * CK_PANEL; column++) {
            const int factor = extreme ? 17 : between(0, 17);
            group[CK_LEVEL_BYTES + column] = (uint8_t)factor;
            group[CK_LEVEL_BYTES + CK_GROUP / CK_BLOCK * CK_PANEL + column] = (uint8_t)between(0, 255 - 15 * factor);
        }
        for (int column = 0; column < CK_PANEL; column++) {
            const uint16_t scale = some_bf16(0.01f);
            memcpy(group + bytes - 64 + 2 * column, &scale, 2);
        }
    }
    return weights;
}

static int level(int extreme, int low, int high) {
    return extreme ? (between(0, 1) ? high : low) : between(low, high);
}

// Activations of `rows` rows in one or two planes.
static void put_values(ck_integer_product *product, size_t rows, int planes, int extreme) {
    product->plane_stride = ck_plane_stride(product->groups * CK_GROUP);
    int8_t *values = room(rows * planes * product->plane_stride);
    float *scales = room(rows * product->groups * 4);
    int32_t *starts = room(rows * product->groups * 4);
    for (size_t row = 0; row < rows; row++) {
        int8_t *high = values + row * planes * product->plane_stride, *low = high + product->plane_stride;
        for (size_t i = 0; i < product->groups * CK_GROUP; i++) {
            high[i] = (int8_t)level(extreme, -127, 127);
            if (planes == 2) low[i] = (int8_t)level(extreme, -128, 127);
            const int value = planes == 2 ? 256 * high[i] + low[i] : high[i];
            starts[row * product->groups + i / CK_GROUP] -= 128 * value;
        }
        for (size_t group = 0; group < product->groups; group++)
            scales[row * product->groups + group] = between(0, 9) ? fabsf(within(0.02f)) : 0;
    }
    product->planes = values, product->scales = scales, product->starts = starts;
}

// Two adapters of a width: the first some rows, the next some rows, and the rest without.
static ck_added *random_adapters(size_t panels, size_t rows, int bits) {
    ck_added *added = room(sizeof *added);
    ck_low_rank *parts = room(2 * sizeof *parts);
    int32_t *part_of_row = room(rows * 4);
    const size_t ends[] = {(size_t)between(0, (int)rows), (size_t)between(0, (int)rows)};
    for (size_t row = 0; row < rows; row++) part_of_row[row] = row < ends[0] ? 0 : row < ends[1] ? 1 : -1;
    for (int i = 0; i < 2; i++) {
        ck_low_rank *part = parts + i;
        part->bits = bits, part->end = ends[i];
        part->depth = (size_t)between(1, 4) * 4;
        part->panel_bytes = part->depth * CK_PANEL * bits / 8 + (bits == 8 ? CK_PANEL * 4 : 0);
        part->panel_bytes = (part->panel_bytes + 63) / 64 * 64;
        const size_t regions = 2;
        // The fetch ahead may ask for two panels behind the last.
        uint8_t *panel = room((panels + 2) * part->panel_bytes);
        uint16_t *region = room(panels * 2 * sizeof *region);
        for (size_t half = 0; half < panels * 2; half++) region[half] = (uint16_t)between(0, 1);
        for (size_t p = 0; p < panels; p++) {
            uint8_t *bytes = panel + p * part->panel_bytes;
            for (size_t j = 0; j < part->depth * CK_PANEL; j++) {
                const float value = within(0.5f);
                const uint16_t half = some_bf16(0.5f);
                if (bits == 8) bytes[j] = (uint8_t)between(1, 255);
                else if (bits == 16) memcpy(bytes + 2 * j, &half, 2);
                else memcpy(bytes + 4 * j, &value, 4);
            }
            if (bits == 8)
                for (int column = 0; column < CK_PANEL; column++)
                    ((float *)(bytes + part->depth * CK_PANEL))[column] = within(0.01f);
        }
        part->panels = panel, part->region = region;
        part->stride = regions * part->depth, part->region_stride = regions;
        const float *numbers = random_floats(rows * part->stride, 2);
        int8_t *bytes = room(rows * part->stride);
        float *scales = room(rows * regions * 4);
        int32_t *starts = room(rows * regions * 4);
        for (size_t row = 0; row < rows; row++)
            ck_quantize_regions(numbers + row * part->stride, regions, part->depth, part->depth,
                                bytes + row * part->stride, scales + row * regions, starts + row * regions);
        part->numbers = numbers, part->bytes = bytes, part->scales = scales, part->starts = starts;
    }
    added->parts = parts, added->count = 2, added->part_of_row = part_of_row;
    return added;
}

// One shape through a kernel; the result is new memory.
static float *result_of(ck_integer_gemm kernel, ck_integer_product product, size_t panels, size_t rows) {
    product.to.out = room(rows * product.to.out_stride * 4);
    for (size_t i = 0; i < rows * product.to.out_stride; i++) product.to.out[i] = (float)(i % 13) - 6;
    kernel(&product, panels, rows);
    return product.to.out;
}

typedef struct {
    const char *name;
    ck_integer_gemm (*find)(int weight_bits, int activation_bits);
} variant;

// Kernels that this processor runs, beside the scalar one.
static size_t variants_of(ck_isa isa, variant *all) {
    size_t count = 0;
#if defined(__aarch64__)
    const ck_neon_products products = ck_find_neon_products();
    printf("products of NEON: %d\n", (int)products);
    all[count++] = (variant){"plain", ck_integer_gemm_neon_plain};
    if (products >= CK_NEON_DOT) all[count++] = (variant){"dot", ck_integer_gemm_neon_dot};
    if (products >= CK_NEON_I8MM) all[count++] = (variant){"i8mm", ck_integer_gemm_neon_i8mm};
    const variant best = all[count - 1];
    if (isa == CK_NEON && ck_find_integer_gemm(isa, 8, 8) != best.find(8, 8)) fail("the choice", 0, (double)products);
#else
    if (isa == CK_AVX2) all[count++] = (variant){"avx2", ck_integer_gemm_avx2};
    if (isa == CK_AVX512) all[count++] = (variant){"avx512", ck_integer_gemm_avx512};
#endif
    return count;
}

// One random shape with every kernel, alone and in parts.
static void check_shape(const variant *variants, size_t count, int weight_bits, int activation_bits, int turn) {
    const size_t groups = turn ? (size_t)between(1, 4) : 1, panels = turn ? (size_t)between(1, 3) : 1;
    const size_t rows = turn ? (size_t)between(1, 9) : 1;
    const int extreme = turn % 4 == 1, planes = activation_bits / 8;
    ck_integer_product product = {.groups = groups};
    product.weights = random_weights(panels, groups, weight_bits, extreme);
    product.expanded = room(groups * CK_GROUP_BYTES_8);
    put_values(&product, rows, planes, extreme);
    product.to.kind = (ck_epilogue)(turn % 3);
    const size_t width = product.to.kind == CK_SWIGLU ? CK_PANEL / 2 : CK_PANEL;
    product.to.outputs = panels * width - (size_t)between(0, (int)width - 1);
    product.to.out_stride = product.to.outputs + 3;
    if (product.to.kind != CK_SWIGLU && turn % 2) product.to.bias = random_floats(product.to.outputs, 4);
    if (turn % 5 == 2) product.to.added = random_adapters(panels, rows, 8 << turn / 5 % 3);
    const float *expected = result_of(ck_integer_gemm_scalar(weight_bits, activation_bits), product, panels, rows);
    const size_t bytes = rows * product.to.out_stride * 4;
    add_to_sum(expected, bytes);
    for (size_t i = 0; i < count; i++) {
        const ck_integer_gemm kernel = variants[i].find(weight_bits, activation_bits);
        expect_same(variants[i].name, result_of(kernel, product, panels, rows), expected, bytes);
        if (product.to.added) continue;  // which count rows from the first of the product
        ck_integer_product last = product;
        last.planes += (rows - 1) * planes * product.plane_stride;
        last.scales += (rows - 1) * groups, last.starts += (rows - 1) * groups;
        if (product.to.kind == CK_ADD) continue;  // whose old numbers stand elsewhere
        expect_same("the last row alone", result_of(kernel, last, panels, 1),
                    expected + (rows - 1) * product.to.out_stride, product.to.outputs * 4);
    }
}

void check_integer_products(ck_isa isa) {
    variant variants[3];
    const size_t count = variants_of(isa, variants);
    for (int weight_bits = 4; weight_bits <= 8; weight_bits += 4) {
        for (int activation_bits = 8; activation_bits <= 16; activation_bits += 8) {
            char name[32];
            snprintf(name, sizeof name, "w%da%d", weight_bits, activation_bits);
            begin_family(name);
            for (int turn = 0; turn < 60; turn++) {
                next_case();
                check_shape(variants, count, weight_bits, activation_bits, turn);
            }
            end_family(1);
        }
    }
}
