import Documents
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "refuses what is not JSON",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "01", "1.", "-", "+1", "nul", "truth",
      "\"\u{1}\"",
      "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "[1 2]", "{} {}", "'a'", "{\"a\":1,\"a\":2}",
      "1e", "1e999", "\"abc", "\"abc\\", "{\"a\":\"b\\\"}",
    ])
  func refuses(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(json: text) }
  }

  @Test("refuses nesting that would exhaust the stack")
  func deep() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONSyntaxError.self) { try JSONValue(json: text) }
  }

  @Test("reads every kind of value")
  func reads() throws {
    let value = try JSONValue(
      json:
        #" {"b":[1,-2,3.5,1e3,9223372036854775807,-9223372036854775808,9223372036854775808],"a":"\u00e9\ud83d\ude00\n\/","c":{"d":null,"e":true}} "#
    )
    #expect(value["a"]?.string == "é😀\n/")
    #expect(value["b"]?.array?.prefix(2) == [1, -2])
    #expect(value["b"]?.array?[3].integer == 1000)
    #expect(value["b"]?.array?[4] == .integer(.max))
    #expect(value["b"]?.array?[5] == .integer(.min))
    #expect(value["b"]?.array?[6] == .number(9_223_372_036_854_775_808))
    #expect(value["c"]?["e"] == true)
    #expect(value["c"]?["d"]?.isNull == true)
  }

  @Test("equality does not depend on the order of members")
  func order() throws {
    #expect(try JSONValue(json: #"{"a":1,"b":2}"#) == JSONValue(json: #"{"b":2,"a":1}"#))
    #expect(JSONWriter.compact(["b": 2, "a": 1]) == Array(#"{"a":1,"b":2}"#.utf8))
  }

  @Test("numbers keep every digit of an NSX priority")
  func priorities() throws {
    for sequence in [1.0, 20_000_001, 20_000_003, 60_001_049, 2_147_483_647] {
      let priority = 1 + sequence * 0x1p-50
      #expect(Double(numberText(priority)) == priority)
    }
    #expect(numberText(1 + 20_000_003 * 0x1p-50) == "1.000000017763571")
    #expect(numberText(5) == "5")
    #expect(numberText(0.5) == "0.5")
    #expect(numberText(1e21) == "1.0e+21")
  }

  @Test("what is written reads back equal", arguments: [UInt64(1), 2, 3])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for _ in 0..<300 {
      let value = random.value(depth: 4)
      #expect(try JSONValue(json: JSONWriter.compact(value)) == value, "seed \(seed)")
      #expect(try JSONValue(json: JSONWriter.pretty(value)) == value, "seed \(seed)")
    }
  }

  @Test(
    "cut or damaged text never crashes and never reads as something else",
    arguments: [UInt64(1), 2, 3])
  func damage(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for _ in 0..<100 {
      let text = JSONWriter.compact(.array([random.value(depth: 4)]))
      for end in 0..<min(text.count, 60) {
        #expect(throws: JSONSyntaxError.self, "seed \(seed)") {
          try JSONValue(json: Array(text[..<end]))
        }
      }
      var damaged = text
      damaged[Int(random.next() % UInt64(text.count))] = UInt8(truncatingIfNeeded: random.next())
      _ = try? JSONValue(json: damaged)
    }
  }
}

/// A small seeded generator, so that a failing case can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &self))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &self))
    case 3: return .number(Double.random(in: -1e6...1e6, using: &self) + 0.123)
    case 4: return .string(text())
    case 5:
      return .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth - 1) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<4, using: &self) { object[text()] = value(depth: depth - 1) }
      return .object(object)
    }
  }

  mutating func text() -> String {
    let pieces = ["a", "\"", "\\", "\n", "é", "😀", "\u{1}", "/", " ", "\u{2028}", "key", "0"]
    return (0..<Int.random(in: 0..<6, using: &self)).map { _ in
      pieces[Int.random(in: 0..<pieces.count, using: &self)]
    }.joined()
  }
}
