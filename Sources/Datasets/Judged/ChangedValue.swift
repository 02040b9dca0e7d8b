import Digests
import Documents
import Foundation
import Functions
import OrderedCollections

/// Makes another value of what a parameter has: one that looks as if it could be meant.
struct ChangedValue {
    let query: String
    /// Of other samples, for the same parameter.
    let known: [JSONValue]
    let schema: JSONValue?

    /// nil: no other value was found.
    func other(than value: JSONValue, _ random: inout SplitMix64) -> JSONValue? {
        if let choices = schema?["enum"]?.arrayValue {
            return choices.filter { $0 != value }.randomElement(using: &random)
        }
        let seen = known.filter { $0 != value && $0.typeName == value.typeName }
        switch value {
        case .bool(let bool): return .bool(!bool)
        case .integer(let number): return .integer(integer(number, &random))
        case .number(let number):
            let isTenfold = number != 0 && (number * 10).isFinite && random.next() % 2 == 0
            return .number(isTenfold ? number * 10 : number + 1)
        case .string(let text): return string(text, seen, &random)
        case .array(let elements): return array(elements, seen, &random)
        case .object(let members): return object(members, &random)
        case .null: return nil
        }
    }

    private func integer(_ number: Int, _ random: inout SplitMix64) -> Int {
        let steps = [1, -1, 2, number, 10]
        let step = steps.randomElement(using: &random) ?? 1
        let (sum, isTooLarge) = number.addingReportingOverflow(step)
        return isTooLarge || sum == number ? number &+ 1 : sum
    }

    /// Of another sample, of another place in the request, or a part of it changed.
    private func string(_ text: String, _ seen: [JSONValue], _ random: inout SplitMix64) -> JSONValue? {
        var options: [String] = []
        if let other = seen.randomElement(using: &random)?.stringValue { options += [other, other] }
        if let digits = digits(text, &random) { options += [digits, digits] }
        let words = text.split(separator: " ")
        if words.count > 2 {
            options.append(words.dropLast().joined(separator: " "))
            options.append(words.dropFirst().joined(separator: " "))
        }
        if let elsewhere = said(besides: text, words: max(1, words.count), &random) { options.append(elsewhere) }
        return options.filter { $0 != text && !$0.isEmpty }.randomElement(using: &random).map { .string($0) }
    }

    /// Words of the request that the value does not have.
    func said(besides text: String, words count: Int, _ random: inout SplitMix64) -> String? {
        let all = query.split { $0.isWhitespace || ",.?!;:\"".contains($0) }.map(String.init)
        let known = Set(text.lowercased().split(separator: " ").map(String.init))
        let starts = all.indices.filter { start in
            let part = all[start..<min(all.count, start + count)]
            return part.count == count && part.allSatisfy { $0.count > 2 && !known.contains($0.lowercased()) }
        }
        guard let start = starts.randomElement(using: &random) else { return nil }
        return all[start..<start + count].joined(separator: " ")
    }

    /// One digit of a number, a time or a date is another.
    private func digits(_ text: String, _ random: inout SplitMix64) -> String? {
        var characters = Array(text)
        let places = characters.indices.filter { characters[$0].isASCII && characters[$0].isNumber }
        guard let place = places.randomElement(using: &random), let digit = characters[place].wholeNumberValue else {
            return nil
        }
        characters[place] = Character("\(digit == 9 ? 8 : digit + 1)")
        return String(characters)
    }

    private func array(_ elements: [JSONValue], _ seen: [JSONValue], _ random: inout SplitMix64) -> JSONValue? {
        let inner = ChangedValue(query: query, known: [], schema: schema?["items"])
        if elements.count > 1, random.next() % 2 == 0 {
            return .array(elements.without(Int(random.next() % UInt64(elements.count))))
        }
        guard let place = elements.indices.randomElement(using: &random),
            let other = inner.other(than: elements[place], &random)
        else { return seen.randomElement(using: &random) }
        return .array(elements.replacing(place, with: other))
    }

    private func object(_ members: JSONObject, _ random: inout SplitMix64) -> JSONValue? {
        guard let name = members.keys.randomElement(using: &random), let value = members[name] else { return nil }
        let inner = ChangedValue(query: query, known: [], schema: schema?["properties"]?[name])
        guard let other = inner.other(than: value, &random) else { return nil }
        var changed = members
        changed[name] = other
        return .object(changed)
    }
}
