import Documents
import Foundation
import Functions

/// A folder of templates for one pool.
package struct TemplateSet: Sendable {
    package var templates: [Template] = []
    /// What the files themselves have wrong; the templates leave it out.
    package var faults: [TemplateFault] = []

    /// The file of the lists that all others share.
    static let sharedName = "values.yaml"

    package init(templates: [Template] = [], faults: [TemplateFault] = []) {
        (self.templates, self.faults) = (templates, faults)
    }

    /// - Throws: for a folder or file that cannot be read. What is wrong within is in `faults`.
    package static func load(folder: String, pool: FunctionPool) throws(DocumentError) -> TemplateSet {
        let paths = try InputFile.documents(in: folder).filter(InputFile.isYAML)
        guard !paths.isEmpty else {
            throw DocumentError(path: folder, reason: "holds no .yaml; give the folder of the templates")
        }
        var files: [(name: String, text: String)] = []
        for path in paths { files.append((name(of: path), try InputFile.text(path))) }
        return TemplateSet(files: files, pool: pool)
    }

    /// - Parameter files: names and texts; `values.yaml` has the lists that all share.
    package init(files: [(name: String, text: String)], pool: FunctionPool) {
        let shared =
            files.first { $0.name == Self.sharedName }
            .map { TemplateFile($0.text, file: $0.name, pool: pool).values } ?? ValueLists()
        for file in files {
            let read = TemplateFile(file.text, file: file.name, pool: pool, shared: shared)
            templates += read.templates
            faults += read.faults
        }
    }

    private static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
