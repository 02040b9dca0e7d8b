/// Status and fields of one answer.
package struct ResponseHead: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// In lower case.
        package var name: String
        package var value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    package var status: Int
    package var fields: [Field] = []

    package init(status: Int, fields: [Field] = []) { (self.status, self.fields) = (status, fields) }

    /// The first value of a field.
    ///
    /// - Parameter name: in lower case.
    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The elements of all lines of a field whose value is a list, in lower case.
    func elements(_ name: String) -> [String] {
        fields.filter { $0.name == name }.flatMap { field in
            field.value.lowercased().split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        }
    }
}

/// One whole HTTP answer.
package struct HTTPAnswer: Sendable, Hashable {
    package var head: ResponseHead
    package var body: [UInt8]
    /// Whether the connection may carry another request.
    package var keepsAlive: Bool

    package var status: Int { head.status }
    /// Seconds of the field `retry-after`.
    package var retryAfterSeconds: Int? { head["retry-after"].flatMap { Int($0) } }

    package init(head: ResponseHead, body: [UInt8], keepsAlive: Bool = false) {
        (self.head, self.body, self.keepsAlive) = (head, body, keepsAlive)
    }
}
