#ifndef STATIC_AUTH_SERVER_COPENSSL_SHIM_H
#define STATIC_AUTH_SERVER_COPENSSL_SHIM_H

/* The digest functions without the providers of OpenSSL 3 are old, small, and fast. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#endif
