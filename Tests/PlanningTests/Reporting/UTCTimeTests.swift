import Documents
import Foundation
import Testing

@Suite("Times in UTC")
struct UTCTimeTests {
  @Test("times are those of Foundation's calendar, and are read back")
  func foundation() {
    let formatter = ISO8601DateFormatter()
    var generator = SeededGenerator(seed: 7)
    // Foundation counts by the Julian calendar before 1582.
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: -11_000_000_000...200_000_000_000, using: &generator)
      let text = UTCTime.text(seconds: seconds)
      let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      #expect(text == expected, "\(seconds)")
      #expect(UTCTime.seconds(text) == seconds, "\(text)")
    }
    #expect(UTCTime.text(milliseconds: -1) == "1969-12-31T23:59:59Z")
    #expect(UTCTime.text(milliseconds: 1_700_000_060_999) == "2023-11-14T22:14:20Z")
  }

  @Test(
    "forms of a time",
    arguments: [
      ("2023-11-14", 1_699_920_000), ("2023-11-14T22:14:20Z", 1_700_000_060),
      ("2023-11-14T22:14Z", 1_700_000_040), ("2023-11-15T00:14:20+02:00", 1_700_000_060),
      ("2023-11-14T18:44:20-03:30", 1_700_000_060), ("2024-02-29", 1_709_164_800),
    ])
  func forms(text: String, seconds: Int64) { #expect(UTCTime.seconds(text) == seconds) }

  @Test(
    "what is no time",
    arguments: [
      "", "2023", "2023-13-01", "2023-02-29", "2023-00-10", "2023-11-31", "2023-11-14T",
      "2023-11-14T22:14:20", "2023-11-14T24:00Z", "2023-11-14 22:14Z", "2023-11-14T22:14:20+2:00",
      "yesterday", "2023-1-1", "2023-11-14T22:61Z",
    ])
  func noTimes(text: String) { #expect(UTCTime.seconds(text) == nil) }
}
