import Documents
import Foundation
import FunctionCalling
import SpokenTime
import Functions
import OrderedCollections
import Testing

@Suite struct FunctionCallRequestTests {
    static let example = """
        {"query": "a bit warmer in here please",
         "history": [{"role": "user", "content": "turn on the heating in the bedroom"}, {"role": "assistant", "content": "Done."}],
         "context": {"time": "2026-11-24T07:30:00+08:00", "timezone": "Asia/Shanghai", "locale": "en-US", "state": {"room": "bedroom", "bedroom.temperature": 19}},
         "pool": "smart-home", "top_k": 10, "retriever": "hybrid", "adapter": "dis", "max_calls": 1, "explain": false, "stream": false}
        """

    @Test func readsTheDocumentedExample() throws {
        let request = try FunctionCallRequest(json: JSONValue(parsing: Self.example))
        #expect(request.query == "a bit warmer in here please")
        #expect(request.history.map(\.role) == [.user, .assistant])
        #expect(request.context.time?.clock == "07:30" && request.context.timeZone == "Asia/Shanghai")
        #expect(request.context.state["bedroom.temperature"] == 19)
        #expect(request.retriever == .hybrid && request.topK == 10 && request.adapter == "dis")
        let rest = try FunctionCallRequest(
            json: JSONValue(
                parsing: #"{"query": "q", "functions": [{"name": "f"}], "min_score": 0.5, "model": "m", "seed": 7, "#
                    + #""priority": 9, "timeout_ms": 250, "knowledge": false}"#))
        #expect(rest.functions?.first?.name == "f" && rest.minScore == 0.5 && rest.seed == 7 && rest.priority == 9)
        #expect(rest.timeout == .milliseconds(250) && rest.knowledge == false && rest.model == "m")
    }

    static let refused: [(String, String)] = [
        (#"[]"#, ""), (#"{}"#, "query"), (#"{"query": 5}"#, "query"), (#"{"query": "  "}"#, "query"),
        (#"{"query": "q", "tops": 1}"#, "tops"), (#"{"query": "q", "top_k": 0}"#, "top_k"),
        (#"{"query": "q", "top_k": 65}"#, "top_k"), (#"{"query": "q", "top_k": "5"}"#, "top_k"),
        (#"{"query": "q", "max_calls": 0}"#, "max_calls"), (#"{"query": "q", "max_calls": 17}"#, "max_calls"),
        (#"{"query": "q", "priority": 10}"#, "priority"), (#"{"query": "q", "priority": -1}"#, "priority"),
        (#"{"query": "q", "timeout_ms": 0}"#, "timeout_ms"), (#"{"query": "q", "seed": -1}"#, "seed"),
        (#"{"query": "q", "seed": 1.5}"#, "seed"), (#"{"query": "q", "retriever": "magic"}"#, "retriever"),
        (#"{"query": "q", "explain": "yes"}"#, "explain"), (#"{"query": "q", "pool": ""}"#, "pool"),
        (#"{"query": "q", "pool": "p", "functions": [{"name": "f"}]}"#, "functions"),
        (#"{"query": "q", "functions": []}"#, "functions"), (#"{"query": "q", "functions": [5]}"#, "functions[0]"),
        (#"{"query": "q", "functions": [{"name": "f"}, {"nam": "g"}]}"#, "functions[1].nam"),
        (#"{"query": "q", "history": {}}"#, "history"), (#"{"query": "q", "history": [5]}"#, "history[0]"),
        (#"{"query": "q", "history": [{"role": "tool", "content": "x"}]}"#, "history[0].role"),
        (#"{"query": "q", "history": [{"role": "user"}]}"#, "history[0].content"),
        (#"{"query": "q", "history": [{"role": "user", "content": "x", "name": "n"}]}"#, "history[0].name"),
        (#"{"query": "q", "context": []}"#, "context"), (#"{"query": "q", "context": {"tim": 1}}"#, "context.tim"),
        (#"{"query": "q", "context": {"time": "half past six"}}"#, "context.time"),
        (#"{"query": "q", "context": {"time": "2026-02-29T00:00:00"}}"#, "context.time"),
        (#"{"query": "q", "context": {"time": "2026-11-24T09:30:00+25:00"}}"#, "context.time"),
        (#"{"query": "q", "context": {"timezone": "Mars/Base"}}"#, "context.timezone"),
        (#"{"query": "q", "context": {"locale": "en US!"}}"#, "context.locale"),
        (#"{"query": "q", "context": {"state": [1]}}"#, "context.state"),
        (#"{"query": "q", "min_score": "high"}"#, "min_score"),
    ]
    @Test(arguments: refused) func namesTheField(text: String, field: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: FieldError.self) { try FunctionCallRequest(json: json) }
        #expect(error?.path == field)
        #expect(error?.message.isEmpty == false)
    }

    @Test func sizesAreLimited() throws {
        var limits = RequestLimits()
        (limits.queryBytes, limits.historyTurns, limits.turnBytes, limits.functions, limits.stateBytes) = (
            5, 1, 5, 1, 12
        )
        let turn: JSONValue = ["role": "user", "content": "x"]
        let function: JSONValue = ["name": "f"]
        let tooLarge: [(JSONValue, String)] = [
            (["query": "123456"], "query"), (["query": "q", "history": [turn, turn]], "history"),
            (["query": "q", "history": [["role": "user", "content": "123456"]]], "history[0].content"),
            (["query": "q", "functions": [function, function]], "functions"),
            (["query": "q", "context": ["state": ["a": "1234567"]]], "context.state"),
        ]
        for (json, field) in tooLarge {
            let error = #expect(throws: FieldError.self) { try FunctionCallRequest(json: json, limits: limits) }
            #expect(error?.path == field)
        }
        _ = try FunctionCallRequest(
            json: ["query": "12345", "history": [turn], "functions": [function]], limits: limits)
    }
}

@Suite struct CallContextTests {
    static let times: [(String, String?, String?)] = [
        ("2026-11-24T07:30:00+08:00", "Asia/Shanghai", "Tuesday 2026-11-24 07:30"),
        ("2026-11-23T23:30:00Z", "Asia/Shanghai", "Tuesday 2026-11-24 07:30"),
        ("2026-11-24T07:30:00+08:00", nil, "Tuesday 2026-11-24 07:30"),
        ("2019-03-01T00:00:00", nil, "Friday 2019-03-01 00:00"), ("2024-02-29", nil, "Thursday 2024-02-29 00:00"),
        ("1969-12-31T23:59:59.5Z", "UTC", "Wednesday 1969-12-31 23:59"),
        ("2026-03-29T01:30:00Z", "Europe/Berlin", "Sunday 2026-03-29 03:30"),  // the hour that summer time skips
        ("2026-13-01", nil, nil), ("2026-11-24T24:00", nil, nil), ("24.11.2026", nil, nil),
        ("2026-11-24T07:30:00+8", nil, nil),
    ]
    @Test(arguments: times) func reads(text: String, zone: String?, expected: String?) {
        let time = LocalTime(iso8601: text, in: zone.flatMap(TimeZone.init(identifier:)))
        #expect(time.map { "\($0.weekdayName) \($0.date) \($0.clock)" } == expected)
    }

    @Test("law: a day later is the next weekday; years pass like Foundation's") func days() {
        guard let utc = TimeZone(identifier: "UTC"), let start = LocalTime(iso8601: "1999-12-25T12:00") else { return }
        let names = ["Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        for offset in 0..<3_000 {
            let day = start.adding(days: offset)
            #expect(day.weekdayName == names[offset % 7])
            #expect(day == LocalTime(Date(timeIntervalSince1970: 946_123_200 + Double(offset) * 86_400), in: utc))
            #expect(LocalTime(iso8601: day.date + "T12:00") == day)
        }
    }

    @Test func rendersCompactly() throws {
        let request = try FunctionCallRequest(json: JSONValue(parsing: FunctionCallRequestTests.example))
        #expect(
            request.context.text([]) == """
                Now: Tuesday 2026-11-24 07:30, morning, Asia/Shanghai
                Locale: en-US
                State: room=bedroom, bedroom.temperature=19
                """)
        let full = request.context.text([.days, .offset])
        #expect(full.hasPrefix("Now: Tuesday 2026-11-24 07:30+08:00, morning, Asia/Shanghai\n"))
        #expect(
            full.contains("Days: tomorrow 2026-11-25, Thursday 2026-11-26, Friday 2026-11-27, Saturday 2026-11-28"))
        #expect(CallContext().text(.days) == "")
    }

    static let offsets: [(JSONValue, String)] = [
        (["time": "2026-11-24T07:30:00+08:00"], "07:30+08:00"), (["time": "2026-11-24T07:30:00Z"], "07:30+00:00"),
        (["time": "2026-11-24T07:30:00"], "07:30,"),
        (["time": "2026-11-24T07:30:00", "timezone": "America/St_Johns"], "07:30-03:30"),
        (["time": "2026-07-01T12:00:00Z", "timezone": "Europe/Berlin"], "14:00+02:00"),
        // The night in which summer time ends: 03:30 is winter time already.
        (["time": "2026-10-25T03:30:00", "timezone": "Europe/Berlin"], "03:30+01:00"),
    ]
    @Test(arguments: offsets) func knowsTheOffset(_ context: JSONValue, expected: String) throws {
        let context = try CallContext(json: context, limits: RequestLimits())
        #expect(context.text(.offset).contains(expected), "\(context.text(.offset))")
    }

    @Test func serverClockCountsWhereItIsNeededAndNothingIsSaid() throws {
        let zone = try #require(TimeZone(identifier: "Asia/Tokyo")), now = Date(timeIntervalSince1970: 1_795_500_000)
        #expect(CallContext().text([], clock: zone, now: now) == "")
        #expect(CallContext().text(.offset, clock: zone, now: now) == "Now: Tuesday 2026-11-24 15:00+09:00, afternoon")
    }

    @Test func stateIsFlat() throws {
        let state: JSONValue = ["a": ["b": ["c": 1, "d": [1, 2]], "e": "x\ny"], "f": [:], "g": true]
        let context = try CallContext(json: ["state": state], limits: RequestLimits())
        #expect(context.text([]) == "State: a.b.c=1, a.b.d=[1,2], a.e=x y, f={}, g=true")
    }

    @Test func needsOfTheCalendar() {
        func needs(_ property: JSONValue, _ name: String = "x") -> CalendarNeeds {
            CalendarNeeds([
                FunctionDefinition(
                    name: "f", description: "", parameters: ["type": "object", "properties": .object([name: property])])
            ])
        }
        #expect(needs(["type": "string", "format": "date"]) == .days)
        #expect(needs(["type": "string", "format": "date-time"]) == [.days, .offset, .moment])
        #expect(needs(["type": "array", "items": ["type": "string", "format": "time"]]) == [.offset, .time])
        #expect(needs(["type": "string"], "start_date") == .days)
        #expect(needs(["type": "string", "format": "duration"]) == .duration)
        #expect(needs(["type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"]) == .clock)
        #expect(needs(["type": "string"], "start_time") == .clock)
        #expect(needs(["type": "integer"], "minutes") == .minutes)
        let parts: JSONValue = ["hours": ["type": "integer"], "minutes": ["type": "integer"]]
        #expect(needs(["type": "object", "properties": parts]) == .parts)
    }
}
