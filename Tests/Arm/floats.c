// Products in bf16 and f32, and rows on their way into a kernel's form, against double.
#include "check.h"
#include "gemm_kernels.h"

static double widened(uint16_t half) {
    const uint32_t word = (uint32_t)half << 16;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

// The factor of gelu: (1 + erf(x / sqrt 2)) / 2.
static double gelu_of(double x) { return x * (1 + erf(x / sqrt(2))) / 2; }

// bf16 by the kernel of the set: packed by its own packer, expected in double from the rounded numbers.
static void check_bf16(ck_isa isa) {
    const ck_row_kernels *rows_of = ck_find_row_kernels(isa);
    const size_t inputs = (size_t)between(1, 400), outputs = (size_t)between(1, CK_PANEL), rows = (size_t)between(1, 6);
    const size_t padded = (inputs + CK_GROUP - 1) / CK_GROUP * CK_GROUP;
    const float *x = random_floats(rows * inputs, 3), *w = random_floats(outputs * inputs, 0.5f);
    uint16_t *values = room(rows * padded * 2), *panel = room(padded * CK_PANEL * 2);
    for (size_t row = 0; row < rows; row++)
        rows_of->bf16_row(&(ck_row){x + row * inputs, NULL, 0, inputs}, values + row * padded);
    rows_of->pack_bf16_panel(w, outputs, inputs, panel);
    add_to_sum(values, rows * padded * 2), add_to_sum(panel, padded * CK_PANEL * 2);
    ck_bf16_product product = {panel, padded, values, padded, {.outputs = outputs, .out_stride = outputs}};
    product.to.out = room(rows * outputs * 4);
    ck_find_bf16_gemm(isa)(&product, 1, rows);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < outputs; column++) {
            double sum = 0, size = 0;
            for (size_t k = 0; k < padded; k++) {
                const double weight = widened(panel[k / 2 * 2 * CK_PANEL + column * 2 + k % 2]);
                sum += weight * widened(values[row * padded + k]);
                size += fabs(weight * widened(values[row * padded + k]));
                if (k < inputs) expect_near("a packed weight", weight, w[column * inputs + k], 0.002);
                else expect_near("padding", weight, 0, 0);
            }
            expect_near("a product in bf16", product.to.out[row * outputs + column], sum, size * 3e-5);
        }
    }
}

static void check_f32(ck_isa isa) {
    enum { panel = 32 };
    const size_t inputs = (size_t)between(1, 200), outputs = (size_t)between(1, 70), rows = (size_t)between(1, 14);
    const size_t panels = (outputs + panel - 1) / panel;
    const float *x = random_floats(rows * inputs, 2), *bias = random_floats(outputs, 3);
    float *weights = room(panels * panel * inputs * 4), *out = random_floats(rows * outputs, 5);
    for (size_t p = 0; p < panels; p++)
        for (size_t k = 0; k < inputs; k++)
            for (size_t c = 0; c < panel && p * panel + c < outputs; c++)
                weights[(p * inputs + k) * panel + c] = within(0.3f);
    const ck_f32_epilogue epilogue = (ck_f32_epilogue)between(0, 2);
    const int biased = between(0, 1);
    float *before = room(rows * outputs * 4);
    memcpy(before, out, rows * outputs * 4);
    const ck_f32_product product = {weights, inputs, x, inputs, biased ? bias : NULL, epilogue, outputs, out, outputs};
    ck_find_f32_gemm(isa)(&product, 0, panels, rows);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < outputs; column++) {
            double sum = biased ? bias[column] : 0;
            for (size_t k = 0; k < inputs; k++)
                sum += (double)x[row * inputs + k] * weights[(column / panel * inputs + k) * panel + column % panel];
            if (epilogue == CK_F32_GELU) sum = gelu_of(sum);
            if (epilogue == CK_F32_ADD) sum += before[row * outputs + column];
            expect_near("a product in f32", out[row * outputs + column], sum, 2e-4);
        }
    }
}

void check_float_products(ck_isa isa) {
    begin_family("bf16");
    for (int turn = 0; turn < 40; turn++) next_case(), check_bf16(isa);
    end_family(0);
    begin_family("f32");
    for (int turn = 0; turn < 40; turn++) next_case(), check_f32(isa);
    end_family(0);
}

