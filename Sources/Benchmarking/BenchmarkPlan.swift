import Configuration
import ModelFiles
import Service

/// A benchmark's plan: model or shape, sections, seconds a section.
public struct BenchmarkPlan: Sendable {
    /// In the order in which they run.
    public enum Section: String, Sendable, CaseIterable {
        case peaks, kernels, attention, load, model, grammar, http
    }

    /// Model, format, threads and engine; the rest of a server's settings, but for the address.
    public var settings: Settings
    /// Random weights of this shape in place of the settings' model.
    public var shape: ModelDescription?
    public var sections: Set<Section>
    /// Seconds that a point of the load test sends requests for; kernels and steps of the model take a share of it.
    public var seconds: Double
    /// A file of schemas for the grammar section; nil: those in `GrammarSamples`.
    public var schemas: String?

    /// What to measure; see the properties.
    public init(
        settings: Settings, shape: ModelDescription? = nil, sections: Set<Section> = Set(Section.allCases),
        seconds: Double = 10, schemas: String? = nil
    ) {
        (self.settings, self.shape, self.sections) = (settings, shape, sections)
        (self.seconds, self.schemas) = (seconds, schemas)
    }

    /// Sections from `peaks,kernels`; all for nil.
    ///
    /// - Throws: `.unknownSection`.
    public static func sections(_ list: String?) throws(BenchmarkError) -> Set<Section> {
        guard let list else { return Set(Section.allCases) }
        var sections: Set<Section> = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            let name = name.filter { $0 != " " }
            guard let section = Section(rawValue: name) else { throw .unknownSection(name) }
            sections.insert(section)
        }
        return sections
    }
}
