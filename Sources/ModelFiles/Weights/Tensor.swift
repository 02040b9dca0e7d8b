/// A checked view of a tensor in a mapped file, which it keeps alive.
public struct Tensor: Sendable {
    /// As the file spells it.
    public let name: String
    public let type: TensorType
    /// Row-major, outermost first: a linear layer is `[outputs, inputs]`.
    public let shape: [Int]
    public let sizeInBytes: Int
    let file: MappedFile
    /// From the start of the file; `offset + sizeInBytes` lies inside it.
    let offset: Int
    /// What integers are multiplied with; nil: nothing.
    private(set) var scales: WeightScales?

    /// - Returns: nil unless `shape` is possible for `type` and `offset` and the size fit into `file`.
    init?(name: String, type: TensorType, shape: [Int], file: MappedFile, offset: Int) {
        guard let size = type.bytes(of: shape), offset >= 0, size <= file.bytes.count,
            offset <= file.bytes.count - size
        else { return nil }
        (self.name, self.type, self.shape, sizeInBytes, self.file, self.offset) = (
            name, type, shape, size, file, offset
        )
    }

    /// Integers, or floats of 8 bits, with their scales, as one matrix; nil where its rows are no whole number of blocks.
    ///
    /// - Parameters:
    ///   - integers: `[rows, numbers or words]`.
    ///   - type: how their bytes are to be read, each row as long as it is.
    init?(name: String, integers: Tensor, as type: TensorType, scales: WeightScales) {
        let perRow = integers.bytesPerRow / type.bytesPerBlock * type.blockSize
        self.init(
            name: name, type: type, shape: [integers.rows, perRow], file: integers.file, offset: integers.offset)
        self.scales = scales
    }

    /// Whether its numbers can be a model's weights: integers alone are none.
    var isOfWeights: Bool { scales != nil || !type.isInteger }

    /// Of E4M3 with a scale a row: `[rows]`; nil for others.
    public var eightBitFloatScales: [Float]? {
        guard type == .f8e4m3, let scales, scales.groups == 1 else { return nil }
        return scales.values
    }

    /// The last dimension.
    public var columns: Int { shape.last ?? 1 }
    /// Product of all dimensions but the last.
    public var rows: Int { shape.dropLast().reduce(1, *) }
    /// Numbers in the tensor.
    public var count: Int { rows * columns }
    /// Bytes from one row to the next.
    public var bytesPerRow: Int { columns / type.blockSize * type.bytesPerBlock }

    /// Dequantises whole rows to f32, `[rows.count, columns]`. May run on several threads at once.
    public func dequantize(rows range: Range<Int>, into output: UnsafeMutablePointer<Float>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows) in \(name)")
        withBytes(ofRows: range) { bytes in
            guard let base = bytes.baseAddress else { return }
            dequantizeBlocks(type, base, count: range.count * (columns / type.blockSize), into: output)
            scales?.apply(rows: range, columns: columns, to: output)
        }
    }

    /// All numbers, row-major.
    public func dequantized() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { dequantize(rows: 0..<rows, into: base) }
            initialized = count
        }
    }

    /// The stored bytes of whole rows, for code that knows `type`; valid only inside `body`.
    public func withBytes<Result>(ofRows range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows) in \(name)")
        let start = offset + range.lowerBound * bytesPerRow
        return withExtendedLifetime(file) {
            body(UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + range.count * bytesPerRow]))
        }
    }

    /// The first row with a weight or scale that is infinite or no number; nil if all are sound.
    ///
    /// Finite scales make finite weights: 65,504 times the largest quant is far below the largest f32.
    func firstRowNotFinite() -> Int? {
        file.bringIn(offset..<offset + sizeInBytes)
        let isSound = withBytes(ofRows: 0..<rows) { allFinite(type, $0) }
        guard !isSound else { return nil }
        return (0..<rows).first { row in !withBytes(ofRows: row..<row + 1) { allFinite(type, $0) } }
    }

    /// Gives its pages of the mapped file back; reading it again works, from the file.
    func letGo() { file.letGo(offset..<offset + sizeInBytes) }
}
