import Glibc

extension HTTPTiming {
  /// The machine's clocks and random numbers.
  public static let system = HTTPTiming(
    sleep: { try await Task.sleep(for: $0) },
    random: { Double.random(in: 0..<1) },
    secondsSince1970: { time(nil) })
}
