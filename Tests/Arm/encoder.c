// Norms, rotary embedding, GELU, softmax sums, attention over whole sequences and vector scores, against double.
#include "check.h"

static void check_norms(ck_isa isa) {
    const size_t width = (size_t)between(1, 700);
    const float *x = random_floats(width, 5), *weight = random_floats(width, 2), *bias = random_floats(width, 1);
    float *out = room(width * 4);
    double square = 0, mean = 0, variance = 0;
    for (size_t i = 0; i < width; i++) square += (double)x[i] * x[i] / width, mean += x[i] / (double)width;
    for (size_t i = 0; i < width; i++) variance += (x[i] - mean) * (x[i] - mean) / width;
    ck_rmsnorm(isa)(x, weight, 1e-6f, width, out);
    for (size_t i = 0; i < width; i++) expect_near("rmsnorm", out[i], x[i] / sqrt(square + 1e-6) * weight[i], 1e-5);
    ck_layernorm(isa)(x, weight, bias, 1e-5f, width, out);
    for (size_t i = 0; i < width; i++)
        expect_near("layernorm", out[i], (x[i] - mean) / sqrt(variance + 1e-5) * weight[i] + bias[i], 1e-4);
    memcpy(out, x, width * 4);
    ck_gelu(isa)(out, width);
    for (size_t i = 0; i < width; i++) expect_near("gelu", out[i], x[i] * (1 + erf(x[i] / sqrt(2))) / 2, 2e-6);
}

static void check_rope(ck_isa isa, int halves) {
    const int32_t heads = between(1, 3), width = between(1, 16) * 16, half = width / 2;
    const float *angles = random_floats(half, 3), *before = random_floats(heads * width, 2);
    const float *factors = between(0, 1) ? random_floats(heads * width, 2) : NULL;
    float *row = room(heads * width * 4), *cosines = room(half * 4), *sines = room(half * 4);
    memcpy(row, before, heads * width * 4);
    for (int32_t i = 0; i < half; i++) cosines[i] = cosf(angles[i]), sines[i] = sinf(angles[i]);
    (halves ? ck_rope_halves(isa) : ck_rope_adjacent(isa))(row, heads, width, cosines, sines, factors);
    for (int32_t head = 0; head < heads; head++) {
        for (int32_t i = 0; i < half; i++) {
            const int32_t first = head * width + (halves ? i : 2 * i), second = first + (halves ? half : 1);
            const double a = before[first], b = before[second];
            const double left = factors ? factors[first] : 1, right = factors ? factors[second] : 1;
            expect_near("rope", row[first], (a * cosines[i] - b * sines[i]) * left, 2e-6);
            expect_near("rope", row[second], (b * cosines[i] + a * sines[i]) * right, 2e-6);
        }
    }
}

static void check_logits(ck_isa isa) {
    const size_t count = (size_t)between(1, 900);
    float *x = random_floats(count, 20);
    if (between(0, 1)) x[between(0, (int)count - 1)] = NAN;
    if (between(0, 1)) x[between(0, (int)count - 1)] = -INFINITY;
    const float scale = between(0, 1) ? 1 : 0.7f;
    double most = -INFINITY, sum = 0;
    size_t index = 0;
    for (size_t i = 0; i < count; i++)
        if (x[i] > most) most = x[i], index = i;
    for (size_t i = 0; i < count; i++)
        if (x[i] > -INFINITY) sum += exp(scale * (x[i] - most));
    const ck_logit_sums got = ck_logits(isa)(x, count, scale);
    if (most == -INFINITY) return;
    expect_near("the largest logit", got.maximum, most, 0);
    expect_near("its place", (double)got.index, (double)index, 0);
    expect_near("the sum", got.sum, sum, sum * 1e-5);
}

