#ifndef GIT_SHIM_H
#define GIT_SHIM_H

// libgit2's variadic functions in a form that Swift can import. The body of
// this header belongs to GitRepository.

#include <git2.h>

#endif
