// swift-tools-version: 6.2
import PackageDescription

// A client built with the official Swift SDK, whose target is called MCP, tests itself against this server. A target of
// that name stands for the SDK here. Its tests are those of EmbeddedTests, and each step of the tutorial in
// Sources/StaticAuthServer/StaticAuthServer.docc, whose files are these.
let server: [Target.Dependency] = [
    "MCP",
    .product(name: "StaticAuthServer", package: "static-auth-server"),
    .product(name: "Logging", package: "swift-log"),
]

let package = Package(
    name: "Embedded",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "static-auth-server", path: "../../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(name: "MCP"),
        .testTarget(
            name: "EmbeddedTests",
            dependencies: server + [.product(name: "MCPCore", package: "static-auth-server")]),
    ]
        + (1...5).map {
            .testTarget(name: "TutorialStep\($0)", dependencies: server, path: "Tests/Tutorial/Step\($0)")
        })
