import Benchmarking
import Documents
import Synchronization
import Testing

@Suite struct TableTests {
    static func table() -> Table {
        var table = Table(
            "speed", "Speed",
            [
                .text("name", "name", width: 6), .number("rows", "rows", width: 5),
                .number("qps", "QPS", digits: 2, width: 7), .share("share", "share"),
            ])
        table.add(["a", .integer(8), .number(1.005), .number(0.7512)])
        table.add(["long name", .integer(512), nil, .optional(nil)])
        return table
    }

    @Test func alignsColumns() {
        let table = Self.table()
        #expect(table.header == "  name     rows      QPS     share")
        #expect(table.text(ofRow: 0) == "  a           8     1.00    75.1 %")
        #expect(table.text(ofRow: 1) == "  long name    512        -         -")
    }

    @Test func keepsAllDigitsInJSON() {
        #expect(
            Self.table().json.text()
                == #"[{"name":"a","rows":8,"qps":1.005,"share":0.7512},{"name":"long name","rows":512,"qps":null,"share":null}]"#
        )
    }

    @Test func noNumberIsShownAndWrittenAsNone() {
        var table = Table("t", "T", [.number("x", "x", width: 3)])
        table.add([.number(.nan)])
        #expect(table.text(ofRow: 0) == "    -")
        #expect(table.json == [["x": nil]])
    }

    @Test func reportWritesLinesAsTheyCome() {
        let lines = Mutex<[String]>([])
        let report = BenchmarkReport { line in lines.withLock { $0.append(line) } }
        report.note("threads", 2)
        report.begin(Table("t", "Title", [.text("a", "a", width: 1)]))
        report.add(["x"])
        #expect(lines.withLock { $0 } == ["", "Title", "  a", "  x"])
        #expect(report.json == ["threads": 2, "t": [["a": "x"]]])
    }
}
