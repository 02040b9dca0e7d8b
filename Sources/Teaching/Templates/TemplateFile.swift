import Documents
import Functions
import OrderedCollections

/// Reads one file of templates; what is wrong is gathered, and the rest is read all the same.
package struct TemplateFile {
    package private(set) var templates: [Template] = []
    package private(set) var values = ValueLists()
    package private(set) var faults: [TemplateFault] = []

    private let file: String
    private let pool: FunctionPool
    private let shared: ValueLists

    /// - Parameters:
    ///   - file: its name, as errors give it.
    ///   - shared: lists that all files share.
    package init(_ text: String, file: String, pool: FunctionPool, shared: ValueLists = ValueLists()) {
        (self.file, self.pool, self.shared) = (file, pool, shared)
        let document: JSONValue
        do throws(YAMLError) {
            document = try YAMLDocument.parse(text)
        } catch {
            fault("", error.message)
            return
        }
        guard !document.isNull else { return }
        let known = ["values", "functions", "none", "unclear", "dialogues"]
        for (name, value) in members(document, "", known: known) where name == "values" { readValues(value) }
        for (name, value) in document.objectValue ?? [:] {
            switch name {
            case "functions": readFunctions(value)
            case "none": readOthers(value, name, .none, .noAppropriateFunction)
            case "unclear": readOthers(value, name, .unclear, .requestUnclear)
            case "dialogues": readDialogues(value)
            default: break
            }
        }
    }

    // MARK: Values

    private mutating func readValues(_ value: JSONValue) {
        let languages = TemplateLanguage.allCases.map(\.rawValue) + [ValueLists.anyLanguage]
        for (name, list) in members(value, "values") {
            for (language, entries) in members(list, "values.\(name)", known: languages) {
                let path = "values.\(name).\(language)"
                for (index, entry) in elements(entries, path).enumerated() {
                    do throws(TemplateError) {
                        values.lists[name, default: [:]][language, default: []].append(try ValueEntry(json: entry))
                    } catch {
                        fault("\(path)[\(index)]", error.message)
                    }
                }
            }
        }
    }

    // MARK: Functions

    private mutating func readFunctions(_ value: JSONValue) {
        let languages = TemplateLanguage.allCases.map(\.rawValue)
        for (name, body) in members(value, "functions") {
            let path = "functions.\(name)"
            guard let function = pool[name] else {
                fault(path, "the pool \(pool.name) has no function \(name); correct the name or take it away")
                continue
            }
            for (key, patterns) in members(body, path, known: languages + ["missing"]) {
                if let language = TemplateLanguage(rawValue: key) {
                    read(patterns, "\(path).\(key)", Head(.call, .call, function, language))
                } else if key == "missing" {
                    for (key, patterns) in members(patterns, "\(path).missing", known: languages) {
                        guard let language = TemplateLanguage(rawValue: key) else { continue }
                        read(patterns, "\(path).missing.\(key)", Head(.missing, .requestUnclear, function, language))
                    }
                }
            }
        }
    }

    private mutating func readOthers(
        _ value: JSONValue, _ path: String, _ kind: Template.Kind, _ outcome: Outcome
    ) {
        for (key, patterns) in members(value, path, known: TemplateLanguage.allCases.map(\.rawValue)) {
            guard let language = TemplateLanguage(rawValue: key) else { continue }
            read(patterns, "\(path).\(key)", Head(kind, outcome, nil, language))
        }
    }

    // MARK: Dialogues

    private mutating func readDialogues(_ value: JSONValue) {
        for (index, dialogue) in elements(value, "dialogues").enumerated() {
            let path = "dialogues[\(index)]"
            let known = ["language", "history", "say", "function", "call", "unclear"]
            let fields = members(dialogue, path, known: known)
            let name = fields["language"]?.stringValue ?? TemplateLanguage.en.rawValue
            guard let language = TemplateLanguage(rawValue: name) else {
                fault(
                    "\(path).language",
                    "\(name) is none of \(TemplateLanguage.allCases.map(\.rawValue).joined(separator: ", "))")
                continue
            }
            var function: FunctionDefinition?
            if let name = fields["function"]?.stringValue {
                function = pool[name]
                guard function != nil else {
                    fault(path, "the pool \(pool.name) has no function \(name); correct the name, or write null")
                    continue
                }
            }
            let isUnclear = fields["unclear"]?.boolValue ?? false
            let outcome: Outcome = isUnclear ? .requestUnclear : function == nil ? .noAppropriateFunction : .call
            read(dialogue, at: path, Head(.dialogue, outcome, function, language))
        }
    }

    // MARK: Patterns

    /// What all patterns of a list have in common.
    private struct Head {
        let kind: Template.Kind, outcome: Outcome, function: FunctionDefinition?, language: TemplateLanguage

        init(_ kind: Template.Kind, _ outcome: Outcome, _ function: FunctionDefinition?, _ language: TemplateLanguage) {
            (self.kind, self.outcome, self.function, self.language) = (kind, outcome, function, language)
        }
    }

    private mutating func read(_ patterns: JSONValue, _ path: String, _ head: Head) {
        for (index, pattern) in elements(patterns, path).enumerated() {
            let path = "\(path)[\(index)]"
            switch pattern {
            case .string: read(["say": pattern], at: path, head)
            case .object:
                if !members(pattern, path, known: ["say", "call", "history"]).isEmpty { read(pattern, at: path, head) }
            default: fault(path, "a pattern is a text or {say: …, call: …}, not \(pattern.text()); put it in quotes")
            }
        }
    }

    private mutating func read(_ pattern: JSONValue, at path: String, _ head: Head) {
        let history = pattern["history"].map { elements($0, "\(path).history") } ?? []
        let call = pattern["call"].map { members($0, "\(path).call") } ?? [:]
        var texts: [String] = []
        for text in history + [pattern["say"] ?? .null] {
            guard let text = text.stringValue, !text.isEmpty else {
                fault(path, "say and each turn of the history must be a text; put it in quotes")
                return
            }
            texts.append(text)
        }
        do throws(TemplateError) {
            var patterns: [TemplatePattern] = []
            for text in texts { patterns.append(try TemplatePattern(text)) }
            let say = patterns.removeLast()
            templates.append(
                Template(
                    kind: patterns.isEmpty ? head.kind : .dialogue, outcome: head.outcome, function: head.function,
                    language: head.language, say: say, history: patterns, call: call,
                    values: ValueLookup(own: values, shared: shared), place: TemplatePlace(file: file, path: path)))
        } catch {
            fault(path, error.message)
        }
    }

    // MARK: Shapes

    private mutating func fault(_ path: String, _ message: String) {
        faults.append(TemplateFault(file: file, path: path, message: message))
    }

    /// An object's members; those that are not known are faults and left out.
    private mutating func members(_ value: JSONValue, _ path: String, known: [String]? = nil) -> JSONObject {
        guard let members = value.objectValue else {
            if !value.isNull { fault(path, "must be a mapping of names, not \(value.typeName)") }
            return [:]
        }
        guard let known else { return members }
        for name in members.keys where !known.contains(name) {
            fault(path.isEmpty ? name : "\(path).\(name)", "unknown here; known: \(known.joined(separator: ", "))")
        }
        return members.filter { known.contains($0.key) }
    }

    private mutating func elements(_ value: JSONValue, _ path: String) -> [JSONValue] {
        guard let elements = value.arrayValue else {
            if !value.isNull { fault(path, "must be a list, not \(value.typeName); begin each line with \"- \"") }
            return []
        }
        return elements
    }
}
