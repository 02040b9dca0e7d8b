import Telemetry
import Testing

@Suite struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c", span = "b7ad6b7169203331"

    @Test func keepsTheTraceAndMakesASpan() throws {
        let context = try #require(TraceContext("00-\(Self.trace)-\(Self.span)-01", state: "a=b"))
        #expect(context.traceID == Self.trace && context.parentID == Self.span && context.flags == "01")
        #expect(context.spanID != Self.span && context.spanID.utf8.count == 16)
        #expect(context.header == "00-\(Self.trace)-\(context.spanID)-01")
        #expect(context.state == "a=b")
        #expect(TraceContext("cc-\(Self.trace)-\(Self.span)-01-what-will-come") != nil)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-more", "ff-\(trace)-\(span)-01",
        "00-\(String(repeating: "0", count: 32))-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-0x", "cc-\(trace)-\(span)-01more",
        "00_\(trace)_\(span)_01", "00-\(trace)-\(span)-é",
    ])
    func refuses(header: String) { #expect(TraceContext(header) == nil) }

    @Test func aTraceMayBeginHere() throws {
        for isSampled in [true, false] {
            let root = TraceContext(isSampled: isSampled)
            #expect(root.parentID.isEmpty && root.traceID.utf8.count == 32 && root.spanID.utf8.count == 16)
            #expect(root.isSampled == isSampled && root.state == nil)
            let child = try #require(TraceContext(root.header))
            #expect(child.traceID == root.traceID && child.parentID == root.spanID && child.isSampled == isSampled)
        }
        #expect(TraceContext(isSampled: true).traceID != TraceContext(isSampled: true).traceID)
        #expect(try #require(TraceContext("00-\(Self.trace)-\(Self.span)-03")).isSampled)
    }
}
