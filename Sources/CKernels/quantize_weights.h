// Packing of weights. Included once per instruction set, after quantize_rows.h.

// Rounded up to bf16.
static inline float scale_above(float value) { return from_bits((to_bits(value) + 0xffff) & 0xffff0000u); }

// The scale of a column, as bfloat16 behind its group.
static inline void put_scale(float scale, int column, uint8_t *scales) {
    const uint16_t half = (uint16_t)(to_bits(scale) >> 16);
    memcpy(scales + 2 * column, &half, 2);
}

// A group of 128 weights of a column as 8-bit levels.
static void pack_group_8(const float *values, int column, uint8_t *group) {
    uint8_t bytes[CK_GROUP];
    const float most = largest_magnitude(values, CK_GROUP);
    const float scale = most > 1e-30f ? scale_above(most / 127.0f) : 0;  // no weight exceeds 127 steps
    const float factor = most > 1e-30f ? 1 / scale : 0;
    for (int i = 0; i < CK_GROUP; i++) bytes[i] = (uint8_t)(rounded(values[i] * factor, 127) + 128);
    for (int step = 0; step < CK_GROUP / 4; step++)
        memcpy(group + (step * CK_PANEL + column) * 4, bytes + step * 4, 4);
    put_scale(scale, column, group + CK_GROUP_BYTES_8 - 64);
}

// How blocks of 4 bits stand for their bytes, one block of each column. Loops over columns are the inner ones: the
// compiler makes vectors of them, and sums are added in one order whatever their width.
typedef struct {
    float factor[CK_PANEL], offset[CK_PANEL], error[CK_PANEL];
} block_fits;
typedef float block_bytes[CK_PANEL];

static inline float whole(float value) { return (value + 12582912.0f) - 12582912.0f; }  // 1.5 * 2^23 rounds

// The level that a byte stands for.
static inline float level_of(float byte, float inverse, float offset) {
    float level = (byte - offset) * inverse;
    level = level > 0 ? level : 0;
    return whole(level < 15 ? level : 15);
}

// An integer, such that 15 levels above it stay within a byte.
static inline float offset_near(float offset, float factor) {
    const float most = 255.0f - 15.0f * factor;
    offset = whole(offset);
    offset = offset < most ? offset : most;
    return offset > 0 ? offset : 0;
}

// Offsets and squared errors for given factors: the levels stand in the middle of the range first, then where their
// mean error is 0.
static void fit_blocks(const block_bytes *bytes, const float *least, const float *most, block_fits *fits) {
    float inverse[CK_PANEL], middle[CK_PANEL], rest[CK_PANEL] = {0};
    for (int c = 0; c < CK_PANEL; c++) {
        float factor = fits->factor[c];
        factor = factor > 1 ? factor : 1;
        fits->factor[c] = factor = factor < 17 ? factor : 17;
        inverse[c] = 1 / factor;
        middle[c] = offset_near((least[c] + most[c] - 15.0f * factor) * 0.5f, factor);
        fits->error[c] = 0;
    }
    for (int i = 0; i < CK_BLOCK; i++)
        for (int c = 0; c < CK_PANEL; c++)
            rest[c] += bytes[i][c] - fits->factor[c] * level_of(bytes[i][c], inverse[c], middle[c]);
    for (int c = 0; c < CK_PANEL; c++) fits->offset[c] = offset_near(rest[c] / CK_BLOCK, fits->factor[c]);
    for (int i = 0; i < CK_BLOCK; i++) {
        for (int c = 0; c < CK_PANEL; c++) {
            const float level = level_of(bytes[i][c], inverse[c], fits->offset[c]);
            const float error = bytes[i][c] - fits->factor[c] * level - fits->offset[c];
            fits->error[c] += error * error;
        }
    }
}

// The better of two factors: 16 levels over the whole range, or somewhat closer with the ends cut off.
static void best_fits(const block_bytes *bytes, block_fits *best) {
    float least[CK_PANEL], most[CK_PANEL];
    for (int c = 0; c < CK_PANEL; c++) least[c] = most[c] = bytes[0][c];
    for (int i = 1; i < CK_BLOCK; i++) {
        for (int c = 0; c < CK_PANEL; c++) {
            least[c] = bytes[i][c] < least[c] ? bytes[i][c] : least[c];
            most[c] = bytes[i][c] > most[c] ? bytes[i][c] : most[c];
        }
    }
    block_fits close;
    for (int c = 0; c < CK_PANEL; c++) {
        best->factor[c] = whole((most[c] - least[c]) / 15.0f);
        close.factor[c] = best->factor[c] - 1;
    }
    fit_blocks(bytes, least, most, best);
    fit_blocks(bytes, least, most, &close);
    for (int c = 0; c < CK_PANEL; c++) {
        const int isClose = close.error[c] < best->error[c];
        best->factor[c] = isClose ? close.factor[c] : best->factor[c];
        best->offset[c] = isClose ? close.offset[c] : best->offset[c];
    }
}

// Whether a column's weights are whole numbers of such steps, -8 to 7.
static int has_step(const block_bytes *values, int column, float step) {
    for (int i = 0; i < CK_GROUP; i++) {
        const float level = values[i][column] / step, near = whole(level), error = level - near;
        if (!(near >= -8 && near <= 7 && error < 1e-4f && error > -1e-4f)) return 0;
    }
    return 1;
}

