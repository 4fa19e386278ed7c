internal import FlowRecorder

extension EndpointName {
    /// Names the endpoint of a path that is not served: clients try several paths for metadata.
    ///
    /// RFC 8414 §3.1 and §5, RFC 9728 §3.1.
    init(unservedPath path: String) {
        let ofServer = [Path.authorizationServerMetadata, "/.well-known/openid-configuration"]
        if path.contains(Path.originMetadata) {
            self = .resourceMetadata
        } else {
            self = ofServer.contains(where: path.contains) ? .metadata : .other
        }
    }
}
