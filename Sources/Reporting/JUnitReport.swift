/// The results of tests in the XML that CI systems read: one suite of cases.
public struct JUnitReport: Sendable, Hashable {
  /// One test.
  public struct Case: Sendable, Hashable {
    /// How it ended.
    public enum Outcome: Sendable, Hashable {
      /// It passed.
      case passed
      /// It found something else than expected.
      case failed(String)
      /// It could not be run.
      case error(String)
    }

    /// Its name.
    public var name: String
    /// How it ended.
    public var outcome: Outcome
    /// How long it took, in milliseconds.
    public var milliseconds: Int64
    /// More about it; empty for none.
    public var details: String

    /// Creates a case.
    public init(
      name: String, outcome: Outcome, milliseconds: Int64 = 0, details: String = ""
    ) {
      self.name = name
      self.outcome = outcome
      self.milliseconds = milliseconds
      self.details = details
    }
  }

  /// The name of the suite.
  public var suite: String
  /// Its tests, in order.
  public var cases: [Case]

  /// Creates a report.
  public init(suite: String, cases: [Case]) {
    self.suite = suite
    self.cases = cases
  }

  /// The XML document.
  public var text: String {
    var failures = 0
    var errors = 0
    for item in cases {
      switch item.outcome {
      case .passed: break
      case .failed: failures += 1
      case .error: errors += 1
      }
    }
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" "
      + "time=\"\(Self.seconds(cases.reduce(0) { $0 + $1.milliseconds }))\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
    text += "  <testsuite name=\"\(Self.escaped(suite))\" skipped=\"0\" \(counts)>\n"
    for item in cases {
      text += "    <testcase classname=\"\(Self.escaped(suite))\" "
      text += "name=\"\(Self.escaped(item.name))\" time=\"\(Self.seconds(item.milliseconds))\""
      let inner = body(of: item)
      text += inner.isEmpty ? "/>\n" : ">\n\(inner)    </testcase>\n"
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private func body(of item: Case) -> String {
    func element(_ name: String, _ message: String) -> String {
      "      <\(name) message=\"\(Self.escaped(message))\">\(Self.escaped(item.details))</\(name)>\n"
    }
    switch item.outcome {
    case .failed(let message): return element("failure", message)
    case .error(let message): return element("error", message)
    case .passed:
      return item.details.isEmpty
        ? "" : "      <system-out>\(Self.escaped(item.details))</system-out>\n"
    }
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = "\(milliseconds % 1000)"
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// Text for XML 1.0, which has no way to write most control characters.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || (0xFFFE...0xFFFF).contains(scalar.value): result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
