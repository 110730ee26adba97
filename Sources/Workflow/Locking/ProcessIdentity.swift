import Documents
import Glibc

/// Who a run is, in Leases: `host/pid/machine-start`.
///
/// The machine is told by the boot and the PID namespace, the process by its
/// number and start, so that a run on the same machine can tell that an earlier
/// one is gone, and nobody takes another machine's process for one of its own.
struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
  /// Host name; for people.
  var host: String
  /// Number of the process, in its own namespace.
  var process: Int32
  /// Hash of the boot and the PID namespace.
  var machine: String
  /// When the process started, in ticks since the boot.
  var start: String

  /// This process.
  static func current() -> ProcessIdentity {
    ProcessIdentity(
      host: hostName(), process: getpid(), machine: currentMachine ?? "unknown",
      start: startTime(of: getpid()) ?? "unknown")
  }

  var description: String { "\(host)/\(process)/\(machine)-\(start)" }

  /// Whether a holder is a process of this machine that runs no more. Of what
  /// cannot be told it is not said.
  static func isGone(_ holder: String) -> Bool {
    guard let other = ProcessIdentity(parsing: holder), let machine = currentMachine,
      other.machine == machine, other.host == hostName()
    else { return false }
    // ESRCH also where /proc hides the processes of others.
    if kill(other.process, 0) != 0 { return errno == ESRCH }
    guard let start = startTime(of: other.process) else { return false }
    return start != other.start
  }

  private init(host: String, process: Int32, machine: String, start: String) {
    self.host = host
    self.process = process
    self.machine = machine
    self.start = start
  }

  /// Reads what ``description`` writes.
  init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let process = Int32(parts[1]), process > 0 else { return nil }
    let rest = parts[2].split(separator: "-")
    guard rest.count == 2, rest[1].utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
    self.init(
      host: String(parts[0]), process: process, machine: String(rest[0]), start: String(rest[1]))
  }

  private static let currentMachine: String? = {
    guard let boot = try? Files.read("/proc/sys/kernel/random/boot_id"), !boot.isEmpty else {
      return nil
    }
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name -> Int in
        guard let start = name.baseAddress else { return -1 }
        return readlink("/proc/self/ns/pid", start, 256)
      }
    }
    guard length > 0 else { return nil }
    let namespace = String(decoding: buffer.prefix(length), as: UTF8.self)
    return String(SHA256.hex("\(String(decoding: boot, as: UTF8.self))\(namespace)").prefix(8))
  }()

  /// Field 22 of `/proc/PID/stat`; the second one, a name in parentheses, may hold
  /// anything.
  private static func startTime(of process: Int32) -> String? {
    guard let bytes = try? Files.read("/proc/\(process)/stat") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }

  private static func hostName() -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let status = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name -> Int32 in
        guard let start = name.baseAddress else { return -1 }
        return gethostname(start, 255)
      }
    }
    guard status == 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}
