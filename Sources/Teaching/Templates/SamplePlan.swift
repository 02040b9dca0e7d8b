import Digests

/// How many samples of what are drawn.
package struct SamplePlan: Sendable {
    /// Parts of all samples that are no plain call. What fits no function and what is unclear come about as often as users say
    /// them; more would teach a model to refuse, less to call something always. Dialogues are fewer than in use, since most of
    /// their turns read as requests by themselves.
    package enum Share {
        package static let none = 0.12, unclear = 0.07, dialogues = 0.08
    }

    /// Draws of one sample that may turn out known or unreadable before another template has to do.
    private static let tries = 40

    package let count: Int
    package let seed: UInt64
    /// Of the samples, and about of the patterns, kept for validation.
    package let validShare: Double

    package init(count: Int, seed: UInt64, validShare: Double = 0) {
        (self.count, self.seed, self.validShare) = (count, seed, validShare)
    }

    /// What was drawn. Equal plans of equal templates give equal samples.
    package struct Result: Sendable {
        package var training: [TaughtSample] = []
        package var validation: [TaughtSample] = []
        /// Phrases of time that came to nothing or to two things, each once.
        package var skipped: [TemplateFault] = []
    }

    /// - Throws: for a template whose call its schema refuses.
    package func result(of templates: [Template]) throws(TemplateFault) -> Result {
        let held = templates.filter(isHeld), learnt = templates.filter { !isHeld($0) }
        let validCount = held.isEmpty ? 0 : Int((Double(count) * validShare).rounded())
        var run = SampleRun(seed: seed)
        var result = Result()
        result.training = try run.samples(of: learnt, count: count - validCount, tries: Self.tries, prefix: "taught")
        result.validation = try run.samples(of: held, count: validCount, tries: Self.tries, prefix: "valid")
        result.skipped = run.skipped
        return result
    }

    /// Whether a template's samples are for validation: by its text alone, so that no text is on both sides.
    package func isHeld(_ template: Template) -> Bool {
        let key = SampleOrder.key(template.text, seed: 0)
        return Double(key >> 11) * 0x1p-53 < validShare
    }
}

/// Draws samples until there are enough, none twice.
private struct SampleRun {
    private var draw: SampleDraw
    private var random: SplitMix64
    private var known: Set<[String]> = []
    private(set) var skipped: [TemplateFault] = []

    init(seed: UInt64) {
        random = SplitMix64(seed)
        draw = SampleDraw(seed: random.next())
    }

    mutating func samples(
        of templates: [Template], count: Int, tries: Int, prefix: String
    ) throws(TemplateFault) -> [TaughtSample] {
        let parts: [(kinds: Set<Template.Kind>, share: Double)] = [
            ([.none], SamplePlan.Share.none), ([.unclear, .missing], SamplePlan.Share.unclear),
            ([.dialogue], SamplePlan.Share.dialogues),
        ]
        var samples: [TaughtSample] = []
        for part in parts {
            let wanted = Int((Double(count) * part.share).rounded())
            samples += try self.samples(
                TemplateGroups(templates.filter { part.kinds.contains($0.kind) }), count: wanted, tries: tries)
        }
        samples += try self.samples(
            TemplateGroups(templates.filter { $0.kind == .call }), count: count - samples.count, tries: tries)
        samples.shuffle(using: &random)
        return samples.enumerated().map { index, sample in
            var sample = sample
            sample.id = "\(prefix)-\(index + 1)"
            return sample
        }
    }

    /// Fewer where the templates have no more.
    private mutating func samples(
        _ groups: TemplateGroups, count: Int, tries: Int
    ) throws(TemplateFault) -> [TaughtSample] {
        var samples: [TaughtSample] = [], misses = 0
        while samples.count < count, misses < tries * 20, let template = groups.pick(using: &random) {
            if let sample = try sample(of: template) {
                samples.append(sample)
                misses = 0
            } else {
                misses += 1
            }
        }
        return samples
    }

    /// nil for one that is known, or whose phrase of time says nothing.
    private mutating func sample(of template: Template) throws(TemplateFault) -> TaughtSample? {
        do throws(SampleDraw.Refusal) {
            let sample = try draw.sample(of: template)
            return known.insert(sample.key).inserted ? sample : nil
        } catch {
            guard case .phrase(let fault) = error else { throw error.fault }
            if !skipped.contains(fault) { skipped.append(fault) }
            return nil
        }
    }
}
