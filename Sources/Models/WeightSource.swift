import ModelFiles

/// A source of a model's numbers: a file, or a seed.
public protocol WeightSource: Sendable {
    var description: ModelDescription { get }
    /// What weights of E4M3 are to be multiplied with; nil: there are none.
    var eightBitFloatInputs: EightBitFloatInputs? { get }
    /// - Throws: where the source does not have the weight.
    func weight(_ name: TensorName) throws -> WeightRows
}

extension WeightSource {
    /// Of none.
    public var eightBitFloatInputs: EightBitFloatInputs? { nil }

    /// The output matrix, which may be the token embedding.
    func outputMatrix() throws -> WeightRows {
        try weight(description.tiesEmbeddings ? .tokenEmbedding : .output)
    }
}

extension ModelFile: WeightSource {
    /// A tensor of the file, as rows of numbers.
    public func weight(_ name: TensorName) throws -> WeightRows {
        let tensor = try tensor(name)
        return WeightRows(
            rows: tensor.rows, columns: tensor.columns, bytes: tensor.sizeInBytes, scales: tensor.eightBitFloatScales
        ) { tensor.dequantize(rows: $0, into: $1) }
    }
}

/// The rows of one weight as f32, made when they are asked for.
public struct WeightRows: Sendable {
    public let rows: Int, columns: Int
    /// Memory that the rows take where they are read from; 0 if they are computed.
    public let bytes: Int
    /// Of rows of E4M3: what the numbers of each are multiples of; nil: they are others.
    public let scales: [Float]?
    /// Writes whole rows, `[range.count, columns]`. May run on several threads at once.
    public let read: @Sendable (_ range: Range<Int>, _ into: UnsafeMutablePointer<Float>) -> Void

    /// Rows that `read` writes.
    public init(
        rows: Int, columns: Int, bytes: Int = 0, scales: [Float]? = nil,
        read: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        (self.rows, self.columns, self.bytes, self.scales, self.read) = (rows, columns, bytes, scales, read)
    }

    /// All numbers, row-major.
    public func all() -> [Float] {
        [Float](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
            if let base = buffer.baseAddress { read(0..<rows, base) }
            initialized = rows * columns
        }
    }
}
