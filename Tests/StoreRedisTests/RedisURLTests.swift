#if Redis
import OAuth
import Testing

@testable import StoreRedis

@Suite("The URL of a Redis server")
struct RedisURLTests {
    @Test(
        "It has the address, the login and the database",
        arguments: [
            ("redis://localhost:6380", "localhost", 6380, nil, nil, 0),
            ("redis://10.0.0.7", "10.0.0.7", 6379, nil, nil, 0),
            ("redis://[::1]:6379/", "::1", 6379, nil, nil, 0),
            ("redis://:secret@h:1/15", "h", 1, nil, "secret", 15),
            ("redis://ann:a%40b%3A%2F%25%20%C3%A9:c@h:1", "h", 1, "ann", "a@b:/% é:c", 0),
            ("REDIS://h:1", "h", 1, nil, nil, 0),
        ] as [(String, String, Int, String?, String?, Int)])
    func parts(text: String, host: String, port: Int, user: String?, password: String?, database: Int) throws {
        let url = try RedisURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.user == user)
        #expect(url.password?.reveal() == password)
        #expect(url.database == database)
    }

    @Test(
        "Mistakes are named, without repeating the password",
        arguments: [
            ("rediss://:hide-me@h:1", "TLS to Redis (rediss://) is not supported"),
            ("redis:h:1", "It is not a URL of the form redis://"),
            ("redis://", "It is not a URL of the form redis://"),
            ("redis://:hide me@h:1", "percent-encoded: @ as %40"),
            ("redis://:hide-me#1@h:1", "It is not a URL of the form redis://"),
            ("redis://h:99999", "It is not a URL of the form redis://"),
            ("http://:hide-me@h:1", "It is not a URL of the form redis://"),
            ("redis://hide-me@h:1", "Before the @ stands :PASSWORD or USER:PASSWORD"),
            ("redis://ann:@h:1", "Before the @ stands :PASSWORD or USER:PASSWORD"),
            ("redis://:hide-me%FF@h:1", "is not UTF-8"),
            ("redis://h:1/two", "Behind the / stands the number of a database"),
            ("redis://h:1/-1", "Behind the / stands the number of a database"),
            ("redis://h:1/1/2", "Behind the / stands the number of a database"),
            ("redis://h:1?tls=no", "It has something behind ? or #"),
        ])
    func problems(text: String, problem: String) throws {
        let error = #expect(throws: RedisURL.Malformed.self) { try RedisURL(text) }
        let description = try #require(error?.description)
        #expect(description.contains(problem))
        #expect(!description.contains("hide"))
    }

    @Test("Its description is the address alone")
    func description() throws {
        #expect("\(try RedisURL("redis://ann:secret@h:1/3"))" == "h:1")
        #expect("\(try RedisURL("redis://:secret@[::1]"))" == "[::1]:6379")
    }
}
#endif
