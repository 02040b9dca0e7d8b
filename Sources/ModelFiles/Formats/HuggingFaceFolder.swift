enum HuggingFaceFolder {
    static func open(path: String) throws(ModelFileError) -> ModelFile {
        throw .unsupported(path: path, what: "a folder")
    }
}
