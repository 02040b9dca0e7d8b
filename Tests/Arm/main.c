// Runs every kernel of this machine's best instruction set on random shapes and on the edges, against the scalar kernel or
// arithmetic in double. No Swift, so that it can be compiled for another processor: `make test-arm`.
#include "check.h"

uint64_t random_state;
static const char *family;
static uint64_t sum;
static int cases;
static void *rooms[4096];
static size_t room_count;

void *room(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!memory || room_count == sizeof rooms / sizeof *rooms) fail("memory", (double)bytes, 0);
    memset(memory, 0, (bytes + 127) / 64 * 64);
    return rooms[room_count++] = memory;
}

void add_to_sum(const void *memory, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) sum = (sum ^ ((const uint8_t *)memory)[i]) * 0x100000001b3ull;
}

void fail(const char *what, double got, double expected) {
    fprintf(stderr, "%s, case %d: %s: %.9g, not %.9g\n", family, cases, what, got, expected);
    exit(1);
}

void begin_family(const char *name) {
    family = name, cases = 0, sum = 0xcbf29ce484222325ull;
    random_state = 88172645463325252ull;
}

void next_case(void) {
    while (room_count > 0) free(rooms[--room_count]);
    cases++;
}

void end_family(int same_bits_everywhere) {
    next_case();
    printf("%s %s %d cases %016llx\n", same_bits_everywhere ? "bits" : "near", family, cases - 1,
           (unsigned long long)sum);
}

int main(void) {
    const ck_isa isa = ck_detect_isa();
    printf("instruction set %d\n", (int)isa);
    check_integer_products(isa);
    check_float_products(isa);
    check_rows(isa);
    check_cache(isa);
    check_attention(isa);
    check_encoder(isa);
    check_scores(isa);
    return 0;
}
