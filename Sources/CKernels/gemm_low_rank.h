// What adapters add to a tile of sums; part of gemm_epilogue.h: plain C, the same bits in all sets.

// One row of a panel, integers.
static inline void add_integers(const ck_low_rank *part, size_t panel, size_t row, float *sums) {
    const uint8_t *weights = part->panels + panel * part->panel_bytes;
    const float *weight_scales = (const float *)(weights + part->depth * CK_PANEL);
    for (size_t half = 0; half < 2; half++, weights += 64) {
        const size_t region = part->region[2 * panel + half], place = row * part->region_stride + region;
        const int8_t *values = part->bytes + row * part->stride + region * part->depth;
        int32_t dots[CK_PANEL / 2];
        for (int i = 0; i < CK_PANEL / 2; i++) dots[i] = part->starts[place];
        for (size_t k = 0; k < part->depth; k += 4) {
            const uint32_t *words = (const uint32_t *)(weights + k * CK_PANEL);
            for (int i = 0; i < CK_PANEL / 2; i++)
                dots[i] += (int32_t)(words[i] & 255) * values[k] + (int32_t)(words[i] >> 8 & 255) * values[k + 1] +
                           (int32_t)(words[i] >> 16 & 255) * values[k + 2] + (int32_t)(words[i] >> 24) * values[k + 3];
        }
        for (int i = 0; i < CK_PANEL / 2; i++) {
            const float scaled = (float)dots[i] * weight_scales[16 * half + i];
            sums[16 * half + i] = sums[16 * half + i] + scaled * part->scales[place];
        }
    }
}

// One row of a panel, in f32, the numbers in their order.
static inline void add_numbers(const ck_low_rank *part, size_t panel, size_t row, float *sums) {
    const uint8_t *weights = part->panels + panel * part->panel_bytes;
    for (size_t half = 0; half < 2; half++) {
        const float *numbers = part->numbers + row * part->stride + part->region[2 * panel + half] * part->depth;
        float *sum = sums + CK_PANEL / 2 * half;
        for (size_t k = 0; k < part->depth; k++) {
            const size_t first = k * CK_PANEL + CK_PANEL / 2 * half;
            float columns[CK_PANEL / 2];
            if (part->bits == 32) {
                memcpy(columns, weights + 4 * first, sizeof columns);
            } else {
                const uint16_t *shorts = (const uint16_t *)weights + first;
                for (int i = 0; i < CK_PANEL / 2; i++) {
                    const uint32_t word = (uint32_t)shorts[i] << 16;
                    memcpy(columns + i, &word, 4);
                }
            }
            for (int i = 0; i < CK_PANEL / 2; i++) sum[i] = sum[i] + columns[i] * numbers[k];
        }
    }
}

// Asks for what will be added to the two panels after this one: some lines, which nobody has read before. Each is asked for
// twice, since Zen drops many of these requests.
static inline void fetch_low_rank(const ck_destination *to, size_t panel) {
    if (!to->added) return;
    for (size_t i = 0; i < to->added->count; i++) {
        const ck_low_rank *part = to->added->parts + i;
        const uint8_t *next = part->panels + (to->first_panel + panel + 1) * part->panel_bytes;
        for (size_t byte = 0; byte < 2 * part->panel_bytes; byte += 64) __builtin_prefetch(next + byte, 0, 2);
    }
}

static inline void add_low_rank(const ck_destination *to, size_t panel, size_t row, size_t rows, float *sums,
                                size_t stride) {
    for (size_t r = 0; r < rows; r++) {
        const size_t place = to->first_row + row + r;
        const int32_t index = to->added->part_of_row[place];
        if (index < 0) continue;
        const ck_low_rank *part = to->added->parts + index;
        if (part->bits == 8) add_integers(part, to->first_panel + panel, place, sums + r * stride);
        else add_numbers(part, to->first_panel + panel, place, sums + r * stride);
    }
}

#ifndef ADD_LOW_RANK
#define ADD_LOW_RANK add_low_rank
#endif
