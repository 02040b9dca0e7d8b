// Weights of 4 bits as the 8 bits that they stand for. Included once per instruction set, like gemm_epilogue.h.

// Factors and offsets of a block, one column after the other, repeated for the four bytes of a step. A level times a
// factor, plus the offset, stays within its byte: two bytes are multiplied as one word.
static inline void expand_block(const uint8_t *levels, const uint8_t *factors, const uint8_t *offsets,
                                uint8_t *expanded) {
    enum { words = 2 * CK_PANEL };
    uint16_t factor[words], offset[words];
    for (int i = 0; i < words; i++) {
        factor[i] = factors[i / 2];
        offset[i] = (uint16_t)(offsets[i / 2] * 257);
    }
    for (int step = 0; step < CK_BLOCK / 8; step++, levels += 2 * words, expanded += 4 * words) {
        uint16_t pairs[words], low[words], high[words];
        memcpy(pairs, levels, sizeof pairs);
        for (int i = 0; i < words; i++) low[i] = (uint16_t)((pairs[i] & 0x0f0f) * factor[i] + offset[i]);
        for (int i = 0; i < words; i++) high[i] = (uint16_t)((pairs[i] >> 4 & 0x0f0f) * factor[i] + offset[i]);
        memcpy(expanded, low, sizeof low);
        memcpy(expanded + sizeof low, high, sizeof high);
    }
}

// A panel, from CK_GROUP_BYTES_4 to CK_GROUP_BYTES_8 a group.
static void expand_panel(const uint8_t *panel, size_t groups, uint8_t *expanded) {
    enum { blocks = CK_GROUP / CK_BLOCK, block_bytes = CK_LEVEL_BYTES / blocks };
    for (size_t group = 0; group < groups; group++, panel += CK_GROUP_BYTES_4) {
        const uint8_t *factors = panel + CK_LEVEL_BYTES, *offsets = factors + blocks * CK_PANEL;
        for (int block = 0; block < blocks; block++, expanded += 2 * block_bytes)
            expand_block(panel + block * block_bytes, factors + block * CK_PANEL, offsets + block * CK_PANEL, expanded);
        memcpy(expanded, panel + CK_GROUP_BYTES_4 - 64, 64);
        expanded += 64;
    }
}
