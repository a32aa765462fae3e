/* Runs the threads of a block in turn on one processor: each goes on until it meets a barrier, so that all
   of them pass each barrier together. A thread is a context with a stack of its own. */
#pragma once
#include <ucontext.h>

#include <functional>
#include <memory>
#include <vector>

namespace lockstep {

constexpr std::size_t STACK = 1 << 18;

struct Thread {
    ucontext_t context;
    std::unique_ptr<char[]> stack{new char[STACK]};
    bool done = false;
};

inline ucontext_t scheduler;
inline std::vector<Thread> threads;
inline unsigned current = 0;
inline std::function<void()> body;

inline void barrier()
{
    swapcontext(&threads[current].context, &scheduler);
}

inline void entry()
{
    body();
    threads[current].done = true;
    barrier();
}

/* Run `count` threads to their ends; `resumed` hears which one goes on. */
inline void run(unsigned count, const std::function<void()> &work, const std::function<void(unsigned)> &resumed)
{
    body = work;
    if (threads.size() < count)
        threads.resize(count);
    for (unsigned i = 0; i < count; ++i) {
        threads[i].done = false;
        getcontext(&threads[i].context);
        threads[i].context.uc_stack.ss_sp = threads[i].stack.get();
        threads[i].context.uc_stack.ss_size = STACK;
        threads[i].context.uc_link = nullptr;
        makecontext(&threads[i].context, entry, 0);
    }
    for (bool busy = true; busy;) {
        busy = false;
        for (unsigned i = 0; i < count; ++i) {
            if (threads[i].done)
                continue;
            busy = true;
            current = i;
            resumed(i);
            swapcontext(&scheduler, &threads[i].context);
        }
    }
}

} // namespace lockstep
