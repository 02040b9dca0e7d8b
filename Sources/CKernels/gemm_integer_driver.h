// The loop over panels and tiles of rows, for a file that has defined `tile`. Tiles have at most 6 rows
// (3 with two planes); the last rows are shared out evenly, since tiles of one or two rows are less efficient.
#define KERNEL(name, bits, planes) \
    static void name(const ck_integer_product *product, size_t panels, size_t rows) { \
        enum { most = 6 / planes }; \
        for (size_t panel = 0; panel < panels; panel++) { \
            for (size_t row = 0; row < rows;) { \
                const size_t left = rows - row; \
                const size_t count = left >= 2 * most || left == most ? most : left > most ? (left + 1) / 2 : left; \
                switch (count) { \
                case 6: if (most >= 6) tile(product, panel, row, 6, bits, planes); break; \
                case 5: if (most >= 5) tile(product, panel, row, 5, bits, planes); break; \
                case 4: if (most >= 4) tile(product, panel, row, 4, bits, planes); break; \
                case 3: tile(product, panel, row, 3, bits, planes); break; \
                case 2: tile(product, panel, row, 2, bits, planes); break; \
                default: tile(product, panel, row, 1, bits, planes); break; \
                } \
                row += count; \
            } \
        } \
    }
