// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because everything it depends on is built with libFuzzer's instrumentation: see scripts/fuzz.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "static-auth-server", path: "../..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "MCP", package: "static-auth-server"),
                .product(name: "OAuthServer", package: "static-auth-server"),
            ])
    ]
)