static void check_sequence(ck_isa isa) {
    const size_t tokens = (size_t)between(1, 50), width = (size_t)between(1, 4) * 16, stride = width + 16;
    ck_sequence_attention_item item = {
        .queries = random_floats(tokens * stride, 2), .keys = random_floats(tokens * stride, 2),
        .values = random_floats(tokens * stride, 3), .stride = stride, .out = room(tokens * width * 4),
        .out_stride = width, .tokens = tokens, .last = tokens, .head_size = width, .is_causal = between(0, 1)};
    item.scratch = room(ck_sequence_attention_scratch(tokens, width) * 4);
    ck_sequence_attention(isa)(&item);
    for (size_t token = 0; token < tokens; token++) {
        const size_t seen = item.is_causal ? token + 1 : tokens;
        double scores[50] = {0}, most = -INFINITY, total = 0;
        for (size_t t = 0; t < seen; t++) {
            for (size_t d = 0; d < width; d++)
                scores[t] += (double)item.queries[token * stride + d] * item.keys[t * stride + d] / sqrt(width);
            most = scores[t] > most ? scores[t] : most;
        }
        for (size_t t = 0; t < seen; t++) total += scores[t] = exp(scores[t] - most);
        for (size_t d = 0; d < width; d++) {
            double sum = 0;
            for (size_t t = 0; t < seen; t++) sum += scores[t] / total * item.values[t * stride + d];
            expect_near("attention over a sequence", item.out[token * width + d], sum, 3e-5);
        }
    }
}

void check_encoder(ck_isa isa) {
    begin_family("norms");
    for (int turn = 0; turn < 60; turn++) next_case(), check_norms(isa);
    end_family(0);
    begin_family("rope");
    for (int turn = 0; turn < 60; turn++) next_case(), check_rope(isa, turn % 2);
    end_family(0);
    begin_family("logits");
    for (int turn = 0; turn < 60; turn++) next_case(), check_logits(isa);
    end_family(0);
    begin_family("sequences");
    for (int turn = 0; turn < 20; turn++) next_case(), check_sequence(isa);
    end_family(0);
}

static void check_bytes(ck_isa isa, int extreme) {
    const size_t stride = (size_t)between(1, 8) * 64, count = (size_t)between(1, 11);
    uint8_t *rows = room(count * stride);
    int8_t *query = room(stride);
    float *scales = random_floats(count, 0.02f), *scores = room(count * 4);
    for (size_t i = 0; i < count * stride; i++) rows[i] = (uint8_t)(extreme ? between(0, 1) * 255 : between(0, 255));
    for (size_t i = 0; i < stride; i++) query[i] = (int8_t)(extreme ? 127 : between(-127, 127));
    ck_byte_scores(isa)(&(ck_byte_rows){rows, count, stride, scales}, query, 0.5f, scores);
    add_to_sum(scores, count * 4);
    for (size_t i = 0; i < count; i++) {
        int64_t sum = 0;
        for (size_t j = 0; j < stride; j++) sum += (rows[i * stride + j] - 128) * query[j];
        expect_near("a score of bytes", scores[i], (double)sum * scales[i] * 0.5, fabs((double)sum * scales[i]) * 1e-6);
    }
}

static void check_floats(ck_isa isa) {
    const size_t width = (size_t)between(1, 400), count = (size_t)between(1, 9);
    const float *rows = random_floats(count * width, 1), *query = random_floats(width, 1);
    float *scores = room(count * 4);
    ck_float_scores(isa)(rows, count, width, query, scores);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t j = 0; j < width; j++) sum += (double)rows[i * width + j] * query[j];
        expect_near("a score of floats", scores[i], sum, 5e-5);
    }
}

// And that the loops of the peaks end, and count what they did.
void check_scores(ck_isa isa) {
    begin_family("bytes");
    for (int turn = 0; turn < 60; turn++) next_case(), check_bytes(isa, turn % 6 == 5);
    end_family(1);
    begin_family("floats");
    for (int turn = 0; turn < 60; turn++) next_case(), check_floats(isa);
    end_family(0);
    begin_family("peaks");
    next_case();
    const ck_peak peak = ck_find_peak(isa, CK_PEAK_F32);
    if (isa != CK_SCALAR && !peak) fail("a peak of f32", 0, 1);
    if (peak) expect_near("operations of 10 rounds", peak(10), 10 * peak(1), 0);
    const ck_peak bytes = ck_find_peak(isa, CK_PEAK_INT8);
    if (bytes) expect_near("more operations on bytes than on f32", bytes(1) > peak(1), 1, 0);
    end_family(0);
}
