/// Global options may stand before the command as well as behind it:
/// `nsx-antrea --config FILE plan`. The parser knows them as options of each
/// command, so that every command's help lists them.
public enum GlobalArguments {
  /// The global options that take a value.
  private static let names: Set<String> = [
    "--config", "--output", "--color", "--log-level", "--log-format", "--timeout", "--set",
  ]

  /// Moves global options that stand before the command behind everything
  /// else, but not behind a `--`. Other arguments keep their places; a command
  /// line without a command is left alone, so that the parser tells what is
  /// missing.
  public static func moved(_ arguments: [String]) -> [String] {
    var moved: [String] = []
    var rest = arguments[...]
    while let first = rest.first {
      if names.contains(first), rest.count >= 2 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if let equals = first.firstIndex(of: "="), names.contains(String(first[..<equals])) {
        moved.append(first)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    guard !moved.isEmpty, let command = rest.first, !command.hasPrefix("-") else {
      return arguments
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return rest[..<end] + moved + rest[end...]
  }
}
