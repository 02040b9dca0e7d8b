import HTTPServer
import Testing

@Suite struct WeightedListTests {
    static let elements: [(String?, [(String, Double)])] = [
        (nil, []), ("", []), (" , ,", []), ("gzip", [("gzip", 1)]), ("GZIP ;\tQ=0.5", [("gzip", 0.5)]),
        ("a;q=0, b;q=0.001,c;q=1.000", [("a", 0), ("b", 0.001), ("c", 1)]),
        ("a;q=nan, b;q=-1, c;q=2, d;q=, e;q=0x1, f;q=1e0, g;q=+1, h", [("d", 1), ("h", 1)]),
        ("text/html;level=\"1,2;q=0\";q=0.3", [("text/html", 0.3)]), (";q=1, x", [("x", 1)]),
        ("a;b=\"\\\",c\", d", [("a", 1), ("d", 1)]),
    ]

    @Test(arguments: elements) func reads(_ field: String?, _ expected: [(String, Double)]) {
        let found = WeightedList(field).elements.map { ($0.name, $0.weight) }
        #expect(found.elementsEqual(expected) { $0 == $1 }, "\(found)")
    }

    @Test func readsParameters() {
        let element = WeightedList("text/plain; Version = 1 ;q=0.5;x=\"a\\\"b\"").elements.first
        #expect(element?.parameters == ["version": "1", "x": "a\"b"] && element?.weight == 0.5)
    }

    static let codings: [(String, Double?)] = [
        ("gzip", 1), ("gzip;q=0", 0), ("gzip;q=0, *", 0), ("*;q=0.2", 0.2), ("*;q=0, gzip;q=0.1", 0.1), ("br", nil),
        ("X-GZIP;q=0.7", 0.7), ("", nil),
    ]

    @Test(arguments: codings) func weighs(_ field: String, weight: Double?) {
        #expect(WeightedList(field).weight(of: "gzip", "x-gzip") == weight)
    }

    /// `accept`, and which of `text/plain;version=0.0.4`, `application/openmetrics-text;version=1.0.0`, `image/png` it wants.
    static let accepts: [(String?, Int?)] = [
        (nil, 0), ("*/*", 0), ("application/openmetrics-text", 1), ("application/openmetrics-text;q=0", nil),
        ("application/openmetrics-text;q=0, */*", 0), ("text/plain;q=0, */*;q=0.1", 1), ("text/*;q=0.4, */*;q=0.5", 1),
        ("application/openmetrics-text, text/plain", 1), ("text/plain, application/openmetrics-text", 0),
        ("application/openmetrics-text, */*", 1), ("image/*", 2), ("application/json", nil), ("*/*;q=0", nil),
        ("application/openmetrics-text;version=0.0.1;q=0.9, text/plain;q=0.2", 0),
        (
            "application/openmetrics-text;version=\"1.0.0\";escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.2",
            1
        ),
        ("application/openmetrics-text;version=1.0.0;q=0.3, text/plain;q=0.31", 0),
        ("text/plain;version=0.0.4;q=0.1, text/plain;q=0.9, image/png;q=0.5", 2),
        ("*/*;q=0.5, text/plain;q=0", 1), ("nonsense", nil), (";;,", 0),
    ]

    @Test(arguments: accepts) func prefers(_ accept: String?, index: Int?) {
        let types = ["text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0", "image/png"]
        #expect(WeightedList(accept).preferred(among: types) == index)
    }
}