// A row with an outlier, zeros, or all the same.
static float *odd_row(size_t width, int turn) {
    float *x = random_floats(width, turn % 3 == 1 ? 1e-33f : 4);
    if (turn % 5 == 0) x[between(0, (int)width - 1)] = 900;
    if (turn % 7 == 3) memset(x, 0, width * 4);
    return x;
}

// Levels times their scale are the values, within half a step.
static void check_quantised(const ck_row_kernels *kernels, const ck_row *row, int bits) {
    const size_t stride = ck_plane_stride(row->width), groups = (row->width + CK_GROUP - 1) / CK_GROUP;
    int8_t *planes = room(2 * stride);
    float *scales = room(groups * 4), *values = room(row->width * 4);
    int32_t *starts = room(groups * 4);
    kernels->quantize_row(row, bits, planes, scales, starts);
    kernels->float_row(row, values);
    add_to_sum(planes, stride * bits / 8), add_to_sum(scales, groups * 4), add_to_sum(starts, groups * 4);
    double square = 0;
    for (size_t i = 0; i < row->width; i++) square += (double)row->x[i] * row->x[i];
    const double norm = row->norm_weight ? 1 / sqrt(square / row->width + row->epsilon) : 1;
    int32_t sums[64] = {0};
    for (size_t i = 0; i < row->width; i++) {
        const double exact = row->x[i] * norm * (row->norm_weight ? row->norm_weight[i] : 1);
        const int level = bits == 8 ? planes[i] : 256 * planes[i] + planes[stride + i];
        expect_near("a row in f32", values[i], exact, fabs(exact) * 1e-6);
        expect_near("a level", level * (double)scales[i / CK_GROUP], values[i],
                    scales[i / CK_GROUP] * 0.505 + 1e-30);
        sums[i / CK_GROUP] += level;
    }
    for (size_t group = 0; group < groups; group++) expect_near("a start", starts[group], -128.0 * sums[group], 0);
}

// Packed weights stand for the weights: by the scalar product with a row that has a single 1.
static void check_packed(const ck_row_kernels *kernels, int bits) {
    const size_t inputs = (size_t)between(1, 300), outputs = (size_t)between(1, CK_PANEL);
    const size_t groups = (inputs + CK_GROUP - 1) / CK_GROUP;
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    const float *weights = random_floats(outputs * inputs, 0.1f);
    uint8_t *panel = room(groups * group_bytes);
    kernels->pack_panel(weights, outputs, inputs, bits, panel);
    add_to_sum(panel, groups * group_bytes);
    float *one = room(inputs * 4), *out = room(CK_PANEL * 4), *scales = room(groups * 4);
    int8_t *planes = room(ck_plane_stride(inputs));
    int32_t *starts = room(groups * 4);
    const size_t chosen = (size_t)between(0, (int)inputs - 1);
    one[chosen] = 1;
    kernels->quantize_row(&(ck_row){one, NULL, 0, inputs}, 8, planes, scales, starts);
    ck_integer_product product = {panel, groups, planes, ck_plane_stride(inputs), scales, starts,
                                  room(groups * CK_GROUP_BYTES_8), {.outputs = outputs, .out = out}};
    ck_integer_gemm_scalar(bits, 8)(&product, 1, 1);
    for (size_t column = 0; column < outputs; column++)
        expect_near("a packed weight", out[column], weights[column * inputs + chosen], bits == 8 ? 0.0005 : 0.014);
}

void check_rows(ck_isa isa) {
    const ck_row_kernels *kernels = ck_find_row_kernels(isa);
    begin_family("rows");
    for (int turn = 0; turn < 60; turn++) {
        next_case();
        const size_t width = (size_t)between(1, 1500);
        const float *x = odd_row(width, turn), *weight = turn % 2 ? random_floats(width, 2) : NULL;
        check_quantised(kernels, &(ck_row){x, weight, 1e-6f, width}, turn % 4 < 2 ? 8 : 16);
    }
    end_family(1);
    begin_family("packing");
    for (int turn = 0; turn < 24; turn++) next_case(), check_packed(kernels, turn % 2 ? 8 : 4);
    end_family(1);
}
