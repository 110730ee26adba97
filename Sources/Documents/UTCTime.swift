/// Times in UTC as RFC 3339 writes them, without a clock or a calendar of the
/// system.
public enum UTCTime {
  /// `2023-11-14T22:14:20Z`.
  public static func text(seconds: Int64) -> String {
    let (days, rest) = floorDivision(seconds, 86_400)
    let (year, month, day) = civil(days)
    return "\(padded(year, 4))-\(padded(month))-\(padded(day))"
      + "T\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))Z"
  }

  /// The second in which a time in milliseconds lies.
  public static func text(milliseconds: Int64) -> String {
    text(seconds: floorDivision(milliseconds, 1000).quotient)
  }

  /// Seconds since 1970 of `2023-11-14`, `2023-11-14T22:14Z`,
  /// `2023-11-14T22:14:20Z` or the same with `+02:00`; `nil` for anything else.
  public static func seconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard let date = fields(bytes.prefix(10), "dddd-dd-dd"), let days = days(date) else {
      return nil
    }
    if bytes.count == 10 { return days * 86_400 }
    for (form, hasSeconds) in [("Tdd:dd:dd", true), ("Tdd:dd", false)] {
      let clock = bytes.dropFirst(10).prefix(form.utf8.count)
      guard let time = fields(clock, form), time[0] < 24, time[1] < 60,
        !hasSeconds || time[2] < 61
      else { continue }
      guard let offset = offset(bytes.dropFirst(10 + form.utf8.count)) else { continue }
      let seconds = hasSeconds ? time[2] : 0
      return days * 86_400 + time[0] * 3600 + time[1] * 60 + seconds - offset
    }
    return nil
  }

  /// `Z`, `+02:00` or `-02:00` in seconds.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
    if text.elementsEqual("Z".utf8) { return 0 }
    guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let parts = fields(text.dropFirst(), "dd:dd"), parts[0] < 24, parts[1] < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60)
  }

  /// The numbers of a text whose digits stand where the form has `d`.
  private static func fields(_ text: ArraySlice<UInt8>, _ form: String) -> [Int64]? {
    guard text.count == form.utf8.count else { return nil }
    var numbers: [Int64] = []
    var isInside = false
    for (byte, expected) in zip(text, form.utf8) {
      guard expected == UInt8(ascii: "d") else {
        guard byte == expected else { return nil }
        isInside = false
        continue
      }
      guard byte >= 48, byte <= 57 else { return nil }
      let digit = Int64(byte - 48)
      if isInside { numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + digit }
      if !isInside { numbers.append(digit) }
      isInside = true
    }
    return numbers
  }

  /// Days since 1970 of year, month and day; `nil` for a day that is none.
  private static func days(_ date: [Int64]) -> Int64? {
    let (year, month, day) = (date[0], date[1], date[2])
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    // March is the first month, so that a leap day is the last one of its year.
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivision(shifted, 400).quotient
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return civil(days) == (year, month, day) ? days : nil
  }

  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let (era, dayOfEra) = floorDivision(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func floorDivision(
    _ value: Int64, _ divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int64, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
