// swift-tools-version: 6.1
import PackageDescription

/// A package as somebody else's: it sees what Kinglet's products make public, no more.
let package = Package(
    name: "library-example",
    dependencies: [.package(name: "kinglet", path: "../..")],
    targets: [
        .executableTarget(
            name: "grammar-example", dependencies: [.product(name: "KingletGrammar", package: "kinglet")])
    ])
