#include <git2.h>
#include <git2/odb_backend.h>
