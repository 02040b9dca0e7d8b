/// The parts of a `multipart/form-data` body (RFC 7578), as `curl -F name=@file` sends them.
package struct MultipartForm: Sendable {
    /// Contents by the names of their fields.
    package let parts: [String: ArraySlice<UInt8>]

    /// A form has as many parts at most.
    private static let mostParts = 16
    /// Bytes of a part's head.
    private static let longestHead = 4096

    /// - Parameter contentType: with the boundary.
    /// - Throws: `FieldError` for what is no form, or has a part twice.
    package init(_ body: [UInt8], contentType: String?) throws(FieldError) {
        guard let boundary = Self.boundary(contentType ?? "") else {
            throw Self.fault(
                "content-type", "the content type must be multipart/form-data with a boundary, as of curl -F")
        }
        // The delimiter begins on a line of its own; before the first line nothing needs to stand.
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var parts: [String: ArraySlice<UInt8>] = [:]
        var place =
            body.starts(with: delimiter.dropFirst(2))
            ? delimiter.count - 2
            : Self.find(delimiter, in: body[...])
                .map { $0 + delimiter.count } ?? body.count
        while body[place...].starts(with: [13, 10]) {
            guard let end = Self.find(delimiter, in: body[place...]) else {
                throw Self.fault("", "the form has no end")
            }
            let (name, content) = try Self.part(body[place + 2..<max(place + 2, end)])
            guard parts.updateValue(content, forKey: name) == nil else { throw Self.fault(name, "stands there twice") }
            guard parts.count <= Self.mostParts else { throw Self.fault("", "the form has too many parts") }
            place = end + delimiter.count
        }
        guard body[place...].starts(with: "--".utf8) else {
            throw Self.fault("", "the body is no form with that boundary")
        }
        self.parts = parts
    }

    /// A part's head, an empty line, its content.
    private static func part(
        _ bytes: ArraySlice<UInt8>
    ) throws(FieldError) -> (name: String, content: ArraySlice<UInt8>) {
        let limit = min(bytes.endIndex, bytes.startIndex + longestHead)
        guard let end = find([13, 10, 13, 10], in: bytes[..<limit]) else {
            throw fault("", "a part of the form has no head")
        }
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n") {
            let fields = line.split(separator: ":", maxSplits: 1)
            guard fields.count == 2, fields[0].lowercased() == "content-disposition" else { continue }
            guard let name = parameter("name", of: String(fields[1])), !name.isEmpty else { break }
            return (name, bytes[(end + 4)...])
        }
        throw fault("", "a part of the form has no name")
    }

    private static func boundary(_ contentType: String) -> String? {
        let kind = contentType.prefix { $0 != ";" }.trimmingPrefix { $0 == " " }
        guard kind.lowercased().hasPrefix("multipart/form-data") else { return nil }
        // RFC 2046, 5.1.1
        return parameter("boundary", of: contentType).flatMap { (1...70).contains($0.utf8.count) ? $0 : nil }
    }

    /// `; name=value` or `; name="value"`.
    private static func parameter(_ name: String, of field: String) -> String? {
        for piece in field.split(separator: ";").dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].trimmingPrefix(while: { $0 == " " }).lowercased() == name else { continue }
            let value = pair[1]
            return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
        }
        return nil
    }

    /// Where `pattern` begins first.
    private static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var place = bytes.startIndex
        while place + pattern.count <= bytes.endIndex {
            guard let next = bytes[place...].firstIndex(of: pattern[0]), next + pattern.count <= bytes.endIndex else {
                return nil
            }
            if bytes[next..<next + pattern.count].elementsEqual(pattern) { return next }
            place = next + 1
        }
        return nil
    }

    private static func fault(_ path: String, _ message: String) -> FieldError {
        FieldError(
            path: path, reason: .wrongType,
            message: path.isEmpty || path == "content-type" ? message : "\(path) \(message)")
    }
}
