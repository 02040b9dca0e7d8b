import Documents
import ModelFiles
import Models
import OrderedCollections

/// A model whose layers' matrices are whole numbers, in the layouts of compressed-tensors. Embedding, head, norms and biases
/// stay in bf16.
public struct Quantization {
    private let job: CompressionJob
    private let plan: QuantizationPlan

    /// - Throws: `.setting` for matrices that the plan's groups do not divide, and GPTQ without a text.
    public init(_ job: CompressionJob, _ plan: QuantizationPlan) throws(CompressionError) {
        (self.job, self.plan) = (job, plan)
        let model = job.model
        for columns in [model.hiddenSize, model.heads * model.headSize, model.intermediateSize] {
            if let fault = plan.grid.fault(columns: columns) { throw .setting("\(fault). Give another --group") }
        }
        guard plan.method == .round || job.texts.calibration != nil else {
            throw .setting("GPTQ needs a text to see what layers read. Give --calibration")
        }
    }

    /// Layer by layer, each kept in a file; then the folder.
    public func run() throws {
        var settings = plan.record
        settings["verb"] = "quantize"
        let journal = try job.journal(settings)
        // The files of the layers are not needed once the model is written.
        _ = try journal.value("written") {
            switch plan.method {
            case .round: try plan.scheme == .fp8 ? roundToFloats() : round()
            case .gptq: try CalibratedRounding(job, plan) { layer($0) }.run()
            }
            try write()
            return true
        }
        let whole = try journal.value("perplexity whole") { try job.perplexity(of: job.source.file) }
        let file = try ModelFile.open(path: job.output.work)
        let left = try journal.value("perplexity") { try job.perplexity(of: file, plan.scheme.format) }
        if job.texts.test != nil { job.tell("perplexity \(whole.text()), quantised \(left.text())") }
        for index in 0..<job.model.layers { layer(index).remove() }
        var facts = job.facts(of: file.description, perplexity: (whole, left))
        facts["quantization"] = .object(plan.record)
        facts["bytes"] = ["source": .integer(job.source.file.sizeInBytes), "result": .integer(file.sizeInBytes)]
        try job.output.finish(ModelCard(title: "\(job.model.name), \(plan.scheme.rawValue)", facts: facts))
    }

    private func layer(_ index: Int) -> LayerFile { LayerFile(folder: job.output.work, layer: index, plan.scheme) }

    /// Each weight to the integer next to it.
    private func round() throws {
        for index in 0..<job.model.layers where !layer(index).exists {
            var matrices: [(name: TensorName, matrix: QuantizedMatrix)] = []
            for matrix in AdaptedMatrix.allCases {
                let name = matrix.weight(ofLayer: index), weight = try job.source.file.weight(name)
                let numbers = weight.all()
                let scales = QuantizedMatrix.scales(
                    numbers, rows: weight.rows, plan.grid, (plan.choice, importance: nil), on: job.pool)
                matrices.append(
                    (name, .rounding(numbers, rows: weight.rows, plan.grid, scales: scales, on: job.pool)))
            }
            try layer(index).write(matrices)
            job.tell("layer \(index) of \(job.model.layers)")
        }
    }

    /// Each weight to the float of 8 bits next to it.
    private func roundToFloats() throws {
        for index in 0..<job.model.layers where !layer(index).exists {
            try layer(index).write(
                AdaptedMatrix.allCases.map { matrix in
                    let name = matrix.weight(ofLayer: index), weight = try job.source.file.weight(name)
                    return (name, EightBitFloatMatrix.rounding(weight.all(), rows: weight.rows, on: job.pool))
                })
            job.tell("layer \(index) of \(job.model.layers)")
        }
    }

    /// The model's files, from those of the layers and from the source.
    private func write() throws {
        let model = job.model
        var left = model
        left.name = job.output.name
        let writer = try HuggingFaceModelWriter(left, job.source.file.tokenizer)
        let quantised = Set(
            (0..<model.layers).flatMap { layer in AdaptedMatrix.allCases.map { $0.weight(ofLayer: layer) } })
        var entries = model.tensorNames.filter { !quantised.contains($0) }.map { name in
            writer.entry(name) { try job.source.file.weight(name).all() }
        }
        for index in 0..<model.layers { entries += try layer(index).entries() }
        try writer.write(to: job.output.work, entries: entries, quantization: plan.configuration)
    }
}
