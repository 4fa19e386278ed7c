/// The list of what this server promises: one case for each promise, named by the tests that prove it.
///
/// `scripts/test` fails on a case that no test names with `.proves(…)`.
public enum Requirement: String, CaseIterable, Sendable {
    // MARK: - 0. Process and listener

    /// Only loopback is bound unless `--host` says otherwise, and then demo credentials refuse the start.
    case s1 = "0-1"
    /// A foreign `Origin` gets 403 on the MCP endpoint in every revision; an absent one is fine.
    case s2 = "0-2"
    /// Loopback origins of any port and the public URL's own are allowed, compared as parsed hosts, never as prefixes.
    case s3 = "0-3"
    /// A foreign `Host` gets 403 on every path, before anything else is looked at.
    case s4 = "0-4"
    /// Plain http leaves loopback only when `--host` asks for it, and never with default credentials.
    case s5 = "0-5"
    /// URLs in documents come from `--public-url`, else from the validated `Host`; tokens ignore the spelling.
    case s6 = "0-6"
    /// An unknown path is 404 without a redirect; a wrong method is 405 with `Allow` (RFC 9110 §15.5.6).
    case s7 = "0-7"
    /// Oversized bodies get 413, oversized header blocks 431, and nothing secret is ever printed.
    case s8 = "0-8"
    /// CORS serves browser clients from loopback, without a token on preflight, and never on `/authorize`.
    case s9 = "0-9"

    // MARK: - A. Authorization-server metadata

    /// Authorization-server metadata is one JSON object, served without credentials (RFC 8414 §3).
    case a1 = "A1"
    /// The issuer is the origin itself, byte for byte, without a trailing slash (RFC 8414 §3.3).
    case a2 = "A2"
    /// The required members are present, and their URLs are absolute and ours (RFC 8414 §2).
    case a3 = "A3"
    /// `S256` is announced as the one code challenge method, which MCP clients insist on.
    case a4 = "A4"
    /// The promise to send `iss` is announced, as a boolean (RFC 9207 §3).
    case a5 = "A5"
    /// The grant types listed are those the settings allow, in so many words (RFC 8414 §2).
    case a6 = "A6"
    /// The token endpoint's authentication methods listed are those it takes; `none` never stands beside others.
    case a7 = "A7"
    /// No registration endpoint is announced, since registration is refused.
    case a8 = "A8"
    /// Client ID metadata documents are announced as unsupported, and such a client id is unknown.
    case a9 = "A9"
    /// Revocation and introspection endpoints are announced with their authentication methods.
    case a10 = "A10"
    /// The scopes listed are all that can be asked for; response types and modes say `code` and `query`.
    case a11 = "A11"
    /// A member whose list would be empty is left out (RFC 8414 §3.2).
    case a12 = "A12"
    /// OpenID configuration and path forms of the metadata are 404, so that clients go on in their fallback order.
    case a13 = "A13"
    /// The endpoints lie at the root under their fixed names, where clients of MCP 2025-03-26 guess them.
    case a14 = "A14"
    /// Metadata is not cached, answers `HEAD`, and refuses other methods with 405.
    case a15 = "A15"

    // MARK: - B. Protected-resource metadata and challenges

