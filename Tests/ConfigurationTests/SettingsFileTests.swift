import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct SettingsFileTests {
    /// What stands in a file that says nothing: all defaults.
    @Test(arguments: ["", "\n", "# nothing yet\n", "---\n", "---\n# nothing\n\n", "  # indented\r\n"])
    func emptyMeansDefaults(text: String) throws {
        let folder = try TemporaryFolder()
        var settings = try Settings.load(
            flags: [:], environment: [:], file: folder.write(text.utf8, as: "kinglet.yaml"))
        settings.folder = Settings().folder
        #expect(settings == Settings())
    }

    @Test func saysWhyAFileCannotBeRead() throws {
        let folder = try TemporaryFolder()
        let bytes = "\(folder.path)/bytes.yaml"
        try Data([0x73, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: bytes))
        let broken = try folder.write("server: [a".utf8, as: "broken.yaml")
        let list = try folder.write("- server\n".utf8, as: "list.yaml")
        let word = try folder.write("server\n".utf8, as: "word.yaml")
        let faults = [
            ("\(folder.path)/none.yaml", "there is no such file; check the path"),
            (folder.path, "is a folder, not a file"), (bytes, "is not UTF-8; save the file as UTF-8"),
            (broken, "invalid YAML"), (list, "must be an object of sections, not array"),
            (word, "must be an object of sections, not string"),
        ]
        for (path, reason) in faults {
            let error = #expect(throws: SettingsError.self) {
                try Settings.load(flags: [:], environment: [:], file: path)
            }
            #expect(
                error?.description.hasPrefix("\(path): \(reason)") == true, "\(path): \(String(describing: error))")
        }
    }
}
