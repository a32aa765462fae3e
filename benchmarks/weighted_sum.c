/* The least an angular fit can do: the weighted sum of COLUMNS columns for each event, added up. */

double weighted_sum(const double *restrict columns, const double *restrict weights, long events)
{
    double total = 0.0;
#pragma omp simd reduction(+ : total)
    for (long i = 0; i < events; ++i) {
        double sum = 0.0;
#pragma GCC unroll 32
        for (int k = 0; k < COLUMNS; ++k)
            sum += weights[k] * columns[k * events + i];
        total += sum;
    }
    return total;
}
