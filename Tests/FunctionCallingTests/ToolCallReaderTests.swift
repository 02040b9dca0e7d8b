import FunctionCalling
import Documents
import TestSupport
import Testing

@Suite struct ToolCallReaderTests {
    static let calls: [(text: String, name: String, arguments: String)] = [
        (#"{"name": "f", "arguments": {}}"#, "f", "{}"),
        (
            #"{"name": "say", "arguments": {"text": "a \"}\" and \\", "n": [1, {"x": null}]}}"#, "say",
            #"{"text": "a \"}\" and \\", "n": [1, {"x": null}]}"#
        ),
        (#"{"name": "名", "arguments": {"arguments": {"name": "é{"}}}"#, "名", #"{"arguments": {"name": "é{"}}"#),
    ]

    @Test("property: any cut of the text gives the same name and arguments", arguments: UInt64(0)..<100)
    func cuts(seed: UInt64) {
        var random = SeededGenerator(seed)
        for call in Self.calls {
            var reader = ToolCallReader()
            var (names, arguments) = ([String](), "")
            var rest = call.text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...6, using: &random))
                rest = rest.dropFirst(piece.count)
                for part in reader.read(String(piece)) {
                    switch part {
                    case .name(let name):
                        #expect(arguments.isEmpty)
                        names.append(name)
                    case .arguments(let text): arguments += text
                    }
                }
            }
            #expect(names == [call.name])
            #expect(arguments == call.arguments)
        }
    }

    @Test("property: calls in an array come one after the other, however the text is cut", arguments: UInt64(0)..<50)
    func arrays(seed: UInt64) {
        var random = SeededGenerator(seed)
        var reader = ToolCallReader(), calls: [[String]] = []
        var rest = ("[" + Self.calls.map(\.text).joined(separator: ", ") + "]")[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...9, using: &random))
            rest = rest.dropFirst(piece.count)
            for part in reader.read(String(piece)) {
                switch part {
                case .name(let name): calls.append([name, ""])
                case .arguments(let text): calls[calls.count - 1][1] += text
                }
            }
        }
        #expect(calls == Self.calls.map { [$0.name, $0.arguments] })
    }
}
