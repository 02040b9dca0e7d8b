/// An argument `FILE` or `FILE:COUNT`: samples of a file, all or so many.
struct DrawnFile {
    let path: String
    /// nil: all.
    let count: Int?

    init(_ text: String) {
        if let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]), number > 0 {
            (path, count) = (String(text[..<colon]), number)
        } else {
            (path, count) = (text, nil)
        }
    }
}