    /// The path form of protected-resource metadata names this resource and its authorization server (RFC 9728 §3).
    case b1 = "B1"
    /// The root form is served too and names the origin as its resource (RFC 9728 §3.3).
    case b2 = "B2"
    /// Both spellings of the resource are accepted, with or without a slash, in any case of scheme and host.
    case b3 = "B3"
    /// The document lists the base scopes, the header as the only bearer method, and a name for people.
    case b4 = "B4"
    /// The document has no empty list, and its resource no fragment (RFC 9728 §3.2).
    case b5 = "B5"
    /// `offline_access` appears neither in the document nor in a challenge.
    case b6 = "B6"
    /// Any other suffix of the well-known path is 404.
    case b7 = "B7"
    /// Every request to the MCP endpoint needs a bearer token; a session id is no authentication.
    case b8 = "B8"
    /// Without credentials the challenge names metadata and scope, and no error (RFC 6750 §3.1).
    case b9 = "B9"
    /// The challenge points at the path form, whose resource is the URL that was called (RFC 9728 §3.3).
    case b10 = "B10"
    /// A token that is unknown, expired, revoked or of another kind is 401 `invalid_token`.
    case b11 = "B11"
    /// A token for another audience is refused like an unknown one.
    case b12 = "B12"
    /// A token without a needed scope is 403 `insufficient_scope`, naming every scope the call needs.
    case b13 = "B13"
    /// The scope check is one function, the place where a hierarchy of scopes would be decided.
    case b14 = "B14"
    /// The scheme's name is compared in any case, and another scheme counts as no credentials.
    case b15 = "B15"
    /// A token in the query, or a second `Authorization` field, is 400 `invalid_request`.
    case b16 = "B16"
    /// The challenge is one well-formed `Bearer` challenge, each parameter at most once (RFC 6750 §3).
    case b17 = "B17"
    /// Refusals carry a small JSON body that no cache keeps.
    case b18 = "B18"
    /// Refusals come in order: host and origin, method, token, base scope, and only then the message.
    case b19 = "B19"
    /// A token is checked at every request, so a revocation works at the next one.
    case b20 = "B20"
    /// A token minted elsewhere opens nothing.
    case b21 = "B21"

    // MARK: - C. /authorize

    /// `/authorize` takes the same request as a query or as a form, and no other method.
    case c1 = "C1"
    /// Unknown parameters are ignored, empty ones are absent, repeated ones refused, save `resource` (RFC 8707 §2).
    case c2 = "C2"
    /// An untrusted client or redirect URI ends on an error page and is never redirected (RFC 6749 §4.1.2.1).
    case c3 = "C3"
    /// Redirect URIs match as `--redirect-match` says, and look-alikes of loopback hosts never do.
    case c4 = "C4"
    /// The registered redirect URIs are the defaults, the given list and the presets; an absent one is refused.
    case c5 = "C5"
    /// `response_type=code` is required; another value has its own error (RFC 6749 §4.1.2.1).
    case c6 = "C6"
    /// A well-formed code challenge is required of every client (OAuth 2.1 §4.1.1).
    case c7 = "C7"
    /// `S256` is the only transformation; an absent method means `plain` and is refused (RFC 7636 §4.3).
    case c8 = "C8"
    /// A scope that is not offered is refused, naming those that are; an absent one means the base scopes.
    case c9 = "C9"
    /// A resource that is not ours is `invalid_target`; an absent one means ours (RFC 8707 §2).
    case c10 = "C10"
    /// The answer carries `code`, the exact `state` and `iss`, each once, in the query (RFC 9207 §2).
    case c11 = "C11"
    /// An error redirect carries a known code, the exact `state` and `iss`.
    case c12 = "C12"
    /// Redirects are 302, and 303 after the login form, so that no password is sent on (RFC 9700 §4.12).
    case c13 = "C13"
    /// A code is random, short-lived, kept as a digest, and bound to the whole request it answers.
    case c14 = "C14"
    /// No code is issued before somebody has logged in.
    case c15 = "C15"
    /// Pages cannot be framed or cached, run no script, and let the redirect reach the callback (RFC 9700 §4.16).
    case c16 = "C16"
    /// A client id that is a URL is an unknown client and is not fetched.
    case c17 = "C17"
    /// Parameters of other profiles are ignored; a response mode other than `query` is refused.
    case c18 = "C18"

    // MARK: - D. /login

    /// The login carries the whole request and validates it again, so abandoned logins cost no memory.
    case d1 = "D1"
    /// The page shows client, scopes, resource and the host it will return to, all escaped, never the state.
    case d2 = "D2"
    /// Approve, deny and a wrong password each have their own answer, and failures are throttled.
    case d3 = "D3"
    /// A login form posted from another origin is refused.
    case d4 = "D4"
    /// A login can be scripted: by JSON, or by `--auto-approve` on loopback.
    case d5 = "D5"
    /// Headless logins skip the person and no rule; credentials in a URL log nobody in.
    case d6 = "D6"
    /// A code belongs to the one approval that made it; two approvals make two codes.
    case d7 = "D7"
    /// No cookie remembers a login; every authorization asks again.
    case d8 = "D8"

