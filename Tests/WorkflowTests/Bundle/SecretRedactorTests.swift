import Documents
import Testing

@testable import Workflow

@Suite("What looks like a credential")
struct SecretRedactorTests {
  private func redacted(_ text: String) -> String {
    String(decoding: SecretRedactor([]).redacted(Array(text.utf8)), as: UTF8.self)
  }

  /// Texts with a credential, of which each is `hunter2-canary` or holds it.
  static let planted = [
    "connecting with password=hunter2-canary to the server",
    "NSX_PASSWORD: hunter2-canary", "nsx.password = 'hunter2-canary two'",
    #"{"password": "hunter2-canary\"s", "port": 443}"#,
    #"{"note":"{\"token\":\"hunter2-canary\"}"}"#, #"token="hunter2-canary" ttl=3"#,
    "Authorization: Digest username=x, response=hunter2-canary",
    "authorization: Basic aHVudGVyMi1jYW5hcnk6 hunter2-canary",
    "Cookie: JSESSIONID=0123; x=hunter2-canary", "Set-Cookie: JSESSIONID=hunter2-canary; Path=/",
    "got JSESSIONID=hunter2-canary; and went on", "X-XSRF-TOKEN: hunter2-canary",
    "GET https://admin:hunter2-canary@nsx.example.org/api",
    "fetching https://hunter2-canary@git.example.org/x.git", "Bearer hunter2-canary",
    "client-key-data: hunter2-canary", "    token: hunter2-canary\n    name: x",
    "aws_secret_access_key=hunter2-canary", "curl -H 'Authorization: Bearer hunter2-canary' x",
    "-----BEGIN RSA PRIVATE KEY-----\nhunter2-canary\n-----END RSA PRIVATE KEY-----",
    "jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0aaaa.hunter2-canary",
  ]

  @Test("is taken out", arguments: planted)
  func isTakenOut(text: String) { #expect(!redacted(text).contains("hunter2-canary")) }

  @Test("of JSON remains JSON")
  func json() throws {
    for text in Self.planted where text.hasPrefix("{") {
      #expect((try? JSONValue(json: redacted(text))) != nil, "\(redacted(text))")
    }
    let inner: JSONValue = ["token": "t\"u"]
    let document: JSONValue = [
      "password": "a\"b\\", "hasPassword": true, "token": 5, "tokens": ["a"], "x": .null,
      "inner": .string("\(inner)"), "port": 443,
    ]
    let found = try JSONValue(json: redacted("\(document)"))
    #expect(found["password"] == "(removed)" && found["port"] == 443 && found["token"] == 5)
    #expect(found["hasPassword"] == true && found["tokens"] == ["a"])
    #expect(try JSONValue(json: found["inner"]?.string ?? "")["token"] == "(removed)")
  }

  @Test("settings that are addresses show no user of the web")
  func addresses() {
    #expect(
      Run.withoutCredentials("https://token@git.example.org/x")
        == "https://(hidden)@git.example.org/x")
    #expect(Run.withoutCredentials("ssh://git@example.org/x") == "ssh://git@example.org/x")
    #expect(Run.withoutCredentials("ssh://a:b@example.org/x") == "ssh://(hidden)@example.org/x")
  }

  @Test("and what is none stays")
  func harmless() {
    for text in [
      "a token, a password and a private key are missing", "passwordFile: nsx-password",
      "rbac.authorization.k8s.io/v1", "https://nsx.example.org:443/a@b", "basic rules",
      #"{"nsx.password":{"origin":"environment"}}"#, "tokens: 3", "10:45 a:b@c",
    ] { #expect(redacted(text) == text) }
  }
}
