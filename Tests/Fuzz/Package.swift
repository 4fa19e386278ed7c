// swift-tools-version: 6.2
import PackageDescription

// A separate package, because all its dependencies are built with libFuzzer's instrumentation: see scripts/fuzz.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "static-auth-server", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // The files behind the links in Sources/Fuzz/Linked are compiled here, without the sockets and HTTP clients of
        // their targets.
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "MCPCore", package: "static-auth-server"),
                .product(name: "OAuthServer", package: "static-auth-server"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: [
                .define("Redis"), .enableUpcomingFeature("InternalImportsByDefault"),
                .unsafeFlags(["-I", "\(Context.packageDirectory)/../../Sources/CHiredis"]),
            ])
    ]
)
