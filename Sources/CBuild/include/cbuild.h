#ifndef CBUILD_H
#define CBUILD_H

/// The commit that this was built of, as Package.swift found it; empty: unknown.
const char *cbuild_commit(void);

#endif
