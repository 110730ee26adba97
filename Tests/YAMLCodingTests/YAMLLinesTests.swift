import Testing
import YAMLCoding

@Suite("Lines of a YAML text")
struct YAMLLinesTests {
  @Test("keys and elements are found by their paths")
  func paths() {
    let lines = YAMLLines(
      Array(
        """
        # a comment
        checks:
          - name: one
            to: [a, b]

          - name: two
            port:
              - 80
              - 81
        other: 1
        """.utf8))
    #expect(lines["checks"] == 2)
    #expect(lines["checks[0]"] == 3)
    #expect(lines["checks[0].to"] == 4)
    #expect(lines["checks[0].to[1]"] == 4)
    #expect(lines["checks[1].name"] == 6)
    #expect(lines["checks[1].port[1]"] == 9)
    #expect(lines["other"] == 10)
    #expect(lines["checks[2]"] == nil)
  }

  @Test("what is no YAML has no lines, and ends")
  func broken() {
    #expect(YAMLLines(Array("a: [b\nc: d".utf8))["c"] == nil)
    #expect(YAMLLines([])["a"] == nil)
    #expect(YAMLLines(Array("a: &x {b: 1}\nc: *x\n".utf8))["c"] == 2)
  }
}
