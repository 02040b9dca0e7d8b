import Datasets
import Documents
import Testing

@Suite struct LoggedQueriesTests {
    private static func line(_ query: String, route: String = "/v1/functioncall", more: String = "") -> String {
        "2026-11-30T12:38:25.858Z info access: request bytes_in=30 client=127.0.0.1:42084 end=answered\(more) query=\(query) "
            + "route=\(route) status=200"
    }

    /// A line, and the query in it; nil: it is none of a request's.
    static let lines: [(String, String?)] = [
        (line(#""lights off""#), "lights off"), (line("hello"), "hello"),
        (line(#""say \"hi\" now""#), #"say "hi" now"#),
        (line(#""a\\""#), #"a\"#), (line(#""tab\tand\n""#), "tab\tand\n"), (line(#""x=1 y=2""#), "x=1 y=2"),
        (#"{"time":"t","level":"info","logger":"access","message":"request","query":"关灯","status":200}"#, "关灯"),
        (#"{"time":"t","level":"info","logger":"http","message":"request","query":"a"}"#, nil),
        (#"{"logger":"access","message":"other","query":"a"}"#, nil), ("{broken", nil), ("", nil),
        ("2026-11-30T12:38:25.858Z notice kinglet: ready model=x", nil),
        (line(#""no end"#), #""no end route=/v1/functioncall status=200"#),
    ]

    @Test(arguments: lines) func readsLines(_ line: String, query: String?) {
        #expect(LogFields.read(line)?["query"] == query)
    }

    @Test func readsTheOtherFields() {
        let fields = LogFields.read(Self.line("x", more: " outcome=call"))
        #expect(fields?["outcome"] == "call" && fields?["status"] == "200" && fields?["route"] == "/v1/functioncall")
    }

    @Test func takesEachRequestOnceTheCommonestFirst() {
        var queries = LoggedQueries(routes: ["/v1/functioncall"])
        let outcomes = [" outcome=call", " outcome=request_unclear", " outcome=call", ""]
        for (query, outcome) in zip([#""Lights off""#, #""lights  OFF""#, #""lights off""#, "once"], outcomes) {
            queries.read(Self.line(query, more: outcome))
        }
        queries.read(Self.line("elsewhere", route: "/v1/judge"))
        queries.read(Self.line(#""cut off…""#))
        queries.read("noise")
        #expect(queries.lines == 7 && queries.requests == 5 && queries.cut == 1)
        let lines = queries.lines(pool: "p.yaml", name: "log")
        #expect(lines.map { $0["query"]?.stringValue } == ["Lights off", "once"])
        #expect(lines.map { $0["times"]?.intValue } == [3, 1])
        #expect(lines.map { $0["id"]?.stringValue } == ["log-1", "log-2"])
        #expect(lines.map { $0["outcome"]?.stringValue } == ["call", "call"])
        #expect(lines.allSatisfy { $0["pool"] == "p.yaml" && $0["to_label"] == true && $0["expected"] == [] })
    }

    @Test func masksAndCounts() {
        var queries = LoggedQueries(routes: [])
        queries.read(Self.line(#""mail ann@example.com""#, route: "/any"))
        queries.read(Self.line(#""mail bob@example.com""#, route: "/other", more: " outcome=no_appropriate_function"))
        #expect(queries.masked == [.email: 2])
        let lines = queries.lines(pool: "p", name: "l")
        #expect(lines.count == 1 && lines.first?["query"] == "mail <email>" && lines.first?["times"] == 2)
        #expect(lines.first?["outcome"] == "no_appropriate_function")
    }
}
