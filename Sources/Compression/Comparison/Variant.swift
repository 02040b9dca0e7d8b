import Foundation
import Kernels

/// One model of a comparison: what it is called there, which it is, and the format that the engine makes of its weights.
public struct Variant: Sendable, Hashable {
    public let name: String
    /// A name of Config/models.yaml, a GGUF file or a Hugging Face folder.
    public let model: String
    /// nil: that of the settings.
    public let format: WeightFormat?

    /// `[NAME=]MODEL[@FORMAT]`; what stands behind the last `@` and is no format belongs to the model. Without a name it is
    /// the last part of the model's path, without `.gguf`, and the format.
    ///
    /// - Throws: `.setting` for an empty model, and names that cannot be a folder's.
    public init(_ text: String) throws(CompressionError) {
        var (name, model) = ("", text)
        if let equals = text.firstIndex(of: "="), !text[..<equals].contains("/") {
            (name, model) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
            guard !name.isEmpty else { throw .setting("\(text): there is no name before =") }
        }
        var format: WeightFormat?
        if let at = model.lastIndex(of: "@"),
            let known = WeightFormat(rawValue: String(model[model.index(after: at)...]))
        {
            (format, model) = (known, String(model[..<at]))
        }
        guard !model.isEmpty else {
            throw .setting("\(text): there is no model. Write NAME=MODEL@FORMAT, or less of it")
        }
        if name.isEmpty {
            let last = URL(fileURLWithPath: model).lastPathComponent
            name = last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
            if let format { name += " " + format.rawValue }
        }
        guard name.count <= 100, !name.hasPrefix("."), !name.contains(where: { $0 == "/" || $0.isNewline }) else {
            throw .setting("\(text): the name \(name) cannot be a folder's")
        }
        (self.name, self.model, self.format) = (name, model, format)
    }

    /// Several, no two of one name.
    public static func list(_ texts: [String]) throws(CompressionError) -> [Variant] {
        var variants: [Variant] = []
        for text in texts {
            let variant = try Variant(text)
            guard !variants.contains(where: { $0.name == variant.name }) else {
                throw .setting("two variants are called \(variant.name). Give one another name: NAME=MODEL")
            }
            variants.append(variant)
        }
        return variants
    }
}
