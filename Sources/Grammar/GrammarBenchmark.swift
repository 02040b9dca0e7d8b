import Documents

/// Times compilation and masks on the caller's schemas and texts.
public enum GrammarBenchmark {
    /// One schema and texts that satisfy it, in the grammar's form.
    public struct Case: Sendable {
        public var schema: JSONValue
        public var texts: [String]

        public init(schema: JSONValue, texts: [String]) { (self.schema, self.texts) = (schema, texts) }
    }

    /// Durations of many repetitions of one thing.
    public struct Times: Sendable {
        private var sorted: [Duration]

        init(_ durations: [Duration]) { sorted = durations.sorted() }

        public var count: Int { sorted.count }
        public var mean: Duration { sorted.isEmpty ? .zero : sorted.reduce(.zero, +) / sorted.count }
        public var maximum: Duration { sorted.last ?? .zero }

        /// The duration that a share of `fraction` does not exceed.
        public func percentile(_ fraction: Double) -> Duration {
            guard !sorted.isEmpty else { return .zero }
            return sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
        }
    }

    public struct Report: Sendable, CustomStringConvertible {
        public var compile: Times
        /// Each mask along the texts, the first time a grammar meets the place.
        public var coldMasks: Times
        /// The same places again.
        public var warmMasks: Times
        public var accepts: Times
        /// Tokens along the texts, and how many of them jump-forward wrote.
        public var tokens = 0, forcedTokens = 0
        /// Tokens forced against the tokeniser: the mask has one token, and it is not the text's own.
        public var uncanonicalTokens = 0
        /// Schemas that were refused and texts that did not fit, with the reason.
        public var refused: [String] = []
        /// Bytes of all automata.
        public var automatonBytes = 0

        public var description: String {
            func line(_ name: String, _ times: Times) -> String {
                func microseconds(_ duration: Duration) -> String {
                    let value =
                        Double(duration.components.attoseconds) / 1e12 + Double(duration.components.seconds) * 1e6
                    return "\((value * 10).rounded() / 10)"
                }
                return
                    "\(name): n \(times.count), mean \(microseconds(times.mean)), p50 \(microseconds(times.percentile(0.5))), "
                    + "p99 \(microseconds(times.percentile(0.99))), max \(microseconds(times.maximum)) µs"
            }
            return [
                line("compile", compile), line("mask, first time", coldMasks), line("mask, again", warmMasks),
                line("accept", accepts),
                "tokens \(tokens), forced \(forcedTokens), of these not the tokeniser's \(uncanonicalTokens); refused \(refused.count); automata \(automatonBytes) bytes",
            ].joined(separator: "\n")
        }
    }

    /// Compiles every schema and walks its texts twice, token by token.
    ///
    /// The tokens of a text are the vocabulary's canonical ones, except where the grammar forces others. Every mask of the
    /// first walk is timed from scratch: the grammar is new, and nothing is shared but the vocabulary.
    public static func run(_ cases: [Case], vocabulary: GrammarVocabulary) -> Report {
        let clock = ContinuousClock()
        var (compile, cold, warm, accept): ([Duration], [Duration], [Duration], [Duration]) = ([], [], [], [])
        var report = Report(compile: Times([]), coldMasks: Times([]), warmMasks: Times([]), accepts: Times([]))
        for sample in cases {
            let grammar: CompiledGrammar
            do {
                let start = clock.now
                grammar = try CompiledGrammar.compile(schema: sample.schema, vocabulary: vocabulary)
                compile.append(clock.now - start)
            } catch {
                report.refused.append(String(describing: error))
                continue
            }
            report.automatonBytes += grammar.automatonBytes
            for text in sample.texts {
                let tokens = vocabulary.encode(Array(text.utf8))
                for isCold in [true, false] {
                    var matcher = Matcher(grammar)
                    for token in tokens {
                        let start = clock.now
                        let mask = matcher.mask()
                        let masked = clock.now
                        let isAccepted = matcher.accept(token)
                        accept.append(clock.now - masked)
                        if isCold { cold.append(masked - start) } else { warm.append(masked - start) }
                        if isCold {
                            report.tokens += 1
                            if mask.count == 1 { report.forcedTokens += 1 }
                            if !mask.contains(token) { report.uncanonicalTokens += 1 }
                        }
                        guard isAccepted else {
                            if isCold { report.refused.append("\(text): refused at token \(token)") }
                            break
                        }
                    }
                }
            }
        }
        report.compile = Times(compile)
        (report.coldMasks, report.warmMasks, report.accepts) = (Times(cold), Times(warm), Times(accept))
        return report
    }
}
