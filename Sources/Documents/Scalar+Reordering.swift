extension Unicode.Scalar {
  /// Whether the scalar changes the direction in which text around it is shown
  /// (Unicode Standard Annex 9): in a file or a plan it can make a name look like
  /// another.
  public var reordersText: Bool {
    switch value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
