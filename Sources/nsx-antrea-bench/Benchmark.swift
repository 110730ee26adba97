import Documents
import Glibc

/// `nsx-antrea-bench --tool PATH [--size S|M|L|XL]` measures the tool as a
/// whole process; `--generate FILE --size L` only writes a snapshot;
/// `--reachability on` measures proof and change of connectivity instead,
/// `--cluster on` plans and applies against the embedded servers, `--inventory
/// on` reports of a large cluster, `--audit on` sums an audit log up.
@main
enum Benchmark {
  static func main() {
    var tool = ".build/release/nsx-antrea"
    var size = EstateSize.all[2]
    var generate: String?
    var isReachability = false
    var isCluster = false
    var isAudit = false
    var megabytes = 1000
    var isInventory = false
    var hasPeers = false
    var latency = 0
    var arguments = Array(CommandLine.arguments.dropFirst())
    while !arguments.isEmpty {
      let option = arguments.removeFirst()
      guard let value = arguments.first else { return usage() }
      arguments.removeFirst()
      switch option {
      case "--tool": tool = value
      case "--generate": generate = value
      case "--reachability": isReachability = value == "on"
      case "--cluster": isCluster = value == "on"
      case "--audit": isAudit = value == "on"
      case "--megabytes": megabytes = Int(value) ?? megabytes
      case "--inventory": isInventory = value == "on"
      case "--peers": hasPeers = value == "on"
      case "--latency": latency = Int(value) ?? 0
      case "--size":
        guard let found = EstateSize.all.first(where: { $0.name == value }) else { return usage() }
        size = found
      default: return usage()
      }
    }
    if let generate {
      guard write(SnapshotGenerator(size: size).snapshot(), to: generate) else { exit(1) }
      return
    }
    if isReachability {
      do {
        try ReachabilityBenchmark(size: size).run()
      } catch {
        print("failed: \(error)")
        exit(1)
      }
      return
    }
    if isAudit { return AuditBenchmark(tool: tool, megabytes: megabytes).run() }
    if isInventory {
      do {
        try InventoryBenchmark(tool: tool, sandbox: "\(tool)-sandbox").run()
      } catch {
        print("failed: \(error)")
        exit(1)
      }
      return
    }
    if isCluster {
      do {
        try ClusterBenchmark(
          tool: tool, sandbox: "\(tool)-sandbox", size: size, latency: latency, hasPeers: hasPeers
        ).run()
      } catch {
        print("failed: \(error)")
        exit(1)
      }
      return
    }
    measure(tool, size)
  }

  private static func usage() {
    print(
      "usage: nsx-antrea-bench [--tool PATH] [--size S|M|P|L|XL] [--generate FILE] [--reachability on] [--cluster on [--latency MS] [--peers on]] [--inventory on] [--audit on [--megabytes N]]"
    )
    exit(64)
  }

  private static func measure(_ tool: String, _ size: EstateSize) {
    var template = Array("/tmp/nsx-antrea-bench-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { exit(1) }
    defer { _ = Measurement.run(["rm", "-rf", folder]) }
    let file = folder + "/snapshot.json"
    let bytes = SnapshotGenerator(size: size).snapshot()
    guard write(bytes, to: file) else { exit(1) }
    print(
      "size \(size.name): \(size.policies) policies, \(size.policies * 10) rules, \(size.groups) groups, \(bytes.count / 1_000_000) MB of JSON"
    )
    print("what                                   wall s    cpu s   MB    ratio")

    let start = Measurement.best(of: 10, [tool, "version"])
    row("nsx-antrea version", start)
    row(
      "  peer: kubectl version --client", .best(of: 3, ["kubectl", "version", "--client"]),
      to: start)
    let render = [tool, "render", "--nsx-snapshot", file, "--cluster", "bench", "--repo"]
    let first = Measurement.best(of: 1, render + [folder + "/a", "--init"])
    row("render and first commit", first)
    let again = Measurement.best(of: 3, render + [folder + "/a"])
    row("render without change", again)
    row(
      "  peer: python3 json.load",
      .best(of: 3, ["python3", "-c", "import json,sys; json.load(open(sys.argv[1]))", file]),
      to: again)
    let plain = Measurement.best(of: 1, render + [folder + "/b", "--no-commit"])
    row("render --no-commit", plain)
    _ = Measurement.run(["git", "init", "-q", folder + "/b"])
    let git = Measurement.run([
      "sh", "-c",
      "cd \(folder)/b && git add -A && git -c user.name=b -c user.email=b@b commit -qm b",
    ])
    row("  peer: git add and commit of that tree", git, to: first)
  }

  static func row(
    _ name: String, _ measured: Measurement, to own: Measurement? = nil, requests: Int? = nil
  ) {
    guard measured.status == 0 else {
      print("\(pad(name, 38)) exit \(measured.status)")
      return
    }
    let ratio = own.map { "   \(fixed(measured.wall / max($0.wall, 0.000_1), 1))x" } ?? ""
    print(
      pad(name, 38) + pad(fixed(measured.wall, 3), 9, left: true)
        + pad(fixed(measured.cpu, 3), 9, left: true)
        + pad(fixed(measured.memory, 0), 6, left: true) + pad(ratio, 9)
        + (requests.map { "   \($0)" } ?? ""))
  }

  private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(width - text.count, 0))
    return left ? space + text : text + space
  }

  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let whole = Int64((value * scale).rounded())
    guard digits > 0 else { return String(whole) }
    let fraction = String(whole % Int64(scale))
    return "\(whole / Int64(scale))." + String(repeating: "0", count: digits - fraction.count)
      + fraction
  }

  static func write(_ bytes: [UInt8], to path: String) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    defer { fclose(file) }
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
  }
}
