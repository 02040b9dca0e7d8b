/// JSON Pointers (RFC 6901): where something stands in a document. "" is the whole, `/a/0` the first element of `a`.
package enum JSONPointer {
    /// A member's name as a part of a pointer.
    package static func token(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// The names and indices of a pointer, or of the fragment of a URI such as `#/$defs/a%20b`; nil for what is neither.
    package static func names(_ pointer: some StringProtocol) -> [String]? {
        guard pointer.isEmpty || pointer.first == "/" else { return nil }
        return pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { name($0.utf8) }
    }

    /// A part of a pointer without its escapes and those of URI fragments.
    private static func name(_ token: some Collection<UInt8>) -> String {
        var bytes: [UInt8] = [], rest = Array(token)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "~"), let next = rest.first, next == 0x30 || next == 0x31 {
                bytes.append(next == 0x30 ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// This JSON Pointer with one part more.
    package func appending(member name: String) -> String { self + "/" + JSONPointer.token(name) }
}

extension JSONValue {
    /// What stands at a pointer; nil where nothing does.
    package func value(at pointer: some StringProtocol) -> JSONValue? {
        guard let names = JSONPointer.names(pointer) else { return nil }
        var value = self
        for name in names {
            guard let next = value[name] ?? value.element(name) else { return nil }
            value = next
        }
        return value
    }

    private func element(_ name: String) -> JSONValue? {
        guard let list = arrayValue, let index = Int(name), list.indices.contains(index) else { return nil }
        return list[index]
    }
}
