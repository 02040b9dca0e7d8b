import Documents
import Foundation
import TestSupport
import Testing

@Suite struct StandardFileTests {
    /// Settings, the manifest, queries: each may lie in a folder of `Config`.
    @Test(arguments: ["kinglet.yaml", "models.yaml", "load/smart-home.txt"])
    func isLookedForInOrder(name: String) throws {
        let folder = try TemporaryFolder()
        let program = "\(folder.path)/checkout/.build/release/kinglet"
        func found() -> String? {
            StandardFile.path(name, program: program, folder: "\(folder.path)/work", system: "\(folder.path)/etc")
        }
        #expect(found() == nil)
        // From the last place to the first: a file in a place goes before those in all places behind it.
        for place in [
            "etc", "checkout/Config", "checkout/.build/Config", "checkout/.build/release/Config", "work/Config",
        ] {
            let file = URL(fileURLWithPath: "\(folder.path)/\(place)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
            #expect(found() == file.path)
        }
    }

    @Test("a program behind a link: the folders above what the link leads to count") func followsLinks() throws {
        let folder = try TemporaryFolder()
        let manager = FileManager.default
        for path in ["checkout/Config", "checkout/.build", "bin"] {
            try manager.createDirectory(atPath: "\(folder.path)/\(path)", withIntermediateDirectories: true)
        }
        let program = try folder.write([], as: "checkout/.build/kinglet")
        let file = try folder.write([], as: "checkout/Config/kinglet.yaml")
        try manager.createSymbolicLink(atPath: "\(folder.path)/bin/kinglet", withDestinationPath: program)
        let found = StandardFile.path(
            "kinglet.yaml", program: "\(folder.path)/bin/kinglet", folder: "\(folder.path)/bin", system: "/nowhere")
        #expect(
            found.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
                == URL(fileURLWithPath: file).resolvingSymlinksInPath().path)
    }
}
