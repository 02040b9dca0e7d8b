import Foundation

/// Where tests find what is not in the repository: the model and the public data sets.
public enum TestFiles {
    /// `Tests/<target>/Fixtures/<name>`, from the path of the calling test file.
    public static func fixture(_ name: String, file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    }

    /// Top folder of the checkout.
    public static var repository: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The 0.5B model, fetched by `make model`; nil (tests then skip, and say so) where it is absent.
    public static var model: String? {
        let path =
            ProcessInfo.processInfo.environment["KINGLET_TEST_MODEL"]
            ?? models + "/qwen2.5-coder-0.5b-instruct/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// The folder of all-MiniLM-L6-v2, fetched by `make model`; nil where it is absent.
    public static var encoder: String? {
        let path = models + "/all-minilm-l6-v2"
        return FileManager.default.fileExists(atPath: path + "/model.safetensors") ? path : nil
    }

    private static var models: String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        return cache + "/kinglet/models"
    }

    /// The folder of public data sets: `KINGLET_TEST_DATA`, else `../shared/data` beside the checkout.
    public static func dataSet(_ path: String) -> URL? {
        let environment = ProcessInfo.processInfo.environment
        let folder =
            environment["KINGLET_TEST_DATA"].map { URL(fileURLWithPath: $0) }
            ?? repository.deletingLastPathComponent().appendingPathComponent("shared/data")
        let url = folder.appendingPathComponent(path)
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
}
