import CLibGit2

/// The 20-byte SHA-1 name of a git object.
public struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  private var high: UInt64 = 0
  private var middle: UInt64 = 0
  private var low: UInt32 = 0

  /// The name that libgit2 uses.
  init(_ oid: git_oid) {
    withUnsafeBytes(of: oid) { bytes in
      high = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      middle = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      low = bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
    }
  }

  /// The name of exactly 20 raw bytes.
  init(raw bytes: ArraySlice<UInt8>) {
    var oid = git_oid()
    withUnsafeMutableBytes(of: &oid) { $0.copyBytes(from: bytes.prefix(20)) }
    self.init(oid)
  }

  /// Reads 40 hexadecimal digits; `nil` when the text is anything else.
  public init?(hex: String) {
    var oid = git_oid()
    guard hex.utf8.count == 40, git_oid_fromstr(&oid, hex) == 0 else { return nil }
    self.init(oid)
  }

  /// The name in libgit2's form.
  var oid: git_oid {
    var oid = git_oid()
    withUnsafeMutableBytes(of: &oid) { bytes in
      bytes.storeBytes(of: high, toByteOffset: 0, as: UInt64.self)
      bytes.storeBytes(of: middle, toByteOffset: 8, as: UInt64.self)
      bytes.storeBytes(of: low, toByteOffset: 16, as: UInt32.self)
    }
    return oid
  }

  /// The 20 bytes.
  var raw: [UInt8] { withUnsafeBytes(of: oid) { Array($0) } }

  /// 40 lower-case hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(40)
    for byte in raw {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The same as ``hex``.
  public var description: String { hex }
}
