/// A field that lists alternatives with weights (RFC 9110, 12.4.2), as in `text/html, application/*;q=0.5, */*;q=0`.
public struct WeightedList: Sendable, Equatable {
    public struct Element: Sendable, Equatable {
        /// In lower case.
        public let name: String
        /// Parameters before and after the weight, without it; names in lower case.
        public let parameters: [String: String]
        /// 0: not wanted at all.
        public let weight: Double
    }

    public let elements: [Element]

    /// Elements whose weight is none, or whose name is missing, are left out.
    ///
    /// - Parameter field: all values of the field joined by commas; nil: the field does not stand.
    public init(_ field: String?) {
        elements = Self.split(field ?? "", at: ",").compactMap { text in
            let parts = Self.split(text, at: ";")
            guard let name = parts.first?.lowercased(), !name.isEmpty else { return nil }
            var (parameters, weight) = ([String: String](), 1.0)
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
                guard pair.count == 2 else { continue }
                if pair[0].lowercased() == "q" {
                    guard let value = Self.weight(pair[1]) else { return nil }
                    weight = value
                } else {
                    parameters[pair[0].lowercased()] = Self.unquoted(pair[1])
                }
            }
            return Element(name: name, parameters: parameters, weight: weight)
        }
    }

    /// The weight of a coding or a language: its own, else that of `*`; nil where neither stands.
    public func weight(of names: String...) -> Double? {
        (elements.first { names.contains($0.name) } ?? elements.first { $0.name == "*" })?.weight
    }

    /// The index of the media type that is wanted most (12.5.1): by weight, then by how closely and how early it is named,
    /// then by its place here. nil where none is wanted.
    ///
    /// - Parameter types: as in `text/plain;version=0.0.4`. Where nothing is said of a parameter it makes no difference.
    public func preferred(among types: [String]) -> Int? {
        guard !elements.isEmpty else { return types.isEmpty ? nil : 0 }
        var best: (index: Int, rank: (Double, Int, Int))?
        for (index, type) in types.enumerated() {
            guard let rank = rank(of: type), rank.0 > 0 else { continue }
            if let best, rank <= best.rank { continue }
            best = (index, rank)
        }
        return best?.index
    }

    /// Weight, closeness and earliness of the range that fits a type most closely.
    private func rank(of type: String) -> (Double, Int, Int)? {
        let parts = Self.split(type, at: ";")
        let name = parts.first ?? ""
        let own = Dictionary(
            parts.dropFirst().compactMap { part in
                let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
                return pair.count == 2 ? (pair[0], pair[1]) : nil
            }, uniquingKeysWith: { $1 })
        var best: (Double, Int, Int)?
        for (place, element) in elements.enumerated() {
            let asked = element.parameters.filter { own[$0.key] != nil }
            guard asked.allSatisfy({ own[$0.key]?.lowercased() == $0.value.lowercased() }) else { continue }
            let closeness: Int
            if element.name == name {
                closeness = 2 + asked.count
            } else if element.name.hasSuffix("/*"), name.hasPrefix(element.name.dropLast()) {
                closeness = 1
            } else if element.name == "*/*" || element.name == "*" {
                closeness = 0
            } else {
                continue
            }
            if closeness > best?.1 ?? -1 { best = (element.weight, closeness, -place) }
        }
        return best
    }

    /// `0` to `1` with at most three digits behind the point.
    private static func weight(_ text: String) -> Double? {
        let isPlain = text.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") }
        guard isPlain, (1...5).contains(text.utf8.count), let value = Double(text), value <= 1 else { return nil }
        return value
    }

    /// At a separator outside of quotes; the parts trimmed.
    public static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
        var (parts, part, isQuoted, isEscaped) = ([String](), "", false, false)
        for scalar in text.unicodeScalars {
            if scalar == separator, !isQuoted {
                parts.append(part.trimmed)
                part = ""
                continue
            }
            if isEscaped { isEscaped = false } else if scalar == "\"" { isQuoted.toggle() }
            isEscaped = isQuoted && scalar == "\\" && !isEscaped
            part.unicodeScalars.append(scalar)
        }
        return parts + [part.trimmed]
    }

    /// What a quoted string says (RFC 9110, 5.6.4); any other text as it is.
    public static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast()).replacing("\\", with: "")
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return String(text)
    }
}
