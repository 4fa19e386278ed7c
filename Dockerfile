# syntax=docker/dockerfile:1
# static-auth-server in a container without anything else: docker build -t static-auth-server .
FROM swift:6.2-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libhiredis-dev=0.14.* libsqlite3-dev=3.* libssl-dev=3.* pkg-config=1.8.* \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY scripts/lib/release/release.order scripts/lib/release/
# The build of scripts/release, which also needs git.
RUN swift build -c release --product static-auth-server --traits SQLite,Redis -debug-info-format none \
        -Xswiftc -static-executable -Xswiftc -use-ld=lld \
        -Xlinker --symbol-ordering-file=scripts/lib/release/release.order -Xlinker --no-warn-symbol-ordering \
    && install -s .build/release/static-auth-server /static-auth-server

FROM scratch
COPY --from=build /static-auth-server /static-auth-server
USER 10001:10001
EXPOSE 9003
# A container is reached from outside, so the server asks for credentials of your own: see docs/ci.md.
ENV MCP_STATIC_HOST=0.0.0.0
ENTRYPOINT ["/static-auth-server"]
