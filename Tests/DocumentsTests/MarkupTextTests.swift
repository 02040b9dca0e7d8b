import Documents
import Testing

@Suite struct MarkupTextTests {
    @Test(arguments: [
        ("plain 文字", "plain 文字"), ("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;"), ("\"'", "&quot;&#39;"),
        ("a\tb\r\nc", "a&#9;b&#13;&#10;c"), ("\u{0}\u{1B}\u{7F}\u{85}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("\u{FFFE}\u{1FFFF}", "\u{FFFD}\u{FFFD}"), ("&lt;", "&amp;lt;"), ("", ""),
    ])
    func escapes(_ text: String, _ escaped: String) { #expect(MarkupText.escape(text) == escaped) }

    @Test func cutsBeforeItEscapes() {
        #expect(MarkupText.short("<<<", 2) == "&lt;&lt;…")
        #expect(MarkupText.short("<<", 2) == "&lt;&lt;")
    }
}
