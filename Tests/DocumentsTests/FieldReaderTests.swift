import Documents
import Testing

@Suite struct FieldReaderTests {
    @Test func namesTheFieldThatIsUnknown() throws {
        var reader = try FieldReader(["query": "a", "histroy": []])
        _ = try reader.string("query")
        #expect { try reader.finish() } throws: { ($0 as? FieldError)?.path == "histroy" }
    }

    @Test func namesTheElementThatIsWrong() throws {
        var reader = try FieldReader(["history": [["role": "user"], ["role": 5]]])
        var turns = try reader.objects("history")
        #expect(try turns[0].string("role") == "user")
        #expect { try turns[1].string("role") } throws: { ($0 as? FieldError)?.path == "history[1].role" }
    }

    @Test func keepsNumbersInRange() throws {
        var reader = try FieldReader(["top_k": 0, "seed": 1.5, "n": 3.0])
        #expect(throws: FieldError.self) { try reader.optionalInt("top_k", in: 1...64) }
        #expect(throws: FieldError.self) { try reader.optionalInt("seed", in: 0...9) }
        #expect(try reader.optionalInt("n", in: 1...9) == 3)
        #expect(try reader.optionalInt("absent", in: 1...9) == nil)
    }
}
