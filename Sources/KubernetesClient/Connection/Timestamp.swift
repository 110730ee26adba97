/// RFC 3339 times without calendars or locales.
enum Timestamp {
  /// Seconds since 1970 of a time such as `2026-01-02T03:04:05.678Z`; fractions
  /// are dropped. `nil` when it is not one.
  static func seconds(_ text: String) -> Int64? {
    var rest = text[...]
    func take(_ count: Int) -> Int64? {
      let digits = rest.prefix(count)
      guard digits.count == count, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
      rest = rest.dropFirst(count)
      return Int64(digits)
    }
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = take(4), skip("-"), let month = take(2), (1...12).contains(month), skip("-"),
      let day = take(2), (1...31).contains(day), skip("Tt "), let hour = take(2), hour < 24,
      skip(":"), let minute = take(2), minute < 60, skip(":"), let second = take(2), second < 61
    else { return nil }
    if skip(".") {
      guard take(1) != nil else { return nil }
      while take(1) != nil {}
    }
    var offset: Int64 = 0
    if !skip("Zz") {
      let negative = rest.first == "-"
      guard skip("+-"), let hours = take(2), skip(":"), let minutes = take(2) else { return nil }
      offset = (hours * 60 + minutes) * (negative ? -60 : 60)
    }
    guard rest.isEmpty else { return nil }
    return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
  }

  /// The time of a Lease: `2026-01-02T03:04:05.000000Z`.
  static func text(_ seconds: Int64) -> String {
    var day = seconds / 86400
    var rest = seconds % 86400
    if rest < 0 {
      day -= 1
      rest += 86400
    }
    let (year, month, date) = civil(day)
    func pad(_ value: Int64, _ width: Int = 2) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
    return "\(pad(year, 4))-\(pad(month))-\(pad(date))"
      + "T\(pad(rest / 3600)):\(pad(rest % 3600 / 60)):\(pad(rest % 60)).000000Z"
  }

  /// Days since 1970 of a date of the Gregorian calendar, whose years are taken
  /// to begin in March so that the leap day is the last one.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let z = days + 719_468
    let era = z / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * index + 2) / 5 + 1
    let month = index < 10 ? index + 3 : index - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
