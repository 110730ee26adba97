import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("JUnit's XML")
struct JUnitTests {
  /// Reads it as a parser of CI systems does.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  @Test("counts, names and messages come back whole, whatever is in them")
  func roundTrip() throws {
    let report = JUnitReport(
      suite: "a \"b\" <c> & d",
      cases: [
        .init(name: "first", outcome: .passed, milliseconds: 1234),
        .init(name: "second <&>", outcome: .failed("x < y & \"z\"\u{1B}"), details: "one\ntwo ]]>"),
        .init(name: "third", outcome: .error("gone"), milliseconds: 6),
      ])
    #expect(!report.text.contains("\u{1B}"))
    let reader = Reader()
    let parser = XMLParser(data: Data(report.text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(report.text)")
    let suite = try #require(reader.elements.first { $0.name == "testsuite" }).attributes
    #expect(suite["name"] == "a \"b\" <c> & d")
    #expect(suite["tests"] == "3" && suite["failures"] == "1" && suite["errors"] == "1")
    #expect(suite["time"] == "1.240")
    let names = reader.elements.filter { $0.name == "testcase" }.map { $0.attributes["name"] }
    #expect(names == ["first", "second <&>", "third"])
    let failure = try #require(reader.elements.first { $0.name == "failure" })
    #expect(failure.attributes["message"] == "x < y & \"z\" ")
    #expect(reader.text.contains("one\ntwo ]]>"))
  }
}
