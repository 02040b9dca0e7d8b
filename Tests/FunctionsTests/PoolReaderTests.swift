import Documents
import Foundation
import Functions
import OrderedCollections
import TestSupport
import Testing

@Suite struct PoolReaderTests {
    static let refused: [(String, PoolError.Reason, String)] = [
        ("functions: [", .notADocument, ""), ("[1]", .wrongShape, ""),
        ("functions: 5", .wrongShape, "/functions"), ("{functions: [], extra: 1}", .wrongShape, "/extra"),
        ("functions: [1]", .wrongShape, "/functions/0"),
        ("functions: [{description: x}]", .wrongShape, "/functions/0/name"),
        ("functions: [{name: 5}]", .wrongShape, "/functions/0/name"),
        ("functions: [{name: a b}]", .badName, "/functions/0/name"),
        ("functions: [{name: ok}, {name: é}]", .badName, "/functions/1/name"),
        ("functions: [{name: request_unclear}]", .reservedName, "/functions/0/name"),
        ("functions: [{name: a}, {name: b}, {name: a}]", .duplicateName, "/functions/2/name"),
        ("functions: [{name: a, colour: red}]", .wrongShape, "/functions/0/colour"),
        ("functions: [{name: a, parameters: {type: array}}]", .badSchema, "/functions/0/parameters"),
        (
            "functions: [{name: a, parameters: {type: object, properties: {x/y: 5}}}]", .badSchema,
            "/functions/0/parameters/properties/x~1y"
        ),
        (
            "functions: [{name: a, parameters: {type: object, required: x}}]", .badSchema,
            "/functions/0/parameters/required"
        ),
        ("functions: [{name: a, examples: [1]}]", .wrongShape, "/functions/0/examples/0"),
        ("functions: [{type: function, function: {name: 1}}]", .wrongShape, "/functions/0/function/name"),
        ("{functions: [], prompt: {style: long}}", .wrongShape, "/prompt/style"),
        ("{functions: [], prompt: {roles: x}}", .wrongShape, "/prompt/roles"),
        ("functions: [{name: a, name: b}]", .notADocument, ""),
    ]
    @Test(arguments: refused) func refuses(yaml: String, reason: PoolError.Reason, pointer: String) {
        let error = #expect(throws: PoolError.self) {
            try FunctionPool.parse(Array(yaml.utf8), name: "p", isYAML: true, source: "p.yaml")
        }
        #expect(error?.reason == reason && error?.pointer == pointer, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("p.yaml: ") == true)
    }

    @Test func takesOpenAIsForm() throws {
        let pool = try FunctionPool(
            name: "p",
            json: [
                "functions": [
                    ["type": "function", "function": ["name": "a.b-c_1", "strict": true, "parameters": nil]]
                ]
            ])
        #expect(pool["a.b-c_1"]?.parameters == FunctionDefinition.noParameters)
    }

    @Test func yamlHasTheTypesOfTheCoreSchema() throws {
        let yaml = """
            a: [on, no, 12:30, 0x1F, 010, 1_000, 2026-11-24, .5, -3, +4, 1e3, 5.0, ~, null, True, "5", 'true', 1., ""]
            b: |
              two
              lines
            c: &x {k: 1}
            d: *x
            """
        let expected: JSONValue = [
            "a": [
                "on", "no", "12:30", "0x1F", 10, "1_000", "2026-11-24", 0.5, -3, 4, 1000.0, 5.0, nil, nil, true, "5",
                "true", 1.0, "",
            ],
            "b": "two\nlines\n", "c": ["k": 1], "d": ["k": 1],
        ]
        #expect(try YAMLDocument.parse(yaml) == expected)
        #expect(try YAMLDocument.parse("{z: 1, y: 2, a: 3}").objectValue?.keys.elements == ["z", "y", "a"])
    }

    static let bombs: [String] = [
        (0..<40).map {
            "a\($0): &a\($0) [\(Array(repeating: $0 == 0 ? "x" : "*a\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        .joined(separator: "\n"),
        "a: &a [x, x]\nb: &b [*a, *a]\n? *b\n: 1", "a: &a [x]\n*a : 1", "a: &a [x]\nb: {[*a, *a]: 1}",
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 5_000),
        String(repeating: "- ", count: 20_000),
        String(repeating: "[", count: 40) + String(repeating: "]", count: 40), "a: .inf", "a: !!binary x",
        "a: *nowhere",
        "? [a]\n: 1",
    ]
    @Test(arguments: bombs.indices) func refusesBombs(index: Int) {
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: YAMLError.self) { try YAMLDocument.parse(Self.bombs[index]) }
        }
        #expect(time < .seconds(20))
    }

    @Test("fuzz: damaged documents give a pool or an error", arguments: [true, false])
    func damaged(isYAML: Bool) throws {
        let small = try FunctionPool(name: "p", functions: Array(SmartHome.pool().functions.prefix(4)))
        let yaml = try String(contentsOfFile: SmartHome.path, encoding: .utf8)
        let original = Array((isYAML ? String(yaml.prefix(3_000)) : small.json.text()).utf8)
        let interesting = Array("{}[]:,&*?!|>-#\"'\n\t \\%@`~0e.\u{0}ÿ".utf8)
        var refused = 0
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed)
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = interesting[Int.random(in: interesting.indices, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
                }
            }
            do {
                _ = try FunctionPool.parse(bytes, name: "p", isYAML: isYAML)
            } catch {
                refused += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(refused > 100)
    }

    @Test func limitsHold() throws {
        var limits = PoolLimits()
        limits.functions = 2
        let three = (0..<3).map { FunctionDefinition(name: "f\($0)", description: "") }
        #expect(throws: PoolError.self) { try FunctionPool(name: "p", functions: three, limits: limits) }
        _ = try FunctionPool(name: "p", functions: Array(three.prefix(2)), limits: limits)
        var schema: JSONValue = ["type": "string"]
        for _ in 0..<30 { schema = ["type": "array", "items": schema] }
        let deep = FunctionDefinition(
            name: "deep", description: "", parameters: ["type": "object", "properties": ["x": schema]])
        let error = #expect(throws: PoolError.self) { try FunctionPool(name: "p", functions: [deep]) }
        #expect(error?.pointer.hasPrefix("/functions/0/parameters/properties/x/items") == true)
    }

    @Test func missingFileIsNamed() {
        let error = #expect(throws: PoolError.self) { try FunctionPool.load(path: "/nowhere/pool.yaml") }
        #expect(error?.description.contains("/nowhere/pool.yaml") == true)
    }
}
