/* The limit that generated code is measured against: sums of the extended likelihood of a Gaussian
   signal on an exponential background, hoisted and fused by hand, in one pass over the data.

   f = ps + pb, with ps = signal exp(-t^2/2), t = (x - mu)/sigma, and pb = background exp(slope y),
   y = x - origin. With the shares a = ps/f and b = pb/f, and u_s, u_b the gradients of log ps, log pb:

       gradient of log f = a u_s + b u_b
       Hessian of log f  = a H_s + b H_b + a b (u_s - u_b)(u_s - u_b)^T

   so that sums of (a, b) times (1, t, t^2, y) and of a b times their products are all there is.
   INLINE_MATH replaces the library's exp and log by polynomials that any compiler vectorises. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef INLINE_MATH
/* exp: 2^k exp(r) with |r| <= log(2)/2, Taylor to r^12; for arguments within +-700. */
static inline double EXP(double x)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to a whole number */
    const double sum = x * 1.4426950408889634 + magic, k = sum - magic;
    const double r = (x - k * 0.693147180369123816) - k * 1.90821492927058770e-10;
    double p = 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    uint64_t bits, exponent;
    memcpy(&bits, &p, sizeof bits);
    memcpy(&exponent, &sum, sizeof exponent);
    bits += exponent << 52;
    double result;
    memcpy(&result, &bits, sizeof result);
    return x < -700.0 ? 0.0 : result;
}

/* log: k log 2 + 2 atanh s with s = (m - 1)/(m + 1), |s| <= 0.172, to s^19; for normal positive arguments. */
static inline double LOG(double x)
{
    const uint64_t half_root = 0x3fe6a09e667f3bcdull; /* sqrt(1/2), the lower end of m */
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t above = bits - half_root;
    const uint64_t mantissa = (above & 0x000fffffffffffffull) + half_root;
    /* The exponent, made a double through its bits: conversions of 64-bit integers vectorise on few machines. */
    const uint64_t shifted = ((above + (1024ull << 52)) >> 52) | 0x4330000000000000ull;
    double m, k;
    memcpy(&m, &mantissa, sizeof m);
    memcpy(&k, &shifted, sizeof k);
    k -= 4503599627370496.0 + 1024.0;
    const double s = (m - 1.0) / (m + 1.0), z = s * s;
    double p = 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    return k * 0.693147180559945309 + (2.0 * s + s * z * p);
}
#else
#define EXP exp
#define LOG log
#endif

/* Constants of one call: mu, 1/sigma, signal, slope, background, origin. */
#define CONSTANTS \
    const double mu = c[0], is = c[1], signal = c[2], slope = c[3], background = c[4], origin = c[5];

#define SHARES \
    const double y = x[i] - origin, t = (x[i] - mu) * is; \
    const double ps = signal * EXP(-0.5 * t * t), pb = background * EXP(slope * y); \
    const double f = ps + pb;

/* out: sum log f */
void limit_value(const double *restrict x, long n, const double *restrict c, int threads, double *restrict out)
{
    CONSTANTS
    double s0 = 0;
#pragma omp parallel for simd reduction(+ : s0) schedule(static) num_threads(threads)
    for (long i = 0; i < n; i++) {
        SHARES
        s0 += LOG(f);
    }
    out[0] = s0;
}

/* out: sum log f, a, a t, a t^2, b, b y */
void limit_gradient(const double *restrict x, long n, const double *restrict c, int threads, double *restrict out)
{
    CONSTANTS
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0;
#pragma omp parallel for simd reduction(+ : s0, s1, s2, s3, s4, s5) schedule(static) num_threads(threads)
    for (long i = 0; i < n; i++) {
        SHARES
        const double r = 1.0 / f, a = ps * r, b = pb * r, at = a * t;
        s0 += LOG(f);
        s1 += a;
        s2 += at;
        s3 += at * t;
        s4 += b;
        s5 += b * y;
    }
    const double sums[] = {s0, s1, s2, s3, s4, s5};
    memcpy(out, sums, sizeof sums);
}

/* out: those of the gradient, then a b times 1, t, t^2, t^3, t^4, y, t y, t^2 y, y^2 */
void limit_hessian(const double *restrict x, long n, const double *restrict c, int threads, double *restrict out)
{
    CONSTANTS
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0;
    double q0 = 0, q1 = 0, q2 = 0, q3 = 0, q4 = 0, q5 = 0, q6 = 0, q7 = 0, q8 = 0;
#pragma omp parallel for simd reduction(+ : s0, s1, s2, s3, s4, s5, q0, q1, q2, q3, q4, q5, q6, q7, q8) \
    schedule(static) num_threads(threads)
    for (long i = 0; i < n; i++) {
        SHARES
        const double r = 1.0 / f, a = ps * r, b = pb * r, at = a * t;
        const double q = a * b, qt = q * t, qtt = qt * t, qttt = qtt * t, qy = q * y;
        s0 += LOG(f);
        s1 += a;
        s2 += at;
        s3 += at * t;
        s4 += b;
        s5 += b * y;
        q0 += q;
        q1 += qt;
        q2 += qtt;
        q3 += qttt;
        q4 += qttt * t;
        q5 += qy;
        q6 += qt * y;
        q7 += qtt * y;
        q8 += qy * y;
    }
    const double sums[] = {s0, s1, s2, s3, s4, s5, q0, q1, q2, q3, q4, q5, q6, q7, q8};
    memcpy(out, sums, sizeof sums);
}

/* The gradient's sums with one exponential instead of two, as ps/pb is one: what rewriting the model by
   hand gains beyond fusing it. The sum of y over the data, which a caller knows, comes in c[6]. */
void limit_gradient_by_ratio(
    const double *restrict x, long n, const double *restrict c, int threads, double *restrict out)
{
    CONSTANTS
    const double ratio = signal / background;
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s5 = 0;
#pragma omp parallel for simd reduction(+ : s0, s1, s2, s3, s5) schedule(static) num_threads(threads)
    for (long i = 0; i < n; i++) {
        const double y = x[i] - origin, t = (x[i] - mu) * is;
        const double w = ratio * EXP(-0.5 * t * t - slope * y), g = 1.0 + w;
        const double b = 1.0 / g, a = w * b, at = a * t;
        s0 += LOG(g);
        s1 += a;
        s2 += at;
        s3 += at * t;
        s5 += b * y;
    }
    const double total = s0 + (double)n * log(background) + slope * c[6];
    const double sums[] = {total, s1, s2, s3, (double)n - s1, s5};
    memcpy(out, sums, sizeof sums);
}
