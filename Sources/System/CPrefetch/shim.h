#pragma once
// Asks the processor to fetch a cache line that will be needed soon; never faults, whatever the address is.
static inline __attribute__((always_inline)) void kcdtrace_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
