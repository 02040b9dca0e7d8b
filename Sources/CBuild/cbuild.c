#include "cbuild.h"

#ifndef KINGLET_COMMIT
#define KINGLET_COMMIT ""
#endif

const char *cbuild_commit(void) { return KINGLET_COMMIT; }