    // MARK: - E. /token

    /// The token endpoint takes POSTed forms only; what stands in the query never counts.
    case e1 = "E1"
    /// Unknown parameters are ignored, empty ones absent, repeated ones refused, save `resource`.
    case e2 = "E2"
    /// Every answer is JSON that no cache keeps, errors too (RFC 6749 §5).
    case e3 = "E3"
    /// Basic credentials are form-decoded, and the raw pair is taken as well (RFC 6749 §2.3.1).
    case e4 = "E4"
    /// Credentials in the body are taken (RFC 6749 §2.3.1).
    case e5 = "E5"
    /// Two ways of authenticating in one request are refused.
    case e6 = "E6"
    /// Failed client authentication is 401 `invalid_client` with a Basic challenge (RFC 6749 §5.2).
    case e7 = "E7"
    /// Secrets are compared in constant time, and repeated failures are throttled.
    case e8 = "E8"
    /// The client is authenticated before the grant is looked at, so a stranger spends no code.
    case e9 = "E9"
    /// Unknown grant types are refused by their own error; `client_credentials` works for machines.
    case e10 = "E10"
    /// A code that is absent, unknown, expired or somebody else's has its error (RFC 6749 §5.2).
    case e11 = "E11"
    /// The code verifier is required and must hash to the challenge (RFC 7636 §4.6).
    case e12 = "E12"
    /// A redirect URI may be left out, but one that is sent must be the one of the authorization.
    case e13 = "E13"
    /// A resource beyond the grant is `invalid_target` (RFC 8707 §2.2).
    case e14 = "E14"
    /// A scope in a code exchange is ignored.
    case e15 = "E15"
    /// The token response has all its members, with a random, opaque token (RFC 6749 §5.1).
    case e16 = "E16"
    /// An access token holds its grant's bindings and dies exactly at its lifetime.
    case e17 = "E17"
    /// Of any number of concurrent redemptions of a code one succeeds.
    case e18 = "E18"
    /// A valid replay of a code revokes everything that came of it (RFC 6749 §4.1.2).
    case e19 = "E19"
    /// A replay by somebody without secret or verifier revokes nothing.
    case e20 = "E20"
    /// A failed attempt does not spend the code.
    case e21 = "E21"
    /// Error bodies use only the codes of the RFCs, with a description in their charset (RFC 6749 §5.2).
    case e22 = "E22"
    /// An unforeseen failure is 500 and a silent store 503, both as JSON.
    case e23 = "E23"

    // MARK: - F. Refresh, rotation, reuse

    /// Every authorization-code grant comes with a refresh token, whether `offline_access` was asked for or not.
    case f1 = "F1"
    /// A refresh needs an authenticated client and a live token of its own (RFC 6749 §6).
    case f2 = "F2"
    /// A refresh returns a new pair, and the token it spent is dead at once.
    case f3 = "F3"
    /// A spent refresh token presented again revokes its whole family (RFC 9700 §4.14.2).
    case f4 = "F4"
    /// Reuse is judged only after client authentication, and parallel refreshes have one winner.
    case f5 = "F5"
    /// A refresh may narrow the scope of the access token; the refresh token keeps the grant's (RFC 6749 §6).
    case f6 = "F6"
    /// A refresh for a resource beyond the grant is `invalid_target`.
    case f7 = "F7"
    /// A refresh token dies when idle for its lifetime, and its family after 90 days.
    case f8 = "F8"
    /// A refresh leaves earlier access tokens alive until they expire.
    case f9 = "F9"
    /// A refresh token opens nothing at the MCP endpoint, and an access token refreshes nothing.
    case f10 = "F10"

    // MARK: - G. /introspect, /revoke, /register