// The step of a column whose weights were 4-bit integers before, as files of other tools have them, if there is one that
// bf16 holds; 0: they were not.
static float known_step(const block_bytes *values, int column) {
    float most = 0, found = 0;
    for (int i = 0; i < CK_GROUP; i++) {
        const float size = values[i][column] < 0 ? -values[i][column] : values[i][column];
        most = size > most ? size : most;
    }
    if (most <= 1e-30f) return 0;
    for (int steps = 1; steps <= 8; steps++) {
        const float step = most / (float)steps;
        if (!has_step(values, column, step)) continue;
        if (!(to_bits(step) & 0xffff)) return step;
        if (found == 0) found = step;
    }
    return found;
}

// `values`: [CK_GROUP][CK_PANEL]; they become bytes. Of weights that were 4-bit integers with one scale nothing is lost:
// a step is 16 bytes, and the levels begin at byte 0.
static void pack_group_4(block_bytes *values, uint8_t *group) {
    float low[CK_PANEL] = {0}, high[CK_PANEL] = {0}, inverse[CK_PANEL], step[CK_PANEL];
    for (int c = 0; c < CK_PANEL; c++) step[c] = known_step(values, c);
    for (int i = 0; i < CK_GROUP; i++) {
        for (int c = 0; c < CK_PANEL; c++) {
            low[c] = values[i][c] < low[c] ? values[i][c] : low[c];
            high[c] = values[i][c] > high[c] ? values[i][c] : high[c];
        }
    }
    for (int c = 0; c < CK_PANEL; c++) {
        const float below = -low[c] / 128.0f, above = high[c] / 127.0f, extreme = below > above ? below : above;
        float scale = extreme > 1e-30f ? scale_above(extreme) : 0;  // all weights are within 0 and 255
        if (step[c] > 0) scale = from_bits((uint32_t)to_bf16(step[c] * 0.0625f) << 16);
        inverse[c] = extreme > 1e-30f ? 1 / scale : 0;
        put_scale(scale, c, group + CK_GROUP_BYTES_4 - 64);
    }
    for (int i = 0; i < CK_GROUP; i++)
        for (int c = 0; c < CK_PANEL; c++) values[i][c] = values[i][c] * inverse[c] + 128.0f;

    uint8_t *factors = group + CK_LEVEL_BYTES, *offsets = factors + CK_GROUP / CK_BLOCK * CK_PANEL;
    for (int block = 0; block < CK_GROUP / CK_BLOCK; block++, factors += CK_PANEL, offsets += CK_PANEL) {
        const block_bytes *bytes = values + block * CK_BLOCK;
        block_fits fits;
        best_fits(bytes, &fits);
        for (int c = 0; c < CK_PANEL; c++) {
            if (step[c] > 0) fits.factor[c] = 16, fits.offset[c] = 0;
            factors[c] = (uint8_t)(int32_t)fits.factor[c];
            offsets[c] = (uint8_t)(int32_t)fits.offset[c];
            inverse[c] = 1 / fits.factor[c];
        }
        for (int i = 0; i < CK_BLOCK; i += 8, group += 4 * CK_PANEL) {
            uint32_t words[CK_PANEL] = {0};  // little-endian: the first of four inputs is the lowest byte
            for (int k = 0; k < 8; k++)
                for (int c = 0; c < CK_PANEL; c++)
                    words[c] |= (uint32_t)(int32_t)level_of(bytes[i + k][c], inverse[c], fits.offset[c])
                                << (k % 4 * 8 + k / 4 * 4);
            memcpy(group, words, sizeof words);
        }
    }
}

// Packs up to 32 rows as a panel; missing rows are zeros.
static void pack_panel(const float *rows, size_t count, size_t inputs, int bits, uint8_t *panel) {
    for (size_t start = 0; start < inputs; start += CK_GROUP) {
        _Alignas(64) float values[CK_GROUP], columns[CK_GROUP][CK_PANEL];
        for (size_t column = 0; column < CK_PANEL; column++) {
            const ck_row row = {rows + column * inputs, NULL, 0, inputs};
            if (column < count) load_group(&row, 0, start, values);
            else memset(values, 0, sizeof values);
            if (bits == 8) pack_group_8(values, (int)column, panel);
            else for (int i = 0; i < CK_GROUP; i++) columns[i][column] = values[i];
        }
        if (bits == 4) pack_group_4(columns, panel);
        panel += bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    }
}

// Packs up to 32 rows as a panel of bfloat16.
static void pack_bf16_panel(const float *rows, size_t count, size_t inputs, uint16_t *panel) {
    for (size_t start = 0; start < inputs; start += CK_GROUP, panel += CK_GROUP * CK_PANEL) {
        for (size_t column = 0; column < CK_PANEL; column++) {
            const ck_row row = {rows + column * inputs, NULL, 0, inputs};
            _Alignas(64) float values[CK_GROUP] = {0};
            if (column < count) load_group(&row, 0, start, values);
            for (size_t i = 0; i < CK_GROUP; i += 2) {
                const uint16_t pair[2] = {to_bf16(values[i]), to_bf16(values[i + 1])};
                memcpy(panel + i * CK_PANEL + column * 2, pair, 4);
            }
        }
    }
}

// The functions of a set that pack and quantise.
#define ROW_KERNELS(name) \
    const ck_row_kernels name = {quantize_row, bf16_row, e4m3_row, e4m3_numbers, float_row, pack_panel, pack_bf16_panel};
