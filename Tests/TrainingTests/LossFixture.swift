import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing

import Training

/// Distillation losses and their gradients as PyTorch has them (`Fixtures/make_losses.py`).
struct LossFixture {
    /// A loss of a row, and the gradient of its logits.
    struct Result {
        let divergence: Divergence, crossEntropy: Double
        let loss: Double, gradient: [Float]
    }

    struct Row {
        let teacher: TeacherToken, logits: [Float], target: Int32, results: [Result]
    }

    /// A loss of the tiny model's samples.
    struct Case {
        let name: String, divergence: Divergence, crossEntropy: Double, activated: Bool, loss: Double
    }

    let rows: [Row], cases: [Case]
    /// A teacher's tokens of each sample of `GradientFixture`.
    let teacher: [[TeacherToken]]
    private let tensors: [String: [Float]]

    init() throws {
        let about = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("losses.json")))
        rows = try (about["rows"]?.arrayValue ?? []).map { row in
            Row(
                teacher: try Self.token(row), logits: Self.floats(row["logits"]),
                target: Int32(try #require(row["target"]?.intValue)),
                results: try (row["results"]?.arrayValue ?? []).map {
                    Result(
                        divergence: try Self.divergence($0), crossEntropy: try #require($0["ce"]?.doubleValue),
                        loss: try #require($0["loss"]?.doubleValue), gradient: Self.floats($0["gradient"]))
                })
        }
        cases = try (about["cases"]?.arrayValue ?? []).map {
            Case(
                name: try #require($0["name"]?.stringValue), divergence: try Self.divergence($0),
                crossEntropy: try #require($0["ce"]?.doubleValue), activated: $0["activated"] == true,
                loss: try #require($0["loss"]?.doubleValue))
        }
        teacher = try (about["teacher"]?.arrayValue ?? []).map { try ($0.arrayValue ?? []).map(Self.token) }
        let mapped = try MappedFile(path: TestFiles.fixture("losses.safetensors").path)
        tensors = Dictionary(
            uniqueKeysWithValues: try Safetensors.tensors(of: mapped).map { ($0.name, $0.dequantized()) })
    }

    func gradient(_ key: ParameterKey, of name: String) throws -> [Float] {
        try #require(tensors["\(name)/\(key)"], "no \(name)/\(key)")
    }

    private static func floats(_ value: JSONValue?) -> [Float] {
        (value?.arrayValue ?? []).compactMap { $0.doubleValue.map { Float($0) } }
    }

    private static func token(_ value: JSONValue) throws -> TeacherToken {
        TeacherToken(
            ids: (value["ids"]?.arrayValue ?? []).compactMap { $0.intValue.map(Int32.init) },
            logprobs: floats(value["logprobs"]), rest: value["rest"]?.doubleValue.map { Float($0) } ?? -.infinity)
    }

    private static func divergence(_ value: JSONValue) throws -> Divergence {
        switch value["kind"]?.stringValue {
        case "forward": .forward
        case "reverse": .reverse
        default: .adaptive(mu: try #require(value["mu"]?.doubleValue))
        }
    }
}

/// A teacher whose answers stand in a list.
struct ListedTeacher: TeacherTokens {
    let tokens: [[TeacherToken]]

    init(_ tokens: [[TeacherToken]]) { self.tokens = tokens }

    func teacher(of token: TaughtToken) -> TeacherToken { tokens[token.sample][token.place] }
}
