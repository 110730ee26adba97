import Documents
import Reporting
import Testing

/// What SARIF 2.1.0 requires and allows of the objects that are used, from the
/// standard's property tables; its schema allows no other members.
private let objects: [String: (required: Set<String>, allowed: [String: String])] = [
  "log": (["version", "runs"], ["$schema": "text", "version": "text", "runs": "run*"]),
  "run": (
    ["tool"], ["tool": "tool", "results": "result*", "originalUriBaseIds": "artifactLocation{}"]
  ),
  "tool": (["driver"], ["driver": "component"]),
  "component": (["name"], ["name": "text", "version": "text", "rules": "descriptor*"]),
  "descriptor": (
    ["id"],
    [
      "id": "text", "shortDescription": "message", "help": "message",
      "defaultConfiguration": "configuration",
    ]
  ),
  "configuration": ([], ["level": "level"]),
  "result": (
    ["message"],
    [
      "ruleId": "text", "ruleIndex": "count", "level": "level", "message": "message",
      "locations": "location*", "partialFingerprints": "text{}",
    ]
  ),
  "message": (["text"], ["text": "text"]),
  "location": (
    [], ["physicalLocation": "physicalLocation", "logicalLocations": "logicalLocation*"]
  ),
  "physicalLocation": (
    ["artifactLocation"], ["artifactLocation": "artifactLocation", "region": "region"]
  ),
  "artifactLocation": ([], ["uri": "text", "uriBaseId": "text", "description": "message"]),
  "region": ([], ["startLine": "line"]),
  "logicalLocation": ([], ["fullyQualifiedName": "text", "name": "text", "kind": "text"]),
]

/// What is wrong with a value of a type of ``objects``.
private func problems(_ value: JSONValue, _ type: String, at path: String = "") -> [String] {
  if type.hasSuffix("*") {
    guard let list = value.array else { return ["\(path): no list"] }
    return list.enumerated().flatMap {
      problems($1, String(type.dropLast()), at: "\(path)[\($0)]")
    }
  }
  if type.hasSuffix("{}") {
    guard let members = value.object else { return ["\(path): no object"] }
    return members.flatMap { problems($0.value, String(type.dropLast(2)), at: "\(path).\($0.key)") }
  }
  switch type {
  case "text": return value.string?.isEmpty == false ? [] : ["\(path): no text"]
  case "level":
    return ["none", "note", "warning", "error"].contains(value.string) ? [] : ["\(path): no level"]
  case "count": return (value.integer ?? -1) >= 0 ? [] : ["\(path): no index"]
  case "line": return (value.integer ?? 0) >= 1 ? [] : ["\(path): no line"]
  default:
    guard let members = value.object, let known = objects[type] else { return ["\(path): \(type)"] }
    return known.required.filter { members[$0] == nil }.map { "\(path): no \($0)" }
      + members.flatMap { member in
        known.allowed[member.key].map {
          problems(member.value, $0, at: "\(path).\(member.key)")
        } ?? ["\(path): \(member.key)"]
      }
  }
}

@Suite struct SARIFTests {
  private let log = SARIFLog(
    version: "1.2.3",
    rules: [
      .init(id: "any-allow", severity: "warning", meaning: "It allows.", help: "name sources"),
      .init(id: "label-case", severity: "error", meaning: "Case.", help: "spell it"),
      .init(id: "unused-group", severity: "info", meaning: "Unused.", help: "remove it"),
    ],
    results: [
      .init(
        finding: ReportedFinding(
          code: "label-case", severity: "error", path: "/infra/domains/default/groups/Größe",
          message: "differs", hint: "spell it"), file: "clusters/prod/groups/größe 1.yaml", line: 1),
      .init(
        finding: ReportedFinding(
          code: "any-allow", severity: "warning",
          path: "/infra/domains/default/security-policies/p",
          rule: "/infra/domains/default/security-policies/p/rules/r", message: "allows"),
        file: "clusters/prod/policies/application/p.yaml", line: 7),
      .init(
        finding: ReportedFinding(
          code: "unused-group", severity: "info", path: "/g", message: "nobody"),
        file: "clusters/prod/findings.json", line: 1),
    ])

  @Test func theLogIsOfTheStandardsShape() {
    #expect(problems(log.document, "log") == [])
    #expect(log.document["version"] == "2.1.0")
    // The check itself finds what is wrong.
    #expect(problems(["version": "2.1.0", "runs": [["results": [[:]]]]], "log").count == 2)
    #expect(problems(["version": "2.1.0", "runs": [], "more": 1], "log") == [": more"])
  }

  @Test func resultsNameRulesPlacesAndPaths() throws {
    let run = try #require(log.document["runs"]?.array?.first)
    let results = try #require(run["results"]?.array)
    // In order of their files.
    #expect(results.map { $0["ruleId"]?.string } == ["unused-group", "label-case", "any-allow"])
    #expect(results.map { $0["level"]?.string } == ["note", "error", "warning"])
    let rules = try #require(run[path: "tool", "driver", "rules"]?.array)
    for result in results {
      let index = try #require(result["ruleIndex"]?.integer)
      #expect(rules[Int(index)]["id"] == result["ruleId"])
    }
    let location = try #require(results[2]["locations"]?.array?.first)
    #expect(
      location[path: "physicalLocation", "artifactLocation", "uri"]
        == "clusters/prod/policies/application/p.yaml")
    #expect(location[path: "physicalLocation", "region", "startLine"] == 7)
    #expect(
      location["logicalLocations"]?.array?.map { $0["fullyQualifiedName"]?.string } == [
        "/infra/domains/default/security-policies/p",
        "/infra/domains/default/security-policies/p/rules/r",
      ])
    #expect(
      results[1]["locations"]?.array?.first?[path: "physicalLocation", "artifactLocation", "uri"]
        == "clusters/prod/groups/gr%C3%B6%C3%9Fe%201.yaml")
  }

  @Test func aFingerprintOutlivesLineAndMessage() throws {
    var moved = log
    moved.results[1].line = 9
    moved.results[1].finding.message = "allows more"
    func fingerprints(_ log: SARIFLog) -> [JSONValue?] {
      log.document["runs"]?.array?.first?["results"]?.array?.map { $0["partialFingerprints"] } ?? []
    }
    #expect(fingerprints(moved) == fingerprints(log))
    moved.results.append(moved.results[0])
    #expect(Set(fingerprints(moved)).count == 4)
  }
}
