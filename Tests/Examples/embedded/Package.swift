// swift-tools-version: 6.2
import PackageDescription

// A client built with the official Swift SDK, whose target is called MCP, tests itself against this server. A target of
// that name stands for the SDK here, so that this package has no other dependency.
let package = Package(
    name: "Embedded",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "static-auth-server", path: "../../..")],
    targets: [
        .target(name: "MCP"),
        .testTarget(
            name: "EmbeddedTests",
            dependencies: [
                "MCP",
                .product(name: "StaticAuthServer", package: "static-auth-server"),
                .product(name: "MCPCore", package: "static-auth-server"),
            ]),
    ])
