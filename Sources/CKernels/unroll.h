#ifndef UNROLL_H
#define UNROLL_H

// Before a loop whose number of turns the compiler knows.
#define UNROLL _Pragma("clang loop unroll(full)")

#endif
