import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing

/// Adapters in 8 bits: what is written, what is read, and what whoever knows no powers of two makes of the file.
@Suite struct AdapterNumbersTests {
    static let model = AdapterFolderTests.model

    /// - Parameter sizes: of `A` and `B`; those of a module differ from those of others by up to 2^3.
    private static func adapter(
        _ seed: UInt64, alpha: Float = 20, sizes: (a: Float, b: Float) = (0.03, 0.01)
    ) -> LowRankAdapter {
        var random = SeededGenerator(seed)
        var adapter = LowRankAdapter(
            shape: AdapterShape(rank: 3, alpha: alpha, matrices: [.query, .up, .down], layers: [0, 1]))
        for layer in 0..<2 {
            for matrix in [AdaptedMatrix.query, .up, .down] {
                let shape = model.shape(of: matrix.weight(ofLayer: layer))
                for (factor, count, size) in [(LowRankAdapter.Factor.a, shape[1], sizes.a), (.b, shape[0], sizes.b)] {
                    let other = Float.random(in: 1...8, using: &random)
                    adapter[factor, matrix, layer] = (0..<3 * count).map { _ in
                        .random(in: -1...1, using: &random) * size * other
                    }
                }
            }
        }
        return adapter
    }

    private static func written<Result>(
        _ adapter: LowRankAdapter, _ body: (AdapterFolder) throws -> Result
    ) throws -> Result {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            let files = AdapterFolder(folder.path)
            try files.write(adapter, base: "tiny", numbers: .f8)
            return try body(files)
        }
    }

    private static func modules(_ shape: AdapterShape) -> [(AdaptedMatrix, Int)] {
        shape.layers.flatMap { layer in shape.matrices.map { ($0, layer) } }
    }

    /// The file's tensors and configuration without its note of the powers: PEFT's view.
    private static func plain(_ folder: AdapterFolder) throws -> (tensors: [Tensor], config: JSONObject) {
        let tensors = try Safetensors.tensors(of: MappedFile(path: folder.weightsPath))
        let config = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder.configPath)))
        return (tensors, try #require(config.objectValue))
    }

    static let sizes: [(Float, (a: Float, b: Float))] = [
        (20, (0.03, 0.01)), (1, (1, 1)), (5.5, (300, 1e-6)), (20, (1e5, 1e7)), (0.1, (1e-12, 1e-15)),
    ]

    @Test("law: a number is read within half a step of what it was", arguments: sizes, UInt64(0)..<4)
    func numbersStay(_ given: (Float, (a: Float, b: Float)), seed: UInt64) throws {
        let adapter = Self.adapter(seed, alpha: given.0, sizes: given.1)
        let read = try Self.written(adapter) { try $0.read(for: Self.model) }
        #expect(read.shape == adapter.shape)
        for (matrix, layer) in Self.modules(adapter.shape) {
            for factor in LowRankAdapter.Factor.allCases {
                let old = try #require(adapter[factor, matrix, layer]), new = try #require(read[factor, matrix, layer])
                #expect(old.count == new.count)
                let most = old.reduce(0) { max($0, abs($1)) }
                for (old, new) in zip(old, new) {
                    // 3 bits of fraction; and where a module has room, its least numbers lose some.
                    #expect(abs(new - old) <= max(abs(old) / 16, most * 0x1p-12), "\(old) became \(new)")
                }
            }
        }
    }

    @Test("law: products of the file as it stands are those of before, within the rounding", arguments: sizes)
    func products(_ given: (Float, (a: Float, b: Float))) throws {
        let adapter = Self.adapter(7, alpha: given.0, sizes: given.1)
        try Self.written(adapter) { folder in
            let (tensors, config) = try Self.plain(folder)
            let numbers = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.dequantized()) })
            let alpha = try #require(config["lora_alpha"]?.doubleValue)
            #expect(tensors.allSatisfy { $0.type == .f8e4m3 })
            #expect(log2(Double(adapter.shape.alpha) / alpha).truncatingRemainder(dividingBy: 1) == 0)
            for (matrix, layer) in Self.modules(adapter.shape) {
                let stored = try LowRankAdapter.Factor.allCases.map {
                    try #require(numbers[matrix.tensor($0, ofLayer: layer)])
                }
                let old = Self.product(adapter[.a, matrix, layer] ?? [], adapter[.b, matrix, layer] ?? [])
                let new = Self.product(stored[0], stored[1])
                let error = zip(old, new).reduce(0) { sum, pair in
                    sum + pow(pair.0 * Double(adapter.shape.alpha) - pair.1 * alpha, 2)
                }
                let whole = old.reduce(0) { $0 + pow($1 * Double(adapter.shape.alpha), 2) }
                #expect(error.squareRoot() < 0.1 * whole.squareRoot() && error > 0, "\(matrix) of \(layer)")
            }
        }
    }

    /// `B A` of rank 3.
    private static func product(_ a: [Float], _ b: [Float]) -> [Double] {
        let width = a.count / 3
        return (0..<b.count / 3 * width).map { place in
            (0..<3).reduce(0) { sum, k in
                sum + Double(b[place / width * 3 + k]) * Double(a[k * width + place % width])
            }
        }
    }

    @Test("the largest sum of powers with which nothing passes 448") func theRangeIsFilled() throws {
        for seed in UInt64(0)..<20 {
            let adapter = Self.adapter(seed)
            try Self.written(adapter) { folder in
                let metadata = try Safetensors.metadata(of: MappedFile(path: folder.weightsPath))
                let note = try #require(metadata["factor_powers"]?.stringValue).split(separator: " ")
                let numbers = note.compactMap { Int($0) }, modules = Self.modules(adapter.shape)
                #expect(numbers.count == modules.count + 1)
                // How often each factor could be doubled still.
                let left = zip(modules, numbers.dropFirst()).map { module, a in
                    [(LowRankAdapter.Factor.a, a), (.b, numbers[0] - a)].map { factor, power in
                        let most = (adapter[factor, module.0, module.1] ?? []).reduce(0) { max($0, abs($1)) }
                        return (-20...20).last {
                            most * Float(sign: .plus, exponent: power + $0, significand: 1) <= 448
                        }
                    }.compactMap { $0 }
                }
                #expect(left.contains([0, 0]) && left.allSatisfy { $0.count == 2 && ($0.min() ?? -1) >= 0 })
                // What a module has left is shared by both.
                #expect(left.allSatisfy { abs($0[0] - $0[1]) <= 1 }, "\(left)")
                let tensors = try Self.plain(folder).tensors
                #expect(tensors.allSatisfy { $0.dequantized().allSatisfy { abs($0) <= 448 } })
            }
        }
    }

    @Test("stored once more, it has the same numbers", arguments: AdapterNumbers.allCases)
    func again(numbers: AdapterNumbers) throws {
        try Self.written(Self.adapter(3)) { folder in
            let read = try folder.read(for: Self.model)
            try folder.write(read, base: "tiny", numbers: numbers)
            let again = try folder.read(for: Self.model)
            #expect(again.shape == read.shape)
            for (matrix, layer) in Self.modules(read.shape) {
                for factor in LowRankAdapter.Factor.allCases {
                    #expect(again[factor, matrix, layer] == read[factor, matrix, layer])
                }
            }
        }
    }

    @Test("adapters whose powers differ have the mean of their numbers") func means() throws {
        let first = try Self.written(Self.adapter(1)) { try $0.read(for: Self.model) }
        let second = try Self.written(Self.adapter(2, sizes: (4, 0.0001))) { try $0.read(for: Self.model) }
        let mean = try LowRankAdapter.mean(of: [(first, 1), (second, 1)])
        let (a, b) = (try #require(first[.a, .query, 1]), try #require(second[.a, .query, 1]))
        #expect(mean[.a, .query, 1] == zip(a, b).map { Float((Double($0) + Double($1)) / 2) })
    }

    @Test("factors of nothing but 0 do not bound the others") func zeros() throws {
        var adapter = Self.adapter(5)
        adapter[.b, .up, 0] = adapter[.b, .up, 0]?.map { _ in 0 }
        adapter[.a, .down, 1] = adapter[.a, .down, 1]?.map { _ in 0 }
        let read = try Self.written(adapter) { try $0.read(for: Self.model) }
        #expect(read[.b, .up, 0]?.allSatisfy { $0 == 0 } == true && read[.a, .down, 1]?.allSatisfy { $0 == 0 } == true)
        let (old, new) = (try #require(adapter[.a, .up, 0]), try #require(read[.a, .up, 0]))
        #expect(zip(old, new).allSatisfy { abs($0 - $1) <= abs($0) / 16 + 1e-5 })
        for (matrix, layer) in Self.modules(adapter.shape) {
            for factor in LowRankAdapter.Factor.allCases {
                adapter[factor, matrix, layer] = adapter[factor, matrix, layer]?.map { _ in 0 }
            }
        }
        #expect(try Self.written(adapter) { try $0.read(for: Self.model).shape } == adapter.shape)
    }

    @Test func refusesWhatHasNoPlaceIn8Bits() throws {
        for value in [Float.nan, .infinity, -.infinity] {
            var adapter = Self.adapter(1)
            adapter[.b, .up, 1]?[4] = value
            let name = "base_model.model.model.layers.1.mlp.up_proj.lora_B.weight"
            #expect(throws: AdapterNumbersError.notFinite(tensor: name)) { try Self.written(adapter) { _ in } }
        }
        #expect(throws: AdapterNumbersError.tooLarge) {
            try Self.written(Self.adapter(1, alpha: 1e20, sizes: (1e20, 1e20))) { _ in }
        }
        // Alpha as small as numbers get bounds the sum.
        let small = Self.adapter(1, alpha: 0x1p-120)
        #expect(try Self.written(small) { try $0.read(for: Self.model).shape.alpha } == 0x1p-120)
    }

    /// What a header may note, and whether it is read.
    static let notes: [(JSONValue, Bool)] = [
        ("24 12 12 12 12 12 12", true), ("0 0 0 0 0 0 0", true), ("24 12 12 12 12 12", false), ("", false),
        ("24 12 12 12 12 12 12 12", false), ("24 12 12 x 12 12 12", false), ("24 12 12 501 12 12 12", false),
        ("24 12 12 1.5 12 12 12", false), ("-400 0 0 0 0 0 0", false), ("500 0 0 0 0 0 0", false), (24, false),
        ("99999999999999999999 0 0 0 0 0 0", false),
    ]

    @Test(arguments: notes) func refusesNotesThatDoNotFit(note: JSONValue, isRead: Bool) throws {
        try Self.written(Self.adapter(1)) { folder in
            let entries = try Self.plain(folder).tensors.map { tensor in
                SafetensorsWriter.Entry(name: tensor.name, raw: tensor.type, shape: tensor.shape) {
                    tensor.withBytes(ofRows: 0..<tensor.rows) { Data($0) }
                }
            }
            try SafetensorsWriter(entries, metadata: ["factor_powers": note]).write(to: folder.weightsPath)
            guard !isRead else {
                #expect(try folder.read(for: Self.model).shape.alpha.isFinite)
                return
            }
            let error = #expect(throws: LowRankAdapterError.self) { try folder.read(for: Self.model) }
            let reason = "its factor_powers do not fit its 6 matrices"
            #expect(error == .damaged(path: folder.weightsPath, reason: reason))
        }
    }

    @Test("a code that is no number is refused") func noNumber() throws {
        try Self.written(Self.adapter(1)) { folder in
            var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.weightsPath)))
            bytes[bytes.count - 5] = 0xFF
            try Data(bytes).write(to: URL(fileURLWithPath: folder.weightsPath))
            let error = #expect(throws: LowRankAdapterError.self) { try folder.read(for: Self.model) }
            #expect(error?.reason.hasSuffix("has a value that is no number") == true)
        }
    }
}
