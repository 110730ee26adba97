/// The `Retry-After` header field.
public enum RetryAfter {
  /// The wait that a field asks for: seconds, or a date relative to the time
  /// given, which should be the answer's own `Date` so that a clock that is
  /// off does no harm. `nil` for what is neither; a date in the past is zero.
  public static func delay(_ value: String, secondsSince1970 now: Int) -> Duration? {
    let text = value.drop { $0 == " " }
    let digits = text.prefix { $0 != " " }
    if let seconds = UInt32(digits), digits.count == text.count || text.last == " " {
      return .seconds(Int(seconds))
    }
    return secondsSince1970(ofDate: value).map { .seconds(max(0, $0 - now)) }
  }

  /// Seconds since 1970 of an HTTP date such as
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, or `nil`.
  public static func secondsSince1970(ofDate text: String) -> Int? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = Int(words[1]), (1...31).contains(day),
      let monthIndex = months.firstIndex(of: String(words[2])),
      let year = Int(words[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
      (0...60).contains(clock[2])
    else { return nil }
    let days = daysSince1970(year: year, month: monthIndex + 1, day: day)
    return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
  }
}

private let months = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

/// Days of the proleptic Gregorian calendar, with the year taken to begin in
/// March so that the leap day is its last.
func daysSince1970(year: Int, month: Int, day: Int) -> Int {
  let shifted = month <= 2 ? year - 1 : year
  let era = shifted / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
