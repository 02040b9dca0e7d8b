// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// A target and its tests. Dependencies point down the list only: socket to kernel, never back.
func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = []
) -> [Target] {
    let readme = "README.md"
    let hasReadme = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Sources/\(name)/\(readme)")
    return [
        .target(name: name, dependencies: dependencies, exclude: hasReadme ? [readme] : []),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "TestSupport"] + dependencies + tests,
            exclude: ["Fixtures"]),
    ]
}

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
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

let package = Package(
    name: "kinglet",
    products: [.executable(name: "kinglet", targets: ["kinglet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CEpoll"),
        .target(name: "CKernels"),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
    ]
        + library("OrderedJSON", [collections])
        + library("SpokenTime")
        + library("HTTPExchange", ["COpenSSL"])
        + library("ModelFiles", ["OrderedJSON", "HTTPExchange", "COpenSSL", yams])
        + library("Tokenization", ["OrderedJSON", "ModelFiles"])
        + library("Kernels", ["CKernels", "COpenBLAS"])
        + library("Models", ["Kernels", "ModelFiles"], tests: ["Tokenization", "OrderedJSON"])
        + library("Inference", ["Models", "Tokenization", "OrderedJSON", "HTTPExchange", logging])
        + library("Retrieval", ["Kernels", "OrderedJSON", "COpenSSL"])
        + library("Storage", [grdb])
        + library(
            "FunctionCalling",
            ["Inference", "Retrieval", "Storage", "Tokenization", "ModelFiles", "OrderedJSON", collections, yams],
            tests: ["Evaluation"])
        + library("Evaluation", ["FunctionCalling"])
        + library("Telemetry", [logging])
        + library("HTTPServer", ["CEpoll", "CNGHTTP2", "COpenSSL", httpTypes, logging])
        + library("LoadTesting", ["OrderedJSON", "HTTPExchange"])
        + library(
            "Service",
            ["HTTPServer", "HTTPExchange", "Telemetry", "Evaluation", "Storage", "ModelFiles", "CZlib", logging])
        + library(
            "Benchmarking",
            ["Service", "LoadTesting", "HTTPExchange", "ModelFiles", "Kernels", "OrderedJSON"])
        + [
            .executableTarget(
                name: "kinglet",
                dependencies: [
                    "Service", "Evaluation", "FunctionCalling", "Retrieval", "LoadTesting", "Benchmarking", "Telemetry",
                    "ModelFiles", "Kernels", "HTTPExchange",
                    "OrderedJSON",
                    arguments,
                ]),
            .target(
                name: "FuzzTargets",
                dependencies: [
                    "Service", "Evaluation", "FunctionCalling", "Inference", "Tokenization", "ModelFiles", "HTTPServer",
                    "OrderedJSON", "TestSupport",
                ],
                path: "Tests/Fuzz/Targets"),
            .testTarget(
                name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"],
                path: "Tests/Fuzz/Replay"),
        ] + fuzzer,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
