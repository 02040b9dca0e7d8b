/// The console: one page without anything from elsewhere, put together from the pieces in `Page/`. Its style and script are named
/// by their hashes in the content security policy, so that nothing else can run in it.
package enum ConsolePage {
    package static let style = text(PackageResources.style_css, PackageResources.parts_css)

    /// One scope: what a piece defines, those after it use. Nothing runs before `main.js`.
    package static let script =
        "\"use strict\";\n"
        + text(
            PackageResources.base_js, PackageResources.answer_js, PackageResources.labels_js, PackageResources.ask_js,
            PackageResources.editor_js, PackageResources.pools_js, PackageResources.knowledge_js,
            PackageResources.adapters_js, PackageResources.evaluations_js, PackageResources.live_js,
            PackageResources.main_js)

    package static let html = page(
        frame: text(PackageResources.page_html),
        parts: [
            "style": style, "script": script,
            "views": text(
                PackageResources.ask_html, PackageResources.lists_html, PackageResources.evaluations_html,
                PackageResources.figures_html),
        ])

    /// The frame with each `{{name}}` replaced. What a part says is never looked into: a script may have braces.
    package static func page(frame: String, parts: [String: String]) -> String {
        var page = ""
        var rest = frame[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            page += rest[..<open.lowerBound]
            page += parts[String(rest[open.upperBound..<close.lowerBound]), default: ""]
            rest = rest[close.upperBound...]
        }
        page += rest
        return page
    }

    private static func text(_ pieces: [UInt8]...) -> String { String(decoding: pieces.joined(), as: UTF8.self) }
}
