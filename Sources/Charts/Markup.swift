import Documents

/// HTML and SVG made of pieces; text and attributes are always escaped.
package struct Markup {
    package private(set) var text = ""

    package init() {}

    /// An element with its end.
    package static func element(_ name: String, _ attributes: [(String, String)] = [], _ contents: Markup? = nil)
        -> Markup
    {
        var markup = Markup()
        let list = attributes.map { " \($0.0)=\"\(MarkupText.escape($0.1))\"" }.joined()
        markup.text = "<\(name)\(list)>" + (contents?.text ?? "") + "</\(name)>"
        return markup
    }

    package static func element(_ name: String, _ attributes: [(String, String)] = [], text: String) -> Markup {
        element(name, attributes, Markup.text(text))
    }

    /// An element that has no end.
    package static func void(_ name: String, _ attributes: [(String, String)]) -> Markup {
        var markup = Markup()
        markup.text = "<\(name)\(attributes.map { " \($0.0)=\"\(MarkupText.escape($0.1))\"" }.joined())>"
        return markup
    }

    /// A sheet of our own; its text is no one else's.
    package static func style(_ sheet: StaticString) -> Markup {
        var markup = Markup()
        markup.text = "<style>\(sheet)</style>"
        return markup
    }

    /// A table that scrolls by itself where it is too wide. The first cell of a row is its heading; a heading without words is
    /// none.
    package static func table(_ caption: String, _ head: [String], _ rows: [[String]]) -> Markup {
        func heading(_ scope: String, _ text: String) -> Markup {
            text.isEmpty ? element("td") : element("th", [("scope", scope)], text: text)
        }
        let titles = head.map { heading("col", $0) }.joined
        let lines = rows.map { row in
            element(
                "tr", [],
                row.enumerated().map { $0.offset == 0 ? heading("row", $0.element) : element("td", text: $0.element) }
                    .joined)
        }.joined
        let table = element(
            "table", [],
            element("caption", text: caption) + element("thead", [], element("tr", [], titles))
                + element("tbody", [], lines))
        return element(
            "div", [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)], table)
    }

    package static func text(_ text: String) -> Markup {
        var markup = Markup()
        markup.text = MarkupText.escape(text)
        return markup
    }

    package static func + (left: Markup, right: Markup) -> Markup {
        var sum = left
        sum.text += right.text
        return sum
    }

    package static func += (left: inout Markup, right: Markup) { left.text += right.text }
}

extension Sequence<Markup> {
    package var joined: Markup { reduce(into: Markup(), +=) }
}
