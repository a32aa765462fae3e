/* Enough of CUDA C++ to run its kernels on a processor, one block after the other. */
#pragma once
#include <math.h>

#include "lockstep.h"

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)

struct shim_index {
    unsigned x;
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

using shim_kernel = void (*)(long long, long long, long long, long long);

extern "C" void shim_launch(shim_kernel kernel, unsigned blocks, unsigned threads, const long long *arguments)
{
    gridDim.x = blocks;
    for (unsigned block = 0; block < blocks; ++block) {
        blockIdx.x = block;
        lockstep::run(
            threads, [=] { kernel(arguments[0], arguments[1], arguments[2], arguments[3]); },
            [](unsigned thread) { threadIdx.x = thread; });
    }
}
