#pragma once
// The low-level calls stand, but for the word "deprecated": the high-level ones look the algorithm
// up by name under a lock at every call, which costs more than the digest of a ticket.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

static inline void kcdtrace_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}

static inline void kcdtrace_sha1(const void *bytes, size_t count, unsigned char *digest) {
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, bytes, count);
    SHA1_Final(digest, &context);
}
