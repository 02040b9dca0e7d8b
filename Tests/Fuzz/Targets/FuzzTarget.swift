/// A reader of bytes from outside, as fuzzing calls it. libFuzzer and the replay of the corpora use the same entry.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case http1, http2, json, schema, gguf, safetensors, tokenizer, yaml

    /// Reads `bytes`. Refusing them is fine; trapping, hanging and breaking a law are findings.
    package func run(_ bytes: [UInt8]) throws(Finding) {
        switch self {
        case .http1: try HTTPFuzzing.http1(bytes)
        case .http2: try HTTPFuzzing.http2(bytes)
        case .json: try JSONFuzzing.run(bytes)
        case .schema: try SchemaFuzzing.run(bytes)
        case .gguf: ModelFileFuzzing.gguf(bytes)
        case .safetensors: ModelFileFuzzing.safetensors(bytes)
        case .tokenizer: ModelFileFuzzing.tokenizer(bytes)
        case .yaml: try YAMLFuzzing.run(bytes)
        }
    }
}

/// A law that does not hold.
package struct Finding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws(Finding) {
        guard holds else { throw Finding(description()) }
    }
}