    /// Introspection takes a POSTed token; a hint never changes the answer (RFC 7662 §2.1).
    case g1 = "G1"
    /// Introspection needs the client's secret in every mode.
    case g2 = "G2"
    /// A live token is described in full, with times in whole seconds (RFC 7662 §2.2).
    case g3 = "G3"
    /// Any other token is `{"active":false}` and nothing more.
    case g4 = "G4"
    /// A refresh token introspects as active, without a token type.
    case g5 = "G5"
    /// Introspection answers are not cached.
    case g6 = "G6"
    /// Revocation answers 200 with no body, also for a token nobody knows (RFC 7009 §2.2).
    case g7 = "G7"
    /// A revocation works at once; a refresh token takes its family along, an access token only itself.
    case g8 = "G8"
    /// A wrong hint does not save a token from revocation.
    case g9 = "G9"
    /// A client cannot revoke what belongs to another.
    case g10 = "G10"
    /// Registration is 403 whatever is sent, and says to use the pre-registered client.
    case g11 = "G11"

    // MARK: - H. /mcp, revision 2026-07-28

    /// A request is answered from itself alone, whatever came before it on the connection.
    case h1 = "H1"
    /// One POST carries one request or notification, and the server never sends requests.
    case h2 = "H2"
    /// `server/discover`, `tools/list`, `tools/call` and `subscriptions/listen` exist.
    case h3 = "H3"
    /// Removed and unadvertised methods are 404 with -32601, also beside the legacy revisions.
    case h4 = "H4"
    /// Deprecated features are neither declared nor used: no log messages, no roots, no sampling.
    case h5 = "H5"
    /// A request without its protocol version and capabilities in `_meta` is 400 with -32602.
    case h6 = "H6"
    /// The client's name is optional, and has a name and a version where it is given.
    case h7 = "H7"
    /// An unknown log level or an ill-typed progress token is refused.
    case h8 = "H8"
    /// Unknown `_meta` keys are ignored.
    case h9 = "H9"
    /// A request id is a string or an integer and comes back exactly as it was sent.
    case h10 = "H10"
    /// Capabilities count for the request that declares them; a missing one is -32021.
    case h11 = "H11"
    /// Header names are compared in any case, values exactly, spaces around them dropped.
    case h12 = "H12"
    /// A header that contradicts the body is 400 with -32020 and the request's id.
    case h13 = "H13"
    /// A standard header sent twice is refused.
    case h14 = "H14"
    /// Encoded header values are decoded before they are compared; bad encoding is -32020.
    case h15 = "H15"
    /// A header value with control characters is 400.
    case h16 = "H16"
    /// `Mcp-Name` is ignored on methods that do not need it.
    case h17 = "H17"
    /// A tool parameter mirrored in a header must agree with its value in the body.
    case h18 = "H18"
    /// The envelope is checked before the headers.
    case h19 = "H19"
    /// Disagreeing versions are a mismatch before the version is unsupported.
    case h20 = "H20"
    /// An unsupported version is reported before the rules of this revision are applied.
    case h21 = "H21"
    /// Invalid parameters beyond the envelope are answered with status 200, so that no client falls back.
    case h22 = "H22"
    /// A call without a tool's name is -32602, whatever the header says.
    case h23 = "H23"
    /// Errors echo a readable id and leave an unreadable one out.
    case h24 = "H24"
    /// Only the error codes of the specification are used.
    case h25 = "H25"
    /// An unsupported version is answered with the supported ones and the one that was asked for.
    case h26 = "H26"
    /// Every result says that it is complete.
    case h27 = "H27"
    /// Every result names the server in its `_meta`, and nowhere else.
    case h28 = "H28"
    /// A success is 200 with one JSON object or an event stream.
    case h29 = "H29"
    /// No session id is ever sent, even where the request carried one.
    case h30 = "H30"
    /// No HTTP cache keeps an answer.
    case h31 = "H31"
    /// Discovery answers with versions, capabilities and its own caching hints.
    case h32 = "H32"
    /// The versions listed are all that are served, except to a request that claims a legacy one.
    case h33 = "H33"
    /// The capabilities announced are those that work.
    case h34 = "H34"
    /// The list of tools is whole, stable and ordered.
    case h35 = "H35"
    /// The list says that everyone may cache it; a call's result says nothing of caching.
    case h36 = "H36"
    /// A cursor that was never issued is refused.
    case h37 = "H37"
    /// Answers to POST are JSON or a stream, as `--post-responses` says.
    case h38 = "H38"
    /// A response stream carries what belongs to its request and then ends.
    case h39 = "H39"
    /// A response stream is plain events, without ids or retry times.
    case h40 = "H40"
    /// A client that closes its response stream cancels the request.
    case h41 = "H41"
    /// What is refused before the first byte is plain JSON with its own status.
    case h42 = "H42"
    /// Progress carries the client's token, only ever grows, and ends with the response.
    case h43 = "H43"
    /// Listening needs a well-formed filter.
    case h44 = "H44"
    /// Listening is acknowledged first, with the request's id and what will be honoured.
    case h45 = "H45"
    /// Later notifications carry the same id and are ones that were asked for.
    case h46 = "H46"
    /// Several streams listen side by side, each under its own id.
    case h47 = "H47"
    /// A server that stops ends each stream with its result.
    case h48 = "H48"
    /// A stream's end sends no cancellation.
    case h49 = "H49"
    /// An idle stream is kept alive by comments.
    case h50 = "H50"
    /// Listening without accepting event streams is 406.
    case h51 = "H51"
    /// A setting and a method make the list of tools change, for tests.
    case h52 = "H52"
    /// A stream ends with the token that opened it, and there is a limit to their number.
    case h53 = "H53"
    /// A notification is 202 with no body; one that contradicts itself is refused.
    case h54 = "H54"
    /// A posted cancellation cancels nothing.
    case h55 = "H55"
    /// Posted responses and arrays are refused.
    case h56 = "H56"
    /// GET and DELETE are 405 with `Allow: POST`.
    case h57 = "H57"
    /// Tool calls can be limited a minute, and their inputs are always validated.
    case h58 = "H58"

