/// Something wrong in a data set, or worth a look.
package struct DatasetFault: Sendable, Hashable, CustomStringConvertible {
    package let path: String
    /// From 1; nil: of the file.
    package let line: Int?
    /// Of the sample, where it could be read.
    package let id: String?
    package let message: String
    /// Nothing breaks by it, but it is seldom meant.
    package var isWarning = false

    package var description: String {
        let place = line.map { "\(path):\($0)" } ?? path
        return "\(place): \(isWarning ? "look at: " : "")\(id.map { "\($0): " } ?? "")\(message)"
    }
}
