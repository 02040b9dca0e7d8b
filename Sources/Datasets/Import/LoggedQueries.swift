import Documents
import Functions
import OrderedCollections

/// What users asked, out of access logs with query text (`log.queries`): each request once, to be labelled.
package struct LoggedQueries: Sendable {
    package struct Entry: Sendable, Hashable {
        /// Without what points to a person.
        package let query: String
        package private(set) var times = 1
        /// How often each outcome came out.
        package private(set) var outcomes: [String: Int] = [:]

        mutating func add(_ outcome: String?) {
            if let outcome { outcomes[outcome, default: 0] += 1 }
        }
        mutating func again() { times += 1 }
        init(query: String) { self.query = query }
    }

    package private(set) var entries: [Entry] = []
    /// Lines read, and those that were requests with a query.
    package private(set) var lines = 0, requests = 0
    /// Queries that the log has cut off.
    package private(set) var cut = 0
    package private(set) var masked: [PersonalData.Kind: Int] = [:]
    private var places: [String: Int] = [:]
    private let routes: Set<String>

    /// - Parameter routes: whose requests count; empty: those of all.
    package init(routes: Set<String>) { self.routes = routes }

    /// Takes a line in either form; what is no request with a query is passed over.
    package mutating func read(_ line: String) {
        lines += 1
        guard let fields = LogFields.read(line), let query = fields["query"],
            routes.isEmpty || routes.contains(fields["route"] ?? "")
        else { return }
        requests += 1
        guard !query.hasSuffix("…") else {
            cut += 1
            return
        }
        let text = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let (clean, found) = PersonalData.masked(text)
        guard !clean.isEmpty else { return }
        for kind in found { masked[kind, default: 0] += 1 }
        let key = clean.lowercased()
        if let place = places[key] {
            entries[place].again()
            entries[place].add(fields["outcome"])
        } else {
            places[key] = entries.count
            var entry = Entry(query: clean)
            entry.add(fields["outcome"])
            entries.append(entry)
        }
    }

    /// Lines of a data set to be labelled, what is asked most first. The outcome is the server's own, most often; the calls are
    /// for people to write: until then `kinglet dataset validate` says what lacks them.
    package func lines(pool: String, name: String) -> [JSONValue] {
        let ordered = entries.enumerated().sorted {
            ($1.element.times, $0.offset) < ($0.element.times, $1.offset)
        }
        return ordered.enumerated().map { index, element in
            let entry = element.element
            let known = entry.outcomes.filter { Outcome(rawValue: $0.key) != nil }
            let outcome = known.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? Outcome.call.rawValue
            return [
                "id": .string("\(name)-\(index + 1)"), "query": .string(entry.query), "history": [], "context": [:],
                "pool": .string(pool), "outcome": .string(outcome), "expected": [], "answers": "exact",
                "times": .integer(entry.times), "to_label": true,
            ]
        }
    }
}

/// The fields of a line of the log, in its form for people or in JSON.
package enum LogFields {
    /// nil for a line that is no request's.
    package static func read(_ line: String) -> [String: String]? {
        let line = line.drop(while: \.isWhitespace)
        if line.hasPrefix("{") { return json(String(line)) }
        guard let message = line.firstRange(of: " access: request ") else { return nil }
        return text(line[message.upperBound...])
    }

    private static func json(_ line: String) -> [String: String]? {
        guard let value = try? JSONValue(parsing: line), value["logger"] == "access", value["message"] == "request",
            let members = value.objectValue
        else { return nil }
        return Dictionary(
            members.map { ($0.key, $0.value.stringValue ?? $0.value.text()) }, uniquingKeysWith: { first, _ in first })
    }

    /// `name=value name="value with blanks"`, quotes as in JSON.
    private static func text(_ text: Substring) -> [String: String] {
        var fields: [String: String] = [:], rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == " " }
            var end = rest.index(after: equals)
            let start = end
            if end < rest.endIndex, rest[end] == "\"" {
                var isEscaped = false
                end = rest.index(after: end)
                while end < rest.endIndex, isEscaped || rest[end] != "\"" {
                    isEscaped = !isEscaped && rest[end] == "\\"
                    end = rest.index(after: end)
                }
                if end < rest.endIndex { end = rest.index(after: end) }
                let quoted = String(rest[start..<end])
                fields[String(name)] = (try? JSONValue(parsing: quoted))?.stringValue ?? quoted
            } else {
                while end < rest.endIndex, rest[end] != " " { end = rest.index(after: end) }
                fields[String(name)] = String(rest[start..<end])
            }
            rest = rest[end...]
        }
        return fields
    }
}
