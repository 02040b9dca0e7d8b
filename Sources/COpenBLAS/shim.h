#include <cblas.h>

/* LAPACK's Cholesky factor and the inverse of a triangular matrix (Anderson et al., LAPACK Users' Guide); OpenBLAS brings them
   without a header. */
void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info);
void dtrtri_(const char *uplo, const char *diag, const blasint *n, double *a, const blasint *lda, blasint *info);
