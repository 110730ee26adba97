import Testing

@testable import Sandbox

@Suite("Timestamps") struct TimestampsTests {
  @Test("Times survive a round trip", arguments: [0, 951_782_399, 1_709_164_800, 4_102_444_799])
  func roundTrip(_ seconds: Int64) {
    #expect(Timestamps.seconds(Timestamps.text(seconds)) == seconds)
  }

  @Test("A leap day is written as such") func leapDay() {
    #expect(Timestamps.text(1_709_164_800) == "2024-02-29T00:00:00Z")
  }
}
