#ifndef GIT_SHIM_H
#define GIT_SHIM_H

// libgit2's variadic functions in a form that Swift can import, and the raw
// SHA-1 that ends a pack stream (libgit2 exports only hashes of objects).

#include <git2.h>
#include <stddef.h>
#include <stdint.h>

/// Trusts the certificates of one PEM file for https remotes, process-wide.
int git_shim_set_ca_file(const char *file);

/// Turns fsync of packs, indexes and references on (1) or off (0),
/// process-wide.
int git_shim_set_fsync(int enabled);

/// SHA-1 of `count` bytes; `digest` holds 20 bytes.
void git_shim_sha1(const uint8_t *bytes, size_t count, uint8_t *digest);

/// Constants that Swift does not see in libgit2's headers.
static const uint32_t git_shim_credential_password = GIT_CREDENTIAL_USERPASS_PLAINTEXT;
static const uint32_t git_shim_credential_ssh_key = GIT_CREDENTIAL_SSH_KEY;
static const uint32_t git_shim_credential_username = GIT_CREDENTIAL_USERNAME;
static const uint32_t git_shim_certificate_ssh = GIT_CERT_HOSTKEY_LIBSSH2;

/// A pipe whose ends no other child inherits: read end, write end.
int git_shim_pipe(int ends[2]);

/// A file in memory that holds the bytes and is read from its start; -1 with
/// `errno` on failure.
int git_shim_memory_file(const void *bytes, size_t count);

#endif
