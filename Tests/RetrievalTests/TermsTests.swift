import Judging
import Retrieval
import TestSupport
import Testing

@Suite struct TermsTests {
    static let texts: [(String, Bool, [String])] = [
        ("Turn ON the kitchen-lights!", false, ["turn", "on", "kitchen", "light"]),
        ("climate_setTemperature2", true, ["climat", "set", "temperatur", "2"]),
        ("HTTPServer.getURL", true, ["httpserver", "get", "url"]),
        ("7pm", true, ["7", "pm"]),
        ("7pm", false, ["7pm"]),
        ("打开空调", false, ["打开", "开空", "空调"]),
        ("灯", false, ["灯"]),
        ("把bedroom的灯", false, ["把", "bedroom", "的灯"]),
        ("Fußgängerübergänge ÉTÉ", false, ["fußgängerübergänge", "été"]),
        ("the of and", false, []),
        ("", false, []),
        ("🎉👨‍👩‍👧", false, []),
    ]
    @Test(arguments: texts) func cuts(text: String, splitsNames: Bool, terms: [String]) {
        #expect(Array(Terms(text, splitsNames: splitsNames)) == terms)
    }

    static let families: [[String]] = [
        ["schedule", "schedules", "scheduled", "scheduling"], ["reply", "replies"], ["set", "setting", "settings"],
        ["translate", "translation", "translated"], ["call", "calls", "calling"],
        ["play", "plays", "playing", "played"],
    ]
    @Test(arguments: families) func folds(family: [String]) {
        #expect(Set(family.map(EnglishEndings.fold)).count == 1, "\(family.map(EnglishEndings.fold))")
    }

    @Test func keepsApart() {
        #expect(EnglishEndings.fold("timer") != EnglishEndings.fold("time"))
        #expect(EnglishEndings.fold("news") != EnglishEndings.fold("ne"))
    }

    @Test("property: any scalars, no crash, terms are lower case", arguments: UInt64(0)..<200)
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...80, using: &random) {
            let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x2_0000
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        for term in Terms(String(text), splitsNames: Bool.random(using: &random)) {
            #expect(!term.isEmpty && !term.utf8.contains { (0x41...0x5A).contains($0) })
        }
    }
}
