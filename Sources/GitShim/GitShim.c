#define _GNU_SOURCE
#include "GitShim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int git_shim_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int git_shim_memory_file(const void *bytes, size_t count) {
  int file = memfd_create("input", MFD_CLOEXEC);
  for (size_t at = 0; file >= 0 && at < count;) {
    ssize_t written = write(file, (const char *)bytes + at, count - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int code = errno;
      close(file);
      errno = code;
      return -1;
    }
    at += written;
  }
  if (file >= 0) lseek(file, 0, SEEK_SET);
  return file;
}

int git_shim_set_ca_file(const char *file) {
  return git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file, NULL);
}

int git_shim_set_fsync(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

static uint32_t rotate(uint32_t value, int count) {
  return (value << count) | (value >> (32 - count));
}

static void compress(uint32_t state[5], const uint8_t *block) {
  uint32_t w[80];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; i++) {
    uint32_t f, k;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (i < 40) {
      f = b ^ c ^ d;
      k = 0x6ed9eba1;
    } else if (i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    } else {
      f = b ^ c ^ d;
      k = 0xca62c1d6;
    }
    uint32_t next = rotate(a, 5) + f + e + k + w[i];
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

void git_shim_sha1(const uint8_t *bytes, size_t count, uint8_t *digest) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  size_t whole = count / 64 * 64;
  for (size_t at = 0; at < whole; at += 64) compress(state, bytes + at);
  uint8_t tail[128] = {0};
  size_t rest = count - whole;
  if (rest > 0) memcpy(tail, bytes + whole, rest);
  tail[rest] = 0x80;
  size_t length = rest < 56 ? 64 : 128;
  uint64_t bits = (uint64_t)count * 8;
  for (int i = 0; i < 8; i++) tail[length - 1 - i] = (uint8_t)(bits >> (8 * i));
  for (size_t at = 0; at < length; at += 64) compress(state, tail + at);
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
