import Glibc
import ModelFiles
import Tokenization

/// Readers of model files.
enum ModelFileFuzzing {
    static func gguf(_ bytes: [UInt8]) {
        withFile(bytes) { path in
            if let file = try? MappedFile(path: path) { _ = try? GGUFFile(file: file) }
            guard let model = try? ModelFile.open(path: path) else { return }
            read(model.tensors)
            _ = ModelReport(model).json(withTensors: true)
            if let tokenizer = try? Tokenizer(model.tokenizer) {
                _ = tokenizer.decode(tokenizer.encode("Hallo, 123\n", allowingSpecial: true))
            }
        }
    }

    static func safetensors(_ bytes: [UInt8]) {
        withFile(bytes) { path in
            guard let file = try? MappedFile(path: path), let tensors = try? Safetensors.tensors(of: file) else {
                return
            }
            read(tensors)
        }
    }

    /// A folder: config.json, tokenizer.json and tokenizer_config.json, separated by lines of two hyphens; weights of none.
    static func tokenizer(_ bytes: [UInt8]) {
        var parts = [[UInt8]()]
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.elementsEqual("--".utf8), parts.count < 3 {
                parts.append([])
            } else {
                parts[parts.count - 1] += line + [0x0A]
            }
        }
        let folder = "/tmp/kinglet-fuzz-\(getpid())"
        mkdir(folder, 0o700)
        let names = ["config.json", "tokenizer.json", "tokenizer_config.json"]
        for name in names { unlink("\(folder)/\(name)") }
        for (name, part) in zip(names, parts) { write(part, to: "\(folder)/\(name)") }
        write([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], to: folder + "/model.safetensors")
        _ = try? ModelFile.open(path: folder)
        _ = try? BertFile.open(path: folder)
        for name in names + ["model.safetensors"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func read(_ tensors: [Tensor]) {
        for tensor in tensors where tensor.count <= 4096 { _ = tensor.dequantized() }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    /// A file of these bytes, gone afterwards.
    private static func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
        let path = "/tmp/kinglet-fuzz-\(getpid()).bin"
        write(bytes, to: path)
        body(path)
        unlink(path)
    }
}
