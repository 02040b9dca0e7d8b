// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// A target and its tests, each with what its files import and no more (`make lint` compares). Dependencies point up this
/// list only: socket to kernel, never back. What is embedded are files that the program carries in itself.
func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = [], embedded: [String] = []
) -> [Target] {
    func present(_ item: String, in folder: String) -> [String] {
        FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(folder)/\(item)") ? [item] : []
    }
    return [
        .target(
            name: name, dependencies: dependencies, exclude: present("README.md", in: "Sources/\(name)"),
            resources: embedded.map { .embedInCode($0) }, swiftSettings: features),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name)] + tests,
            exclude: present("Fixtures", in: "Tests/\(name)Tests"), swiftSettings: features),
    ]
}

/// A member is seen only where its module is imported: what a target uses stands in its files and above.
let features: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The fuzzer is linked with libFuzzer, which brings `main` and needs every target instrumented: `make fuzz` alone asks for it.
let fuzzer: [Target] =
    Context.environment["KINGLET_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "kinglet-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Runner",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ]

/// The commit of this build, for `--version`; `make` says it, else git does.
let commit = Context.environment["BUILD_COMMIT"] ?? Context.gitInformation?.currentCommit ?? ""

let package = Package(
    name: "kinglet",
    products: [
        .executable(name: "kinglet", targets: ["kinglet"]),
        // For other packages (Tests/Library is one): schemas to token masks, and the engine that decodes under them.
        .library(name: "KingletGrammar", targets: ["Grammar", "Documents"]),
        .library(
            name: "KingletEngine",
            targets: ["Inference", "Models", "Tokenization", "ModelFiles", "Grammar", "Documents"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CEpoll"),
        .target(name: "CKernels", exclude: ["README.md"]),
        .target(
            name: "CBuild", exclude: ["README.md"],
            cSettings: [.define("KINGLET_COMMIT", to: "\"\(commit.prefix(12))\"")]),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .target(
            name: "RetrievalTestSupport", dependencies: ["Retrieval"], path: "Tests/RetrievalTestSupport",
            swiftSettings: features),
        .target(
            name: "InferenceTestSupport",
            dependencies: ["Inference", "Grammar", "Tokenization", "ModelFiles", "Documents"],
            path: "Tests/InferenceTestSupport", swiftSettings: features),
        .target(
            name: "TrainingTestSupport",
            dependencies: ["Training", "Inference", "Grammar", "Models", "Kernels", "Tokenization", "ModelFiles"],
            path: "Tests/TrainingTestSupport", swiftSettings: features),
        .target(
            name: "ServiceTestSupport",
            dependencies: [
                "TestSupport", "Service", "Adapters", "Assembly", "Configuration", "FunctionCalling", "Functions",
                "Inference", "Grammar", "Models", "Tokenization", "ModelFiles", "Documents", collections,
            ], path: "Tests/ServiceTestSupport", swiftSettings: features),
    ]
        + library("SpokenTime", [], tests: ["TestSupport"])
        + library("Documents", ["CZlib", collections, yams], tests: ["TestSupport", collections])
        + library("Charts", ["Documents"], tests: [])
        + library("Digests", ["COpenSSL", "Documents"], tests: ["Documents"])
        + library(
            "ModelFiles", ["Documents", collections], tests: ["TestSupport", "Digests", "Documents", collections])
        + library("HTTPClient", ["COpenSSL"], tests: ["TestSupport"])
        + library(
            "ModelStore", ["HTTPClient", "Digests", "Documents", yams], tests: ["TestSupport", "ModelFiles", "Digests"])
        + library("Tokenization", ["ModelFiles", "Documents"], tests: ["TestSupport", "ModelFiles", "Documents"])
        + library("Kernels", ["CKernels", "COpenBLAS"], tests: ["TestSupport"])
        + library(
            "Models", ["Kernels", "ModelFiles", "Digests"],
            tests: ["TestSupport", "Kernels", "Tokenization", "ModelFiles", "Documents"])
        + library(
            "Training", ["Charts", "Models", "Kernels", "ModelFiles", "Digests", "Documents", collections],
            tests: [
                "TrainingTestSupport", "TestSupport", "Models", "Kernels", "ModelFiles", "Documents", collections,
            ])
        + library(
            "Compression",
            [
                "Training", "Models", "Kernels", "Tokenization", "ModelFiles", "Charts", "Digests", "Documents",
                collections,
            ],
            tests: [
                "TestSupport", "Training", "Models", "Kernels", "Tokenization", "ModelFiles", "Documents", collections,
            ])
        + library("Grammar", ["Documents", collections], tests: ["TestSupport", "Documents", collections])
        + library(
            "Inference",
            [
                "Grammar", "Models", "Kernels", "Tokenization", "HTTPClient", "ModelFiles", "Digests", "Documents",
                collections, logging,
            ],
            tests: [
                "TestSupport", "Judging", "Grammar", "Models", "Kernels", "Tokenization", "ModelFiles", "Digests",
                "Documents", collections,
            ])
        + library(
            "Retrieval", ["Kernels", "Digests", "Documents", collections],
            tests: ["TestSupport", "Judging", "Kernels", "Documents", collections])
        + library("Storage", [grdb], tests: ["TestSupport"])
        + library(
            "Functions", ["Retrieval", "Grammar", "Documents", collections],
            tests: ["TestSupport", "Documents", collections])
        + library(
            "Adapters", ["Functions", "Documents", collections],
            tests: ["TestSupport", "Functions", "Documents", collections])
        + library(
            "Knowledge", ["Functions", "Retrieval", "Documents", "SpokenTime", collections],
            tests: [
                "RetrievalTestSupport", "TestSupport", "Functions", "Documents", "SpokenTime", collections,
            ])
        + library(
            "CallRules", ["Functions", "Retrieval", "Grammar", "Documents", "SpokenTime", collections],
            tests: ["TestSupport", "Functions", "Grammar", "Documents", "SpokenTime", collections])
        + library(
            "FunctionCalling",
            [
                "CallRules", "Knowledge", "Adapters", "Functions", "Storage", "Retrieval", "Inference", "Grammar",
                "Tokenization",
                "Digests",
                "Documents", "SpokenTime", collections,
            ],
            tests: [
                "RetrievalTestSupport", "TestSupport", "Evaluation", "Knowledge", "CallRules", "Adapters", "Functions",
                "Storage",
                "Retrieval", "Inference", "Grammar",
                "Models", "Tokenization", "ModelFiles", "Digests", "Documents", "SpokenTime", collections,
            ])
        + library(
            "Judging",
            [
                "FunctionCalling", "Functions", "Inference", "Grammar", "Tokenization", "Digests", "Documents",
                "SpokenTime", collections,
            ],
            tests: [
                "InferenceTestSupport", "TestSupport", "Evaluation", "FunctionCalling", "Functions", "Inference",
                "Tokenization", "Documents", collections,
            ])
        + library(
            "Verdicts", ["Judging", "FunctionCalling", "Functions", "Digests", "Documents", collections, grdb],
            tests: [
                "InferenceTestSupport", "TestSupport", "Judging", "Functions", "Inference", "Documents", collections,
            ])
        + library(
            "Rewards", ["Judging", "Functions", "Grammar", "Documents", collections],
            tests: ["Judging", "Functions", "Documents"])
        + library(
            "Evaluation",
            [
                "Verdicts", "Judging", "FunctionCalling", "Adapters", "Functions", "Storage", "Retrieval", "Inference",
                "Grammar",
                "Digests",
                "Documents", collections,
            ],
            tests: [
                "InferenceTestSupport", "TestSupport", "Verdicts", "Judging", "FunctionCalling", "Functions", "Storage",
                "Retrieval", "Inference", "Models", "Digests", "Documents", collections,
            ])
        + library(
            "Teaching",
            [
                "Judging", "FunctionCalling", "Functions", "Retrieval", "Inference", "Grammar", "Tokenization",
                "Digests",
                "Documents", "SpokenTime", collections,
            ],
            tests: [
                "InferenceTestSupport", "TestSupport", "FunctionCalling", "Functions", "Inference", "Grammar",
                "Tokenization", "ModelFiles",
                "Digests", "Documents", "SpokenTime", collections,
            ])
        + library(
            "Distillation",
            ["Training", "Inference", "Tokenization", "HTTPClient", "Digests", "Documents", collections],
            tests: [
                "TrainingTestSupport", "TestSupport", "Training", "Inference", "Models", "Kernels", "ModelFiles",
                "Documents", collections,
            ])
        + library(
            "Reinforcement",
            ["Training", "Inference", "Models", "Kernels", "ModelFiles", "Tokenization", "Documents", collections],
            tests: [
                "TrainingTestSupport", "TestSupport", "Training", "Inference", "Models", "Kernels", "Tokenization",
                "ModelFiles", "Documents", collections,
            ])
        + library(
            "Datasets",
            [
                "Evaluation", "Rewards", "Judging", "FunctionCalling", "Adapters", "Functions", "Retrieval", "Grammar",
                "Digests",
                "Documents", collections,
            ],
            tests: [
                "TestSupport", "Evaluation", "Rewards", "Judging", "FunctionCalling", "Functions", "Documents",
                collections,
            ])
        + library("Telemetry", ["Documents", logging], tests: ["TestSupport", logging])
        + library(
            "OpenTelemetry", ["HTTPClient", "Telemetry", logging], tests: ["TestSupport", "Telemetry", logging])
        + library(
            "HTTPServer", ["COpenSSL", "CEpoll", "CNGHTTP2", logging, httpTypes],
            tests: ["TestSupport", logging, httpTypes])
        + library(
            "LoadTesting",
            ["Charts", "CEpoll", "CNGHTTP2", "HTTPClient", "Digests", "Documents", histogram, deque, collections],
            tests: ["Charts", "TestSupport", "HTTPServer", "HTTPClient", "Documents", collections])
        + library(
            "Configuration",
            [
                "CBuild", "HTTPServer", "FunctionCalling", "CallRules", "Inference", "Kernels", "HTTPClient", "Digests",
                "Documents", collections,
            ], tests: ["TestSupport", "Service", "HTTPServer", "Documents"])
        + library(
            "Assembly",
            [
                "Configuration", "Evaluation", "Verdicts", "Judging", "FunctionCalling", "Knowledge", "Adapters",
                "Functions", "Storage", "Retrieval", "Inference", "Grammar", "Models", "Kernels", "Tokenization",
                "ModelStore", "ModelFiles", "HTTPClient", "OpenTelemetry", "Digests", "Documents", logging,
            ],
            tests: [
                "TestSupport", "Configuration", "OpenTelemetry", "Judging", "FunctionCalling", "Adapters", "Functions",
                "Retrieval", "Inference", "ModelFiles", "Documents", collections, logging,
            ])
        + library(
            "Service",
            [
                "Assembly", "Configuration", "HTTPServer", "OpenTelemetry", "Telemetry", "Evaluation", "Rewards",
                "Verdicts", "Judging", "FunctionCalling", "Distillation",
                "Knowledge", "CallRules", "Adapters", "Functions", "Storage", "Retrieval", "Inference", "Grammar",
                "Tokenization", "ModelFiles", "Digests", "Documents", httpTypes, collections, logging,
            ],
            tests: [
                "CZlib", "ServiceTestSupport", "TestSupport", "Assembly", "Configuration", "HTTPServer",
                "Evaluation", "FunctionCalling", "Functions", "Distillation", "Training", "Inference", "Grammar",
                "Models", "Tokenization", "ModelFiles", "Documents", collections, httpTypes, logging,
            ], embedded: ["Console/Page"])
        + library(
            "Doors",
            [
                "Service", "Configuration", "HTTPServer", "FunctionCalling", "Functions", "Retrieval", "Inference",
                "Tokenization",
                "Documents", httpTypes, collections,
            ],
            tests: [
                "ServiceTestSupport", "TestSupport", "Service", "Configuration", "Functions", "Inference",
                "Tokenization",
                "Grammar", "Documents", collections,
            ])
        + library(
            "Benchmarking",
            [
                "Service", "Assembly", "Configuration", "LoadTesting", "Inference", "Grammar", "Models", "Kernels",
                "Tokenization", "HTTPClient", "ModelFiles", "Digests", "Documents", collections,
            ],
            tests: [
                "TestSupport", "Assembly", "Configuration", "Inference", "Grammar", "Kernels", "Tokenization",
                "ModelFiles", "Documents",
            ])
        + [
            .executableTarget(
                name: "kinglet",
                dependencies: [
                    "Benchmarking", "Doors", "Service", "Assembly", "Configuration", "LoadTesting", "Telemetry",
                    "Evaluation", "Verdicts", "Judging", "Rewards", "Datasets", "FunctionCalling", "CallRules",
                    "Functions", "Retrieval", "Inference", "Teaching", "Distillation", "Reinforcement", "Digests",
                    "Compression", "Training", "Models",
                    "Kernels",
                    "Tokenization", "ModelStore", "HTTPClient", "ModelFiles", "Documents", "COpenSSL", collections,
                    arguments,
                ], exclude: ["README.md"]),
            .target(
                name: "FuzzTargets",
                dependencies: [
                    "TestSupport", "Service", "Configuration", "HTTPServer", "FunctionCalling", "Knowledge", "Adapters",
                    "Functions",
                    "Inference", "Grammar", "Tokenization", "ModelFiles", "Documents",
                ],
                path: "Tests/Fuzz/Targets"),
            .testTarget(
                name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"],
                path: "Tests/Fuzz/Replay"),
        ] + fuzzer,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
