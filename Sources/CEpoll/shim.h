// Linux readiness notification; the Glibc module of Swift leaves it out.
#include <sys/epoll.h>
