import Glibc

/// Measures how fast an audit log is summed up, beside programs that only look at
/// its lines.
struct AuditBenchmark {
  let tool: String
  /// Megabytes of the log.
  let megabytes: Int

  /// Writes the log, and measures.
  func run() {
    var template = Array("/tmp/nsx-antrea-bench-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { exit(1) }
    defer { _ = Measurement.run(["rm", "-rf", folder]) }
    let file = folder + "/np.log"
    guard let lines = write(to: file) else { exit(1) }
    print("audit log: \(megabytes) MB, \(lines) lines, 40 rules, 400,000 different flows")
    print("what                                   wall s    cpu s   MB    ratio")
    let own = Measurement.best(of: 3, [tool, "logs", "--summary", "--file", file])
    Benchmark.row("logs --summary", own)
    print("  \(Int(Double(megabytes) / max(own.wall, 0.001))) MB/s")
    Benchmark.row("  peer: wc -l", .best(of: 3, ["wc", "-l", file]), to: own)
    // grep stops at the first match where nobody reads what it counts.
    Benchmark.row(
      "  peer: grep -c Drop", .best(of: 3, ["sh", "-c", "grep -c ' Drop ' \(file) | cat"]), to: own)
    Benchmark.row(
      "  peer: awk, packets by flow",
      .best(
        of: 1,
        [
          "awk", "{ n[$4 $5 $7 $9 $10 $12 $13 $14]++ } END { print length(n) }", file,
        ]), to: own)
  }

  /// - Returns: How many lines; `nil` where they cannot be written.
  private func write(to path: String) -> Int? {
    guard let file = fopen(path, "w") else { return nil }
    defer { fclose(file) }
    var seed: UInt64 = 1
    func random(_ limit: UInt64) -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (seed >> 33) % limit
    }
    var written = 0
    var lines = 0
    var buffer: [UInt8] = []
    while written < megabytes * 1_000_000 {
      buffer.removeAll(keepingCapacity: true)
      for _ in 0..<1000 {
        let rule = random(40)
        // Few flows are frequent, as in real logs.
        let flow = random(4) == 0 ? random(400_000) : random(200)
        let minute = 10 + lines / 1_000_000 % 50
        let action = rule % 4 == 0 ? "Allow" : "Drop"
        let many = rule % 4 == 1 ? " [\(2 + random(9)) packets in 1.001s]" : ""
        buffer += Array(
          "2026/02/03 04:\(minute):06.\(100_000 + random(800_000)) AntreaPolicyIngressRule AntreaClusterNetworkPolicy:policy-\(rule / 4)-0a1b2c3d \(1000 + rule) Ingress \(action) \(14500 - rule) shop/db-\(flow % 100) 10.\(flow / 65536 % 256).\(flow / 256 % 256).\(flow % 256) \(32768 + random(28_000)) 10.1.\(flow % 200).7 \(5432 + flow % 7) TCP 60 nsx-\(1000 + rule)\(many)\n"
            .utf8)
        lines += 1
      }
      guard fwrite(buffer, 1, buffer.count, file) == buffer.count else { return nil }
      written += buffer.count
    }
    return lines
  }
}
