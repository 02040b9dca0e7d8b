// swift-tools-version: 6.1
import PackageDescription

// Apart from the product, so that Hummingbird is no dependency of it.
// The folder is not called hummingbird: a package may not depend on one of its own name.
let package = Package(
    name: "minimal-hummingbird",
    dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1")],
    targets: [
        .executableTarget(
            name: "MinimalServer", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
    ],
    swiftLanguageModes: [.v6]
)
