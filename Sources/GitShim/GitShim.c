#include "GitShim.h"
