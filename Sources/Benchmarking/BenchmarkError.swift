import ModelFiles

/// Why a benchmark cannot start.
public enum BenchmarkError: Error, Hashable, CustomStringConvertible {
    case unknownShape(String)
    case unknownSection(String)
    case schemas(path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownShape(let name):
            """
            --shape \(name): must be one of \(ModelDescription.shapeNames.joined(separator: ", ")), or \
            HIDDENxINTERMEDIATE[xLAYERS] with even sizes
            """
        case .unknownSection(let name):
            "--only \(name): must be some of \(BenchmarkPlan.Section.allCases.map(\.rawValue).joined(separator: ","))"
        case .schemas(let path, let reason): "\(path): \(reason)"
        }
    }
}
