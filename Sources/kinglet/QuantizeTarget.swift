import ArgumentParser
import Compression

/// What `kinglet quantize` makes: a folder of whole numbers, or a GGUF file.
enum QuantizeTarget: Hashable, ExpressibleByArgument {
    case folder(QuantizationPlan.Scheme)
    case file(GGUFScheme)

    init?(argument: String) {
        if let scheme = QuantizationPlan.Scheme(rawValue: argument) {
            self = .folder(scheme)
        } else if let scheme = GGUFScheme(rawValue: argument) {
            self = .file(scheme)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] {
        QuantizationPlan.Scheme.allCases.map(\.rawValue) + GGUFScheme.allCases.map(\.rawValue)
    }

    var defaultValueDescription: String {
        switch self {
        case .folder(let scheme): scheme.rawValue
        case .file(let scheme): scheme.rawValue
        }
    }
}
