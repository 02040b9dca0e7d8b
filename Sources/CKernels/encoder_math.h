#ifndef ENCODER_MATH_H
#define ENCODER_MATH_H
#include "portable_vectors.h"

// value = value * (1 + erf(value / sqrt(2))) / 2, absolute error below 3e-7 times |value|.
// erf by Abramowitz and Stegun, 7.1.26.
BODY void gelu(floats *value) {
    const float root_half = 0.70710678118654752f, log2_e = 1.44269504088896341f;
    floats x = *value;
    floats positive = (floats)((bits)x & 0x7fffffffu) * root_half;
    floats t = 1.0f / (positive * 0.3275911f + 1.0f);
    floats sum = t * 1.061405429f - 1.453152027f;
    sum = sum * t + 1.421413741f;
    sum = sum * t - 0.284496736f;
    sum = sum * t + 0.254829592f;
    floats power = positive * positive * -log2_e;
    power_of_two(&power);
    floats error = sum * t * power;  // 1 - erf(|x| / sqrt(2))
    // For x < 0 the factor is error / 2, else 1 - error / 2.
    ints negative = x < 0.0f;
    floats half = error * 0.5f;
    floats factor = (floats)(((ints)half & negative) | ((ints)(1.0f - half) & ~negative));
    *value = x * factor;
}

#endif
