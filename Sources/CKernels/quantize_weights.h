// Packing of weights. Included once per instruction set, after quantize_rows.h.

// The nearest of the 16 levels.
static inline int32_t level_of(float value) {
    const int32_t level = rounded(value, 8);
    return level < 7 ? level : 7;
}

// The scale of a group with 4 bits, value = scale * level with levels -8 to 7: of those that send the largest
// magnitude to -8, -7.7 .. -6.5 (so the scale may be negative) or to 7, the one of least squared error.
static float best_4bit_scale(const float *values) {
    // The order of floats as integers: the compiler vectorises this maximum, not one of floats.
    int32_t low = 0, high = 0;
    for (int i = 0; i < CK_GROUP; i++) {
        const int32_t bits = (int32_t)to_bits(values[i]), key = bits ^ (bits >> 31 & 0x7fffffff);
        low = key < low ? key : low;
        high = key > high ? key : high;
    }
    const float most = from_bits((uint32_t)high), negative = from_bits((uint32_t)(low ^ (low >> 31 & 0x7fffffff)));
    const float extreme = -negative > most ? negative : most;
    if (!((extreme < 0 ? -extreme : extreme) > 1e-30f)) return 0;
    float best = 0, least = INFINITY;
    for (int candidate = 0; candidate < 7; candidate++) {
        const float largest_level = candidate == 6 ? 7.0f : -8.0f + 0.3f * (float)candidate;
        const float scale = from_bits((uint32_t)to_bf16(extreme / largest_level) << 16), factor = 1 / scale;
        _Alignas(64) float squares[CK_GROUP];
        for (int i = 0; i < CK_GROUP; i++) {
            const float error = (float)level_of(values[i] * factor) * scale - values[i];
            squares[i] = error * error;
        }
        const float total = sum_of(squares, CK_GROUP);
        if (total < least) {
            least = total;
            best = scale;
        }
    }
    return best;
}

static void pack_group(const float *values, int column, int bits, uint8_t *group) {
    uint8_t bytes[CK_GROUP];
    float scale;
    if (bits == 8) {
        const float most = largest(values);
        // Rounded up to bf16, so that no weight exceeds 127 steps.
        scale = most > 1e-30f ? from_bits((to_bits(most / 127.0f) + 0xffff) & 0xffff0000u) : 0;
        const float factor = most > 1e-30f ? 1 / scale : 0;
        for (int i = 0; i < CK_GROUP; i++) bytes[i] = (uint8_t)(rounded(values[i] * factor, 127) + 128);
        for (int step = 0; step < CK_GROUP / 4; step++)
            memcpy(group + (step * CK_PANEL + column) * 4, bytes + step * 4, 4);
    } else {
        scale = best_4bit_scale(values);
        const float factor = scale != 0 ? 1 / scale : 0;
        for (int i = 0; i < CK_GROUP; i++) bytes[i] = (uint8_t)(level_of(values[i] * factor) + 8);
        for (int step = 0; step < CK_GROUP / 8; step++) {
            uint32_t low, high;
            memcpy(&low, bytes + step * 8, 4);
            memcpy(&high, bytes + step * 8 + 4, 4);
            low |= high << 4;
            memcpy(group + (step * CK_PANEL + column) * 4, &low, 4);
        }
    }
    const uint16_t half = (uint16_t)(to_bits(scale) >> 16);
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    memcpy(group + group_bytes - 64 + 2 * column, &half, 2);
}

static void pack_panel(const float *rows, size_t count, size_t inputs, int bits, uint8_t *panel) {
    static const float none[CK_GROUP];
    const size_t group_bytes = bits == 8 ? CK_GROUP_BYTES_8 : CK_GROUP_BYTES_4;
    for (size_t start = 0; start < inputs; start += CK_GROUP, panel += group_bytes) {
        for (size_t column = 0; column < CK_PANEL; column++) {
            const ck_row row = {rows + column * inputs, NULL, 0, inputs};
            _Alignas(64) float values[CK_GROUP];
            if (column < count) load_group(&row, 0, start, values);
            pack_group(column < count ? values : none, (int)column, bits, panel);
        }
    }
}

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

#define ROW_KERNELS(name) \
    const ck_row_kernels name = {quantize_row, bf16_row, float_row, pack_panel, pack_bf16_panel};
