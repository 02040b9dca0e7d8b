import Documents
import Functions
import Grammar
import OrderedCollections

/// Finds the things that a request names beside the one that a call is about: of `turn on the light and the fan` a small
/// model writes the call for the light.
///
/// A value that stands in the request, a word that joins, and another thing directly behind or before it: another value of the
/// enum, or a noun with its article. What the call says elsewhere is not missing, and what the schema refuses is no thing.
package struct SharedVerb: Sendable {
    private let query: [Word]
    private let function: FunctionDefinition

    private struct Word: Sendable { var text: String, isMark = false }

    package init(_ query: String, _ function: FunctionDefinition) {
        (self.query, self.function) = (Self.words(query), function)
    }

    /// The same call for each of the other things, in the order in which they are said.
    package func further(_ call: FunctionCall) -> [FunctionCall] {
        for (name, value) in call.parameters {
            guard let text = value.stringValue, let schema = function.properties[name], schema["type"] != "array",
                !Self.telling.contains(name)
            else { continue }
            let others = others(beside: text, values: schema["enum"]?.arrayValue?.compactMap(\.stringValue))
            let said = Set(call.parameters.values.compactMap { $0.stringValue?.lowercased() })
            let calls = others.filter { !said.contains($0.lowercased()) }.compactMap { other -> FunctionCall? in
                var copy = call
                copy.parameters[name] = .string(other)
                let isTaken = (try? SchemaValidator(function.parameters).validate(.object(copy.parameters))) != nil
                return isTaken ? copy : nil
            }
            if !calls.isEmpty { return calls }
        }
        return []
    }

    /// What is said of the parameter beside the value that a call has.
    package static func words(leftOutOf call: FunctionCall, in further: [FunctionCall]) -> [String] {
        further.compactMap { other in
            other.parameters.first { call.parameters[$0.key] != $0.value }?.value.stringValue
        }
    }

    // MARK: Things

    private func others(beside value: String, values: [String]?) -> [String] {
        let own = Self.words(value).map(\.text)
        guard !own.isEmpty, let start = query.indices.first(where: { has(own, at: $0) }) else { return [] }
        var found: [String] = [], before: [String] = []
        // `the red, the blue and the green one`
        var end = start + own.count
        while let (thing, next) = thing(behind: end, values) {
            found.append(thing)
            end = next
        }
        var first = start
        while let (thing, next) = thing(before: first, values) {
            before.insert(thing, at: 0)
            first = next
        }
        // A list without a word that joins may be anything.
        guard query[first..<end].contains(where: { Self.joins.contains($0.text) }) else { return [] }
        return before + found
    }

    private func thing(behind index: Int, _ values: [String]?) -> (String, next: Int)? {
        guard let start = behindJoin(index) else { return nil }
        let hasArticle = isOne(of: Self.articles, start), noun = hasArticle ? start + 1 : start
        if let values {
            // The longest: `living room lamp` and not `living room`.
            return values.map { (value: $0, words: Self.words($0).map(\.text)) }
                .filter { !$0.words.isEmpty && has($0.words, at: noun) }
                .max { $0.words.count < $1.words.count }.map { ($0.value, noun + $0.words.count) }
        }
        var end = noun
        while query.indices.contains(end), !query[end].isMark, !Self.stops.contains(query[end].text) { end += 1 }
        return phrase(noun..<end, hasArticle).map { ($0, end) }
    }

    private func thing(before index: Int, _ values: [String]?) -> (String, next: Int)? {
        let article = isOne(of: Self.articles, index - 1) ? index - 1 : index
        var join = article
        while join > 0, query[join - 1].text == "," || Self.joins.contains(query[join - 1].text) { join -= 1 }
        guard join < article else { return nil }
        if let values {
            return values.map { (value: $0, words: Self.words($0).map(\.text)) }
                .filter { !$0.words.isEmpty && has($0.words, at: join - $0.words.count) }
                .max { $0.words.count < $1.words.count }.map { ($0.value, join - $0.words.count) }
        }
        guard let start = query[..<join].lastIndex(where: { Self.articles.contains($0.text) }) else { return nil }
        return phrase(start + 1..<join, true).map { ($0, start) }
    }

    /// A noun of up to three words behind its article.
    private func phrase(_ range: Range<Int>, _ hasArticle: Bool) -> String? {
        guard hasArticle, (1...3).contains(range.count), query.indices.contains(range.lowerBound) else { return nil }
        let words = query[range]
        guard words.allSatisfy({ !$0.isMark && !Self.verbs.contains($0.text) && !Self.joins.contains($0.text) }) else {
            return nil
        }
        return words.map(\.text).joined(separator: " ")
    }

    /// The place behind a comma, a word that joins, or both.
    private func behindJoin(_ index: Int) -> Int? {
        var place = index
        if query.indices.contains(place), query[place].text == "," { place += 1 }
        if isOne(of: Self.joins, place) { place += 1 }
        return place > index ? place : nil
    }

    // MARK: Words

    private func has(_ words: [String], at index: Int) -> Bool {
        index >= 0 && index + words.count <= query.count
            && zip(query[index...], words).allSatisfy { $0.text == $1 }
    }

    private func isOne(of words: Set<String>, _ index: Int) -> Bool {
        query.indices.contains(index) && words.contains(query[index].text)
    }

    /// Words in lower case, and the marks between them; `living_room` is two words.
    private static func words(_ text: String) -> [Word] {
        var words: [Word] = [], word = ""
        for character in text.prefix(2_000).lowercased() {
            if character.isLetter || character.isNumber {
                word.append(character)
                continue
            }
            if !word.isEmpty { words.append(Word(text: word)) }
            word = ""
            if !character.isWhitespace, character != "_", character != "-" {
                words.append(Word(text: String(character), isMark: character != "&"))
            }
        }
        return word.isEmpty ? words : words + [Word(text: word)]
    }

    private static let joins: Set<String> = ["and", "&", "plus", "und", "sowie", "et", "y"]
    private static let articles: Set<String> = [
        "the", "my", "our", "a", "an", "der", "die", "das", "den", "mein", "meine", "meinen", "ein", "eine", "einen",
        "le", "la", "les", "mon", "ma", "mes", "un", "une", "el", "los", "las", "mi", "mis", "una",
    ]
    /// Behind a thing: what is done with it, where, when, and for whom.
    private static let stops: Set<String> = [
        "please", "in", "on", "off", "at", "for", "to", "with", "by", "from", "up", "down", "and", "then", "now", "too",
        "tomorrow", "today", "tonight", "bitte", "im", "an", "aus", "auf", "ein", "und", "dann", "um", "dans", "de",
        "du",
        "s", "à", "et", "puis", "en", "del", "por", "y", "luego", "a",
    ]
    /// In what is a sentence of its own.
    private static let verbs: Set<String> = [
        "is", "are", "was", "has", "needs", "should", "can", "will", "play", "set", "turn", "open", "close", "ist",
        "sind",
        "hat", "soll", "est", "sont", "es", "son", "está",
    ]
    /// Parameters that are told or sung, whose text may well have an `and`.
    private static let telling: Set<String> = [
        "text", "message", "content", "body", "query", "title", "artist", "song", "album", "note", "name",
        "description",
    ]
}
