import Compression
import Documents
import Foundation
import ModelFiles
import Models
import OrderedCollections
import TestSupport
import Testing
import Training

@Suite struct QuantizationTests {
    static let model = SmallModel.description()
    static let plans: [(QuantizationPlan.Scheme, QuantizationPlan.Method, Int?)] = [
        (.w4a16, .round, 16), (.w4a16, .gptq, 16), (.w4a16, .gptq, 8), (.w8a16, .round, 0), (.w8a16, .gptq, 16),
        (.w8a8, .round, nil), (.w8a8, .gptq, 0), (.fp8, .round, nil),
    ]
    static let types: [QuantizationPlan.Scheme: TensorType] = [
        .w4a16: .int4, .w8a16: .int8, .w8a8: .i8, .fp8: .f8e4m3,
    ]

    private func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test("what is written is read: matrices near the source's, the rest as it was, a card", arguments: plans)
    func roundTrip(scheme: QuantizationPlan.Scheme, method: QuantizationPlan.Method, group: Int?) throws {
        let folder = try TemporaryFolder()
        var lines: [String] = []
        let job = try SmallModel.job(folder, RandomWeights(Self.model)) { lines.append($0) }
        let plan = try QuantizationPlan(scheme, method, group: group)
        try Quantization(job, plan).run()
        let (source, left) = (
            try ModelFile.open(path: folder.path + "/source"), try ModelFile.open(path: folder.path + "/out")
        )
        #expect(left.description.name == "out" && left.sizeInBytes < source.sizeInBytes)
        for name in Self.model.tensorNames {
            let (whole, quantised) = (try source.tensor(name), try left.tensor(name))
            let isMatrix = AdaptedMatrix.allCases.contains { matrix in
                (0..<Self.model.layers).contains { matrix.weight(ofLayer: $0) == name }
            }
            #expect(whole.shape == quantised.shape)
            guard isMatrix else {
                #expect(quantised.type == .bf16 && quantised.dequantized() == whole.dequantized(), "\(name)")
                continue
            }
            #expect(quantised.type == Self.types[scheme])
            let (numbers, others) = (whole.dequantized(), quantised.dequantized())
            let error = zip(numbers, others).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let size = numbers.reduce(Float(0)) { $0 + $1 * $1 }
            #expect(
                (error / size).squareRoot() < (scheme == .fp8 ? 0.04 : plan.grid.bits == 8 ? 0.02 : 0.25), "\(name)")
        }
        let card = try json(folder.path + "/out/compression.json")
        #expect(card["quantization"]?["scheme"]?.stringValue == scheme.rawValue)
        #expect(card["quantization"]?["method"]?.stringValue == method.rawValue)
        #expect(card["source"]?["sha256"]?["model.safetensors"]?.stringValue?.count == 64)
        #expect(card["bytes"]?["result"]?.intValue == left.sizeInBytes)
        let (before, after) = (card["perplexity"]?["source"]?.doubleValue, card["perplexity"]?["result"]?.doubleValue)
        #expect(abs((after ?? 0) / (before ?? 1) - 1) < 0.2)
        #expect(lines.contains { $0.hasPrefix("layer 2 of 3") } && lines.contains { $0.hasPrefix("perplexity") })
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
        #expect(
            files == [
                "README.md", "compression.json", "config.json", "generation_config.json", "model.safetensors",
                "tokenizer.json", "tokenizer_config.json",
            ])
    }

    @Test("config.json says it in compressed-tensors' words") func configuration() throws {
        let four = try QuantizationPlan(.w4a16, .gptq).configuration
        #expect(four["format"] == "pack-quantized" && four["ignore"] == ["lm_head"])
        let weights = four["config_groups"]?["group_0"]?["weights"]
        #expect(weights?["num_bits"] == 4 && weights?["strategy"] == "group" && weights?["group_size"] == 128)
        #expect(weights?["actorder"] == "weight" && weights?["symmetric"] == true)
        let rounded = try QuantizationPlan(.w8a16, .round, group: 0).configuration
        let channel = rounded["config_groups"]?["group_0"]?["weights"]
        #expect(channel?["strategy"] == "channel" && channel?["group_size"] == .null && channel?["actorder"] == nil)
        let bytes = try QuantizationPlan(.w8a8, .round).configuration
        #expect(bytes["format"] == "int-quantized")
        let inputs = bytes["config_groups"]?["group_0"]?["input_activations"]
        #expect(inputs?["strategy"] == "token" && inputs?["dynamic"] == true && inputs?["num_bits"] == 8)
    }

    @Test("a run that ended goes on after its last whole layer, and ends in the same bytes", arguments: [1, 2, 3])
    func resumes(layers: Int) throws {
        let folder = try TemporaryFolder(), source = RandomWeights(Self.model)
        let plan = try QuantizationPlan(.w4a16, .gptq, group: 16)
        let (part, kept) = (folder.path + "/killed.part", folder.path + "/kept")
        var done = 0
        let first = try SmallModel.job(folder, source, output: "killed") { line in
            guard line.hasPrefix("layer ") else { return }
            done += 1
            // What a kill at this moment leaves.
            if done == layers { try? FileManager.default.copyItem(atPath: part, toPath: kept) }
        }
        try Quantization(first, plan).run()
        try FileManager.default.moveItem(atPath: folder.path + "/killed", toPath: folder.path + "/whole")
        try FileManager.default.moveItem(atPath: kept, toPath: part)
        // And a half-written file of the next layer.
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: part + "/layer-\(layers).safetensors.part"))
        var others = [
            try QuantizationPlan(.w4a16, .gptq, group: 8), try QuantizationPlan(.w4a16, .round, group: 16), plan, plan,
            plan,
        ]
        (others[2].sweeps, others[3].damping, others[4].ordersByActivation) = (1, 0.1, false)
        for other in others {
            #expect(throws: CompressionError.otherRun(path: part)) {
                try Quantization(SmallModel.job(folder, source, output: "killed"), other).run()
            }
        }
        var lines: [String] = []
        try Quantization(SmallModel.job(folder, source, output: "killed") { lines.append($0) }, plan).run()
        #expect(lines.filter { $0.hasPrefix("layer ") }.count == Self.model.layers - layers)
        func bytes(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)/model.safetensors"))
        }
        #expect(try bytes("killed") == bytes("whole"))
        #expect(throws: CompressionError.otherRun(path: folder.path + "/other.part")) {
            let job = try SmallModel.job(folder, source, output: "other")
            try FileManager.default.createDirectory(
                atPath: folder.path + "/other.part", withIntermediateDirectories: true)
            try Data("{\"settings\": {}}\n".utf8).write(
                to: URL(fileURLWithPath: folder.path + "/other.part/journal.jsonl"))
            try Quantization(job, plan).run()
        }
    }

    @Test("GPTQ leaves less of the outputs' error than rounding") func better() throws {
        let folder = try TemporaryFolder(), source = RandomWeights(Self.model)
        func logits(_ method: QuantizationPlan.Method) throws -> [Float] {
            let job = try SmallModel.job(folder, source, output: method.rawValue)
            try Quantization(job, QuantizationPlan(.w4a16, method, group: 16)).run()
            return try SmallModel.logits(ModelFile.open(path: folder.path + "/\(method.rawValue)"), tokens)
        }
        let tokens = try SmallModel.text().windows[1]
        let whole = try SmallModel.logits(ModelFile.open(path: SmallModel.job(folder, source).source.file.path), tokens)
        func error(_ other: [Float]) -> Float { zip(whole, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        let (rounded, compensated) = (error(try logits(.round)), error(try logits(.gptq)))
        #expect(compensated < rounded, "\(compensated), \(rounded)")
    }

    @Test("each matrix is rounded for what it reads, behind layers that are rounded already") func inputs() throws {
        let folder = try TemporaryFolder(), pool = SmallModel.pool
        let job = try SmallModel.job(folder, RandomWeights(Self.model))
        let plan = try QuantizationPlan(.w4a16, .gptq, group: 16)
        try Quantization(job, plan).run()
        let left = try ModelFile.open(path: folder.path + "/out")
        let weights = try ParameterArena.weights(of: job.source.file)
        let decoder = try TrainingDecoder(observing: weights, of: Self.model, on: pool)
        var gptq = GPTQ()
        gptq.sweeps = plan.sweeps
        for layer in 0..<Self.model.layers {
            let stream = ActivationStream(decoder, try SmallModel.text().windows)
            for before in 0..<layer { stream.pass(through: before) }
            let (attention, output) = (Hessian(size: 48), Hessian(size: 64))
            let (feedForward, inner) = (Hessian(size: 48), Hessian(size: 80))
            stream.pass(through: layer) { seen in
                attention.add(seen.attentionInput, rows: seen.rows, on: pool)
                output.add(seen.attended, rows: seen.rows, on: pool)
                feedForward.add(seen.feedForwardInput, rows: seen.rows, on: pool)
                inner.add(seen.inner, rows: seen.rows, on: pool)
            }
            let inputs: [AdaptedMatrix: Hessian] = [
                .query: attention, .key: attention, .value: attention, .attentionOutput: output, .gate: feedForward,
                .up: feedForward, .down: inner,
            ]
            for (matrix, hessian) in inputs {
                let name = matrix.weight(ofLayer: layer), whole = try job.source.file.tensor(name)
                let rounded = try gptq.quantize(
                    whole.dequantized(), rows: whole.rows, hessian, plan.grid, on: pool)
                let found = try left.tensor(name).dequantized()
                #expect(found == rounded.matrix.weights, "\(name)")
                weights.set(.weight(name), to: found)
            }
        }
    }

    @Test("integers without what says how they were made are refused") func integersAlone() throws {
        let folder = try TemporaryFolder()
        try Quantization(
            SmallModel.job(folder, RandomWeights(SmallModel.description(layers: 1))), QuantizationPlan(.w8a8, .round)
        ).run()
        let path = folder.path + "/out/config.json"
        var config = try #require(json(path).objectValue)
        #expect(config.removeValue(forKey: "quantization_config") != nil)
        try JSONValue.object(config).text().write(toFile: path, atomically: true, encoding: .utf8)
        #expect { _ = try ModelFile.open(path: folder.path + "/out") } throws: { "\($0)".contains("is i8, not f32") }
    }

    @Test("plans that cannot be") func refused() throws {
        let folder = try TemporaryFolder()
        let job = try SmallModel.job(folder, RandomWeights(Self.model))
        #expect { _ = try QuantizationPlan(.w8a8, .round, group: 128) } throws: { "\($0)".contains("whole row") }
        #expect { _ = try QuantizationPlan(.w4a16, .round, group: 12) } throws: { "\($0)".contains("multiple of 8") }
        #expect { _ = try Quantization(job, QuantizationPlan(.w4a16, .round)) } throws: {
            "\($0)".contains("rows of 48 are no whole number of groups of 128. Give another --group")
        }
        let none = try CompressionJob(
            job.source, to: OutputFolder(folder.path + "/none"), texts: .init(), on: SmallModel.pool, command: "")
        #expect { _ = try Quantization(none, QuantizationPlan(.w4a16, .gptq, group: 16)) } throws: {
            "\($0)".contains("Give --calibration")
        }
    }

    @Test("without texts nothing is measured") func noTexts() throws {
        let folder = try TemporaryFolder()
        let job = try SmallModel.job(folder, RandomWeights(Self.model))
        var lines: [String] = []
        let none = try CompressionJob(
            job.source, to: OutputFolder(folder.path + "/out"), texts: .init(), on: SmallModel.pool, command: ""
        ) {
            lines.append($0)
        }
        try Quantization(none, QuantizationPlan(.w4a16, .round, group: 16)).run()
        #expect(!lines.contains { $0.hasPrefix("perplexity") })
        #expect(try json(folder.path + "/out/compression.json")["perplexity"] == nil)
    }

    @Test("a folder that is cut or changed anywhere is refused or read, and never ends the process")
    func damage() throws {
        let folder = try TemporaryFolder()
        try Quantization(
            SmallModel.job(folder, RandomWeights(SmallModel.description(layers: 1))),
            QuantizationPlan(.w4a16, .round, group: 16)
        ).run()
        let path = folder.path + "/out/model.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let header = 8 + Int(whole.prefix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        for length in [1, 8, 100, header - 1, header, header + 5, whole.count - 1] {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: ModelFileError.self) { _ = try ModelFile.open(path: folder.path + "/out") }
        }
        var random = SeededGenerator(6)
        for _ in 0..<300 {
            var bytes = whole
            bytes[Int.random(in: 0..<header, using: &random)] = UInt8.random(in: 32..<127, using: &random)
            try bytes.write(to: URL(fileURLWithPath: path))
            _ = try? ModelFile.open(path: folder.path + "/out").tensor(.down(0)).dequantized()
        }
        try whole.write(to: URL(fileURLWithPath: path))
        let config = folder.path + "/out/config.json"
        let text = try String(contentsOfFile: config, encoding: .utf8)
        for (from, to) in [("\"num_bits\": 4", "\"num_bits\": 8"), ("pack-quantized", "int-quantized")] {
            #expect(text.contains(from))
            try text.replacing(from, with: to).write(toFile: config, atomically: true, encoding: .utf8)
            #expect(throws: ModelFileError.self) { _ = try ModelFile.open(path: folder.path + "/out") }
        }
    }
}
