// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target; Swift 6 mode comes with the tools version.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "static-auth-server",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "static-auth-server", targets: ["ServerCommand"]),
        .executable(name: "static-auth-client", targets: ["ClientCommand"]),
        .library(name: "StaticAuthServer", targets: ["StaticAuthServer"]),
        .library(name: "StaticAuthService", targets: ["StaticAuthService"]),
        .library(name: "OAuthServer", targets: ["OAuthServer"]),
        .library(name: "MCPCore", targets: ["MCPCore", "Primitives"]),
        .library(name: "MCPClient", targets: ["MCPClient"]),
    ],
    // Off by default, so that a plain build needs only libssl-dev: swift build --traits SQLite,Redis
    traits: [
        .trait(name: "SQLite", description: "Grants and sessions in one file: --store sqlite:PATH (libsqlite3-dev)."),
        .trait(name: "Redis", description: "Grants and sessions in Redis: --store redis://HOST:PORT (libhiredis-dev)."),
        .trait(name: "ServiceLifecycle", description: "The server as a service of swift-service-lifecycle."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        // Without pkgConfig, about which SwiftPM warns; the header and the library are on the compiler's default paths.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),

        .target(name: "Primitives", swiftSettings: strict),
        .target(name: "OAuth", dependencies: ["Primitives", "COpenSSL"], swiftSettings: strict),
        .target(name: "OAuthServer", dependencies: ["Primitives", "OAuth"], swiftSettings: strict),
        .target(name: "MCPCore", dependencies: ["Primitives"], swiftSettings: strict),
        .target(
            name: "HTTPEdge",
            dependencies: [
                "Primitives",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "FlowRecorder", dependencies: ["Primitives", "OAuth", "MCPCore", "HTTPEdge"], swiftSettings: strict),
        .target(
            name: "StaticAuthServer",
            dependencies: [
                "Primitives", "OAuth", "OAuthServer", "MCPCore", "HTTPEdge", "FlowRecorder",
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [
                .embedInCode("Debug/Timeline/Page/timeline.css"),
                .embedInCode("Debug/Timeline/Page/timeline.js"),
                .embedInCode("Debug/Timeline/Page/actions.js"),
                .embedInCode("Debug/Timeline/Page/dom.js"),
                .embedInCode("Debug/Timeline/Page/drawer.js"),
                .embedInCode("Debug/Timeline/Page/entry.js"),
                .embedInCode("Debug/Timeline/Page/flows.js"),
                .embedInCode("Debug/Timeline/Page/menu.js"),
                .embedInCode("Debug/Timeline/Page/overview.js"),
                .embedInCode("Debug/Timeline/Page/presets.js"),
                .embedInCode("Debug/Timeline/Page/scenarios.js"),
                .embedInCode("Debug/Timeline/Page/server.js"),
                .embedInCode("Debug/Timeline/Page/steps.js"),
                .embedInCode("Debug/Timeline/Page/strip.js"),
                .embedInCode("Debug/Timeline/Page/visit.js"),
                .embedInCode("HTTP/page.css"), .embedInCode("HTTP/page.js"),
            ],
            swiftSettings: strict),
        .target(
            name: "StaticAuthService",
            dependencies: [
                "Primitives", "MCPCore", "StaticAuthServer", .product(name: "Logging", package: "swift-log"),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["ServiceLifecycle"])),
            ],
            swiftSettings: strict),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "Primitives", "OAuth", "OAuthServer", "MCPCore",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: strict),
        .target(
            name: "StoreRedis",
            dependencies: [
                "Primitives", "OAuth", "OAuthServer", "MCPCore",
                .target(name: "CHiredis", condition: .when(traits: ["Redis"])),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "ServerCommand",
            dependencies: [
                "Primitives", "OAuth", "OAuthServer", "MCPCore", "StaticAuthServer",
                .target(name: "StoreSQLite", condition: .when(traits: ["SQLite"])),
                .target(name: "StoreRedis", condition: .when(traits: ["Redis"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "MCPClient",
            dependencies: [
                "Primitives", "OAuth", "MCPCore", "HTTPEdge", "COpenSSL",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "Gateway",
            dependencies: [
                "Primitives", "OAuth", "MCPCore", "HTTPEdge", "FlowRecorder", "StaticAuthServer", "MCPClient",
                .target(name: "StoreRedis", condition: .when(traits: ["Redis"])),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [
                .embedInCode("Contract/openapi.json"), .embedInCode("Contract/mcp-gateway.d.ts"),
                .embedInCode("Contract/mcp-gateway.js"), .embedInCode("Page/gateway.html"),
                .embedInCode("Page/gateway.css"), .embedInCode("Page/gateway.js"), .embedInCode("Page/form.js"),
                .embedInCode("Page/callback.js"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "ClientCommand",
            dependencies: [
                "Primitives", "MCPClient", "MCPCore", "OAuth", "Gateway", "StaticAuthServer",
                .target(name: "StoreRedis", condition: .when(traits: ["Redis"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: [
                "Primitives", "OAuth", "OAuthServer", "MCPCore", "StaticAuthServer",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "OAuthTests", dependencies: ["Primitives", "OAuth", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "OAuthServerTests", dependencies: ["Primitives", "OAuthServer", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "MCPCoreTests", dependencies: ["Primitives", "MCPCore", "TestSupport"], exclude: ["Conversations"],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPEdgeTests",
            dependencies: [
                "Primitives", "HTTPEdge", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StoreRedisTests",
            dependencies: [
                "Primitives", "StoreRedis", "MCPCore", "OAuth", "OAuthServer", "StaticAuthServer", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FlowRecorderTests",
            dependencies: ["Primitives", "FlowRecorder", "HTTPEdge", "OAuth", "TestSupport"],
            exclude: ["Recordings"], swiftSettings: strict),
        .testTarget(
            name: "StaticAuthServerTests",
            dependencies: [
                "Primitives", "StaticAuthServer", "FlowRecorder", "HTTPEdge", "MCPCore", "OAuth", "OAuthServer",
                "ServerCommand", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Debug/Explanations/Golden", "Debug/Scenarios/Differences"], swiftSettings: strict),
        .testTarget(
            name: "StaticAuthServiceTests",
            dependencies: [
                "Primitives", "MCPCore", "StaticAuthServer", "StaticAuthService", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["ServiceLifecycle"])),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StoreSQLiteTests",
            dependencies: [
                "Primitives", "MCPCore", "OAuthServer", "TestSupport",
                .target(name: "StoreSQLite", condition: .when(traits: ["SQLite"])),
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: strict),
        .target(
            name: "ExampleResourceServer", dependencies: ["Primitives", "OAuth", "MCPCore", "HTTPEdge", "MCPClient"],
            path: "Tests/Examples/resource-server", swiftSettings: strict),
        .testTarget(
            name: "MCPClientTests",
            dependencies: [
                "Primitives", "MCPClient", "MCPCore", "OAuth", "HTTPEdge", "StaticAuthServer", "ExampleResourceServer",
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Primitives", "Gateway", "MCPClient", "OAuth", "HTTPEdge", "StaticAuthServer", "TestSupport",
                .target(name: "StoreRedis", condition: .when(traits: ["Redis"])),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Proportion",
            dependencies: [
                "Primitives", "MCPClient", "MCPCore", "OAuth", "OAuthServer", "HTTPEdge", "FlowRecorder",
                "StaticAuthServer", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/Proportion", swiftSettings: strict),
        .testTarget(
            name: "ProportionTests", dependencies: ["Proportion", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Primitives", "MCPCore", "HTTPEdge", "TestSupport", "ServerCommand", "ClientCommand",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
    ]
)
