/* Enough of CUDA C++ to run its kernels on a processor, one block after the other. */
#pragma once
#include <math.h>

#include "lockstep.h"

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)

struct shim_index {
    unsigned x, y;
};
static shim_index threadIdx, blockIdx, gridDim;

static inline void __syncthreads()
{
    lockstep::barrier();
}

static inline double __shfl_down_sync(unsigned, double value, int distance)
{
    static double held[1024];
    const unsigned thread = threadIdx.x;
    held[thread] = value;
    lockstep::barrier();
    const double found = thread % 32 + distance < 32 ? held[thread + distance] : value;
    lockstep::barrier();
    return found;
}

using shim_kernel = void (*)(long long, long long, long long, long long, long long, long long);

extern "C" void shim_launch_grid(
    shim_kernel kernel, unsigned wide, unsigned high, unsigned threads, const long long *given)
{
    gridDim.x = wide;
    gridDim.y = high;
    for (unsigned block = 0; block < wide * high; ++block) {
        blockIdx.x = block % wide;
        blockIdx.y = block / wide;
        lockstep::run(
            threads, [=] { kernel(given[0], given[1], given[2], given[3], given[4], given[5]); },
            [](unsigned thread) { threadIdx.x = thread; });
    }
}
