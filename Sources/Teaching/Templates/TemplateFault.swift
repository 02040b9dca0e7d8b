/// What is wrong with a template: in which file, where in it, and what helps.
package struct TemplateFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// As `functions.alarm_set.en[3]`; empty for the file as a whole.
    package let path: String
    package let message: String

    package init(file: String, path: String, message: String) {
        (self.file, self.path, self.message) = (file, path, message)
    }

    package var description: String { path.isEmpty ? "\(file): \(message)" : "\(file): \(path): \(message)" }
}

/// Where a template stands.
package struct TemplatePlace: Hashable, Sendable {
    package var file: String, path: String

    package init(file: String, path: String) { (self.file, self.path) = (file, path) }

    package func fault(_ message: String) -> TemplateFault { TemplateFault(file: file, path: path, message: message) }
}

/// Why a text is no pattern, or a slot has no words; knows no place.
package struct TemplateError: Error, Hashable, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
