/// What is said of a span, a metric's point or a process: a name and a value.
package struct Attribute: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
    }

    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }

    package init(_ name: String, _ text: String) { self.init(name, .text(text)) }

    /// opentelemetry.proto.common.v1.KeyValue; its AnyValue stands even where it is the default of its type, since it is one of
    /// several.
    func write(_ writer: inout ProtobufWriter) {
        writer.field(1, name)
        writer.field(2) { inner in
            switch value {
            case .text(let text): inner.field(1, bytes: Array(text.utf8))
            case .integer(0): inner.zero(3)
            case .integer(let number): inner.field(3, number)
            }
        }
    }
}

extension [Attribute] {
    /// As field `number` of a message.
    func write(as number: Int, _ writer: inout ProtobufWriter) {
        for attribute in self { writer.field(number) { attribute.write(&$0) } }
    }
}
