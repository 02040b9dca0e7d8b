import ModelFiles

/// An adapter as PEFT keeps it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public enum AdapterFiles {
    /// Whether a finished adapter lies in the folder.
    public static func exist(in folder: String) -> Bool { AdapterFolder(folder).exists }

    /// - Parameter base: name or path of the model that the adapter belongs to.
    public static func write(
        _ adapter: Adapter, base: String, numbers: AdapterNumbers = .f32, to folder: String
    ) throws(TrainingError) {
        do {
            try AdapterFolder(folder).write(adapter.lowRank, base: base, numbers: numbers)
        } catch {
            throw .cannotWrite(path: folder, reason: "\(error)")
        }
    }

    /// - Throws: `.adapter` for what is no adapter, belongs to a model of other shapes, or holds a number that is none.
    public static func read(_ folder: String, for model: ModelDescription) throws(TrainingError) -> Adapter {
        let adapter: LowRankAdapter
        do {
            adapter = try AdapterFolder(folder).read(for: model)
        } catch {
            throw .adapter(path: error.path, reason: error.reason)
        }
        let factors = ParameterArena(adapter.shape.factors(in: model))
        for layer in adapter.shape.layers {
            for matrix in adapter.shape.matrices {
                factors.set(.factorA(matrix, layer), to: adapter[.a, matrix, layer] ?? [])
                factors.set(.factorB(matrix, layer), to: adapter[.b, matrix, layer] ?? [])
            }
        }
        return Adapter(shape: adapter.shape, factors: factors)
    }
}
