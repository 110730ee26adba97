import Documents
import Rendering
import Testing
import Translation

@Suite struct TreeLocationTests {
  @Test func policiesGroupsAndRulesAreFoundInTheirFiles() throws {
    var estate = Estate()
    try estate.pods("web")
    try estate.group(
      "both", "[\(Estate.tag("app|web")),\(Estate.or),\(Estate.tag("app|db"))]")
    let side =
      #""source_groups":["\#(Estate.group("both"))"],"scope":["\#(Estate.group("web"))"]"#
    try estate.policy(
      "p", rules: "[\(rule(1, #""direction":"IN",\#(side)"#)),\(rule(2, side))]")
    let translation = try estate.translate()
    let tree = Renderer.render(translation)
    var locations = TreeLocations(translation)
    let path = "/infra/domains/default/security-policies/p"
    func line(_ rule: Int) throws -> String {
      let place = locations.location(path: path, rule: "\(path)/rules/r\(rule)")
      let file = try #require(tree.files.first { "\(tree.folder)/\($0.path)" == place.file })
      let lines = String(decoding: file.bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      return String(lines[place.line - 1])
    }
    #expect(try line(1).hasSuffix("name: r1-1001"))
    // Of its two rules the first in the file.
    #expect(try line(2).hasSuffix("name: r2-1002-out"))
    for id in ["web", "both"] {
      let place = locations.location(path: Estate.group(id), rule: nil)
      #expect(place.line == 1)
      #expect(tree.files.contains { "\(tree.folder)/\($0.path)" == place.file })
      #expect(place.file.split(separator: "-").count == 2, "not a child: \(place.file)")
    }
    // What is not rendered.
    let gone = locations.location(path: Estate.group("gone"), rule: nil)
    #expect(gone.file == "clusters/prod/findings.json" && gone.line == 1)
    #expect(locations.location(path: path, rule: "\(path)/rules/refused").line == 1)
  }
}
