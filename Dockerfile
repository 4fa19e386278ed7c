# syntax=docker/dockerfile:1
# static-auth-server in a container: docker build -t static-auth-server .
FROM swift:6.2-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev=3.* pkg-config=1.8.* \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product static-auth-server -Xswiftc -static-stdlib \
    && install -s .build/release/static-auth-server /static-auth-server

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl3=3.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home server
COPY --from=build /static-auth-server /usr/local/bin/static-auth-server
USER 10001
EXPOSE 9003
# A container is reached from outside, so the server asks for credentials of your own: see README, "In CI".
ENV MCP_STATIC_HOST=0.0.0.0
ENTRYPOINT ["/usr/local/bin/static-auth-server"]
