// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because everything it depends on is built with libFuzzer's instrumentation: see scripts/fuzz.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "static-auth-server", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // What Sources/Fuzz/Linked links to is compiled here, without the sockets and HTTP clients that it lives
        // beside.
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