    // MARK: - I. /mcp, revisions 2025-03-26 to 2025-11-25

    /// An ill-formed `initialize` is -32602 and opens no session.
    case i1 = "I1"
    /// `initialize` agrees on the version asked for, else on 2025-11-25, and never on 2026-07-28.
    case i2 = "I2"
    /// The answer to `initialize` has the members of its revision and no newer ones.
    case i3 = "I3"
    /// A session id is random, printable, and sent with the answer to `initialize` only.
    case i4 = "I4"
    /// A session belongs to its subject and client; to others it does not exist.
    case i5 = "I5"
    /// `notifications/initialized` is 202, and requests before it are tolerated.
    case i6 = "I6"
    /// A request without a session id is 400 and told how to go on.
    case i7 = "I7"
    /// An unknown or ended session is 404 for every method.
    case i8 = "I8"
    /// An `initialize` inside a session or a batch is refused.
    case i9 = "I9"
    /// DELETE ends a session.
    case i10 = "I10"
    /// Idle sessions expire, and the oldest gives way when there are too many.
    case i11 = "I11"
    /// A version header outside the legacy revisions is 400; another legacy one changes nothing.
    case i12 = "I12"
    /// `ping` is answered with an empty result.
    case i13 = "I13"
    /// An unknown method is status 200 with -32601.
    case i14 = "I14"
    /// Notifications and responses are 202 with no body.
    case i15 = "I15"
    /// A cancellation stops the named request of its own session only.
    case i16 = "I16"
    /// Tasks are not declared, and a call's `task` is ignored.
    case i17 = "I17"
    /// A repeated request id is answered all the same.
    case i18 = "I18"
    /// A session's GET opens a stream that stays open.
    case i19 = "I19"
    /// A GET stream carries notifications and never a response.
    case i20 = "I20"
    /// A message goes to one stream of a session.
    case i21 = "I21"
    /// Only sessions of 2025-11-25 see a priming event.
    case i22 = "I22"
    /// A dropped connection cancels nothing.
    case i23 = "I23"
    /// A stream ends with its session, its token, or the server.
    case i24 = "I24"
    /// A session of 2025-03-26 may send batches and is answered with an array.
    case i25 = "I25"
    /// Batches that are empty, mixed with other revisions, or of other sessions are refused.
    case i26 = "I26"
    /// The server sends no batch of its own.
    case i27 = "I27"
    /// Tools are listed with the members of the session's revision.
    case i28 = "I28"
    /// A call's result has the members of the session's revision.
    case i29 = "I29"
    /// An unknown tool is -32602.
    case i30 = "I30"

