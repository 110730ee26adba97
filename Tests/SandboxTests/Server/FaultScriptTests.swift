import Documents
import Sandbox
import Testing

@Suite("Fault script")
struct FaultScriptTests {
  @Test(arguments: [
    "{}", "{\"rules\":[{\"fault\":\"explode\"}]}", "{\"rules\":[{\"path\":\"/a\"}]}",
    "{\"rules\":[{\"fault\":\"close\",\"oops\":1}]}",
  ])
  func refusesNonsense(_ text: String) throws {
    let document = try JSONValue(json: text)
    #expect(throws: FaultScriptError.self) { try FaultScript.rules(from: document) }
  }

  @Test func readsEveryFault() throws {
    let rules = try FaultScript.rules(
      from: [
        "rules": [
          ["fault": "delay", "milliseconds": 20, "nth": 3, "count": 0, "method": "GET"],
          ["status": 429, "headers": ["Retry-After": "2"], "body": "slow down", "path": "/p"],
        ]
      ])
    #expect(rules[0].fault == .delay(.milliseconds(20)))
    #expect(rules[0].occurrence == 3)
    #expect(rules[0].count == nil)
    #expect(rules[1].response?.status == 429)
    #expect(rules[1].response?.headers.contains { $0.name == "Retry-After" } == true)
    #expect(rules[1].pathPrefix == "/p")
  }
}
