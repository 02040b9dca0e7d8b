import Documents
import Foundation
import Grammar
import Testing

@Suite struct CalendarFormatTests {
    private static func grammar(_ format: String) throws -> CompiledGrammar {
        try GrammarTesting.compile(["type": "string", "format": .string(format)])
    }

    private static func padded(_ number: Int, _ width: Int) -> String { String(format: "%0\(width)d", number) }

    @Test("dates are days of the calendar, no other", arguments: [1, 1900, 2000, 2024, 2026, 2100, 2400, 9999])
    func dates(year: Int) throws {
        let grammar = try Self.grammar("date"), isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for month in 0...13 {
            for day in 0...32 {
                let isDay = (1...12).contains(month) && day >= 1 && day <= days[month - 1]
                let text = "\"\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))\""
                #expect(GrammarTesting.accepts(grammar, text) == isDay, "\(text)")
            }
        }
    }

    @Test func times() throws {
        let grammar = try Self.grammar("time"), moment = try Self.grammar("date-time")
        for hour in 0...30 {
            for minute in [0, 7, 30, 59, 60, 75] {
                let isTime = hour < 24 && minute < 60
                for zone in ["Z", "+08:00", "-23:59"] {
                    let text = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):00\(zone)"
                    #expect(GrammarTesting.accepts(grammar, "\"\(text)\"") == isTime, "\(text)")
                    #expect(GrammarTesting.accepts(moment, "\"2026-11-25T\(text)\"") == isTime, "\(text)")
                }
            }
        }
        for text in ["7:30:00Z", "07:30Z", "07:30:00", "07:30:60Z", "07:30:00+24:00", "07:30:00+8", "half past seven"] {
            #expect(!GrammarTesting.accepts(grammar, "\"\(text)\""), "\(text)")
        }
        #expect(!GrammarTesting.accepts(moment, #""2026-02-30T07:30:00Z""#))
        #expect(GrammarTesting.accepts(moment, #""2026-11-25T07:30:00.125+08:00""#))
    }

    @Test("durations of RFC 3339, appendix A: units in order, none left out in between")
    func durations() throws {
        let grammar = try Self.grammar("duration")
        let date = ["Y", "M", "D"], time = ["H", "M", "S"]
        /// Whether the units chosen follow each other without a gap.
        func isRun(_ chosen: Int) -> Bool { [0, 1, 2, 4, 3, 6, 7].contains(chosen) }
        func text(_ units: [String], _ chosen: Int) -> String {
            units.indices.filter { chosen >> $0 & 1 == 1 }.map { "\($0 + 10)\(units[$0])" }.joined()
        }
        for days in 0..<8 {
            for hours in 0..<8 {
                let duration = "P\(text(date, days))" + (hours == 0 ? "" : "T\(text(time, hours))")
                let isDuration = days + hours > 0 && isRun(days) && isRun(hours)
                #expect(GrammarTesting.accepts(grammar, "\"\(duration)\"") == isDuration, "\(duration)")
            }
        }
        #expect(GrammarTesting.accepts(grammar, #""P3W""#))
        for text in ["P", "PT", "P1DT", "1D", "P1S", "PT1D", "P1W2D", "P-1D", "P1H"] {
            #expect(!GrammarTesting.accepts(grammar, "\"\(text)\""), "\(text)")
        }
    }
}