    // MARK: - J. Every revision on one endpoint

    /// The request itself chooses its revision, on one endpoint.
    case j1 = "J1"
    /// A request without a version header and session is told what is missing, not refused for its version.
    case j2 = "J2"
    /// A client that probes with a modern request can tell this server's era from the answer.
    case j3 = "J3"
    /// A modern request gets success or a modern error; a legacy one gets no modern error by accident.
    case j4 = "J4"
    /// A client of the older two-endpoint transport is refused and stops.
    case j5 = "J5"
    /// Only the protocol version in `_meta` claims the modern revision, even when malformed.
    case j6 = "J6"
    /// A session id never decides the revision.
    case j7 = "J7"
    /// The version header alone neither promotes a request nor demotes one.
    case j8 = "J8"
    /// Clients of both eras work side by side, even on one connection.
    case j9 = "J9"
    /// Authorization cannot be switched off, and the first listed tool can be called with no arguments.
    case j10 = "J10"

    // MARK: - K. Tools

    /// Every tool has a legal name and an object as its input schema.
    case k1 = "K1"
    /// The two demo tools keep their names, arguments and results in every revision.
    case k2 = "K2"
    /// A result repeats its structured content, which fits the output schema, as text.
    case k3 = "K3"
    /// Results have their exact shape in each revision.
    case k4 = "K4"
    /// Bad arguments are a result that explains them, and -32602 in the two oldest revisions.
    case k5 = "K5"
    /// An unknown tool and ill-formed call parameters are JSON-RPC errors.
    case k6 = "K6"
    /// A tool's failure is a result; a fault of the server is -32603 without its cause.
    case k7 = "K7"
    /// Text of any kind and length survives the echo, in JSON and in streams.
    case k8 = "K8"
    /// A tool can require a scope, and a token with it can call the tool.
    case k9 = "K9"

    // MARK: - L. The client

