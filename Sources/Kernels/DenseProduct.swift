import COpenBLAS

/// A row-major f32 matrix somewhere in memory, read as it lies or with rows and columns exchanged.
public struct DenseMatrix {
    public let base: UnsafePointer<Float>
    /// As the product sees them.
    public let rows: Int, columns: Int
    /// Floats from one row in memory to the next.
    public let stride: Int
    public let isTransposed: Bool

    /// - Parameter stride: nil: rows lie one behind the other.
    public init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        (self.base, self.rows, self.columns, isTransposed) = (base, rows, columns, false)
        self.stride = stride ?? columns
    }

    private init(transposing matrix: DenseMatrix) {
        (base, rows, columns) = (matrix.base, matrix.columns, matrix.rows)
        (stride, isTransposed) = (matrix.stride, !matrix.isTransposed)
    }

    public var transposed: DenseMatrix { DenseMatrix(transposing: self) }

    /// Where a row of the product's view begins; for a transposed matrix that is a column in memory.
    fileprivate func start(row: Int) -> UnsafePointer<Float> { base + row * (isTransposed ? 1 : stride) }
    fileprivate func start(column: Int) -> UnsafePointer<Float> { base + column * (isTransposed ? stride : 1) }
    fileprivate var order: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}

/// `out = scale * a · b`, or `out += scale * a · b`: dense f32, by OpenBLAS.
public struct DenseProduct {
    public let a: DenseMatrix, b: DenseMatrix
    public let scale: Float
    /// Adds to what `out` holds.
    public let adds: Bool

    /// - Precondition: as many columns of `a` as rows of `b`.
    public init(_ a: DenseMatrix, _ b: DenseMatrix, scale: Float = 1, adds: Bool = false) {
        precondition(a.columns == b.rows, "[\(a.rows), \(a.columns)] times [\(b.rows), \(b.columns)]")
        (self.a, self.b, self.scale, self.adds) = (a, b, scale, adds)
    }

    /// Of a part of the result that one thread makes at a time: large enough that packing the operands costs little.
    private static let tileRows = 384, tileColumns = 256

    /// On the calling thread. `out`: `[a.rows, b.columns]`, `stride` floats from row to row (nil: `b.columns`).
    public func run(into out: UnsafeMutablePointer<Float>, stride: Int? = nil) {
        openBLASThreads
        tile(0..<a.rows, 0..<b.columns, into: out, stride: stride ?? b.columns)
    }

    /// The same, shared out in tiles of a size that does not depend on the number of threads, and so with the same result.
    public func run(into out: UnsafeMutablePointer<Float>, stride: Int? = nil, on pool: WorkerPool) {
        openBLASThreads
        let stride = stride ?? b.columns
        let down = (a.rows + Self.tileRows - 1) / Self.tileRows
        let across = (b.columns + Self.tileColumns - 1) / Self.tileColumns
        guard down * across > 0 else { return }
        pool.parallelFor(down * across) { _, items in
            for item in items {
                let row = item % down * Self.tileRows, column = item / down * Self.tileColumns
                tile(
                    row..<min(row + Self.tileRows, a.rows), column..<min(column + Self.tileColumns, b.columns),
                    into: out, stride: stride)
            }
        }
    }

    private func tile(
        _ rows: Range<Int>, _ columns: Range<Int>, into out: UnsafeMutablePointer<Float>, stride: Int
    ) {
        guard !rows.isEmpty, !columns.isEmpty, a.columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, a.order, b.order, blasint(rows.count), blasint(columns.count), blasint(a.columns), scale,
            a.start(row: rows.lowerBound), blasint(a.stride), b.start(column: columns.lowerBound), blasint(b.stride),
            adds ? 1 : 0, out + rows.lowerBound * stride + columns.lowerBound, blasint(stride))
    }
}