    /// Challenges are read in full: several fields and schemes, quoted strings, tokens, any case.
    case l1 = "L1"
    /// The challenge's URL is the only place for metadata; without one the path form comes before the root form.
    case l2 = "L2"
    /// Metadata about another resource stops the client before any authorization request.
    case l3 = "L3"
    /// One of several authorization servers is chosen, preferring one with credentials, which stay apart by issuer.
    case l4 = "L4"
    /// The issuer's metadata is looked for at its known places, in their order.
    case l5 = "L5"
    /// Metadata that names another issuer is not used.
    case l6 = "L6"
    /// Without PKCE by S256 in the metadata no browser opens.
    case l7 = "L7"
    /// A server of 2025-03-26 is found by its origin; endpoints without metadata are assumed only on request.
    case l8 = "L8"
    /// URLs that a server names are https or on this machine, and redirects never leave an origin.
    case l9 = "L9"
    /// Credentials that are given come before documents and registration; without any the message says how to give
    /// them.
    case l10 = "L10"
    /// Credentials of one issuer never reach another.
    case l11 = "L11"
    /// The client authenticates by a method that the metadata offers, and never sends a secret where none is wanted.
    case l12 = "L12"
    /// The authorization request has PKCE, state and the resource.
    case l13 = "L13"
    /// The scope is the challenge's, else the resource's, else left out.
    case l14 = "L14"
    /// Each request has its own verifier of 43 unreserved characters.
    case l15 = "L15"
    /// What an answer is checked against is complete before the browser opens, so two logins do not mix.
    case l16 = "L16"
    /// The callback is received on a loopback address at the port that the request names.
    case l17 = "L17"
    /// The receiver answers its path only, waits on after a foreign answer, and ends in time.
    case l18 = "L18"
    /// Repetitions, state, issuer, error and code are checked in this order.
    case l19 = "L19"
    /// An issuer is compared byte for byte, and a wrong one hides everything else in the answer.
    case l20 = "L20"
    /// Each error of the authorization endpoint is told with what to do.
    case l21 = "L21"
    /// No code, verifier, token or secret is shown.
    case l22 = "L22"
    /// The token request repeats resource and redirect URI.
    case l23 = "L23"
    /// Token responses are read tolerantly, except for their type.
    case l24 = "L24"
    /// Tokens lie in private files that are replaced as a whole.
    case l25 = "L25"
    /// A token goes to its own resource and nowhere else.
    case l26 = "L26"
    /// Of any number of processes one refreshes, and all go on.
    case l27 = "L27"
    /// A rotated refresh token is kept before it is used, and one that is not replaced stays.
    case l28 = "L28"
    /// A dead refresh token leads to one login; a failing server costs no tokens.
    case l29 = "L29"
    /// A server without refresh tokens leads to a login when the token ends.
    case l30 = "L30"
    /// A logout revokes, and forgets whatever the server answers.
    case l31 = "L31"
    /// A server that always says 401 gets one refresh and one login.
    case l32 = "L32"
    /// A step-up asks for all scopes so far and the missing ones, a few times at most.
    case l33 = "L33"
    /// A 403 without a challenge opens no browser.
    case l34 = "L34"
    /// 401, 403, failures and timeouts say nothing about the revision.
    case l35 = "L35"
    /// The era follows from the answer to `server/discover`, row by row.
    case l36 = "L36"
    /// The verdict is remembered, and asked for again when the server contradicts it.
    case l37 = "L37"
    /// Modern requests have their headers and their envelope.
    case l38 = "L38"
    /// Names that no header can carry are encoded.
    case l39 = "L39"
    /// Arguments travel in the headers that a tool's schema asks for; tools with bad annotations are left out.
    case l40 = "L40"
    /// Each request, also a repeated one, has an id of its own.
    case l41 = "L41"
    /// Answers are taken as documents and as event streams, however these are cut.
    case l42 = "L42"
    /// A result is complete, comes back with state, or is refused.
    case l43 = "L43"
    /// A JSON-RPC error is one, whatever the HTTP status.
    case l44 = "L44"
    /// Results are kept as long as the server allows, private ones for one token.
    case l45 = "L45"
    /// All pages of a list are fetched, and circles are noticed.
    case l46 = "L46"
    /// Nothing waits for ever, and who gives up closes the connection.
    case l47 = "L47"
    /// A subscription goes on after a break and ends with a result.
    case l48 = "L48"
    /// Structured results are checked against the schema, and nothing is fetched for that.
    case l49 = "L49"
    /// Nothing depends on the name and the version that a server gives itself.
    case l50 = "L50"
    /// The handshake ends when the server answers with a version that nobody knows.
    case l51 = "L51"
    /// Messages of a session carry its id and its version.
    case l52 = "L52"
    /// A forgotten session is opened again once; a 400 is not repeated.
    case l53 = "L53"
    /// A session is ended with DELETE, whatever the server says to that.
    case l54 = "L54"
    /// A server without a GET stream is no error of the calls.
    case l55 = "L55"
    /// The server's `ping` is answered, its other requests are refused.
    case l56 = "L56"
    /// Who gives up a call in a session says so to the server.
    case l57 = "L57"
    /// No batch is sent; answers in an array are understood.
    case l58 = "L58"
    /// Results of the older revisions lack the newer members, and that is fine.
    case l59 = "L59"
    /// The commands answer people in text and programs in JSON, and diagnostics stay on standard error.
    case l60 = "L60"
    /// Each kind of failure has its exit code.
    case l61 = "L61"
    /// A login without a person passes the same checks.
    case l62 = "L62"
}
