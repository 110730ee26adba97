import AntreaModel
import Documents
import Glibc
import NSXModel
import Reachability
import Translation

/// Measures the proof that the translation of an estate decides what NSX decides,
/// and the change of connectivity, inside this process.
struct ReachabilityBenchmark {
  let size: EstateSize

  /// Measures an estate of the vendor's shapes, then one in which every pod is
  /// closed.
  func run() throws {
    for isSegmented in [false, true] {
      print(isSegmented ? "\nevery pod closed" : "vendor shapes")
      try run(SnapshotGenerator(size: size, isSegmented: isSegmented))
    }
  }

  private func run(_ generator: SnapshotGenerator) throws {
    var clock = Stopwatch()
    let snapshot = try NSXSnapshot(bytes: generator.snapshot())
    clock.lap("read the snapshot")
    let target = ClusterTarget(
      name: SnapshotGenerator.cluster, selection: .controlPlane(SnapshotGenerator.cluster))
    let translation = try Translator(snapshot: snapshot).translate(cluster: target)
    let objects = Self.objects(translation)
    clock.lap("translate")
    let pods = PodGenerator(size: size).pods()
    clock.lap("make \(pods.count) pods")

    let start = clock
    var vocabulary = Vocabulary(snapshot, policies: snapshot.policies)
    vocabulary.formUnion(Vocabulary(objects: objects))
    clock.lap("collect the vocabulary")
    let universe = Universe(
      pods: pods, podNetworks: [PodGenerator.network].compactMap(\.self), vocabulary: vocabulary)
    clock.lap("make \(universe.world.endpoints.count) classes")
    let nsx = NSXEvaluator(snapshot, policies: snapshot.policies, world: universe.world)
    clock.lap("evaluate NSX's rules")
    let antrea = try AntreaEvaluator(objects, world: universe.world)
    clock.lap("evaluate the objects")
    let proof = EquivalenceCheck(nsx: nsx, antrea: antrea).run()
    clock.lap("compare both")
    print(
      "\(proof.classPairs) pairs of classes, \(proof.podPairs) pairs of pods, \(proof.trafficClasses) kinds of traffic: \(proof.differences.count) differences"
    )
    try change(objects, antrea, universe, &clock)
    start.total("in all")
  }

  /// The change of connectivity where nothing is there before, where nothing
  /// changes, and where a hundredth of the policies is gone.
  private func change(
    _ objects: [KubernetesObject], _ antrea: AntreaEvaluator, _ universe: Universe,
    _ clock: inout Stopwatch
  ) throws {
    let policies = objects.filter { $0.kind == "ClusterNetworkPolicy" }
    let lost = Set(policies.prefix(max(policies.count / 100, 1)).map(\.reference))
    for (name, before) in [
      ("first apply", []), ("no change", objects),
      ("a hundredth of the policies", objects.filter { !lost.contains($0.reference) }),
    ] {
      let old = try AntreaEvaluator(before, world: universe.world)
      clock.lap("evaluate what is there before")
      let change = ConnectivityChange(before: old.rules, after: antrea.rules, universe: universe)
      clock.lap("connectivity: \(name)")
      for line in change.lines.prefix(3) { print("  \(line)") }
      print("  \(change.lines.count) lines, \(change.omittedLines) more; \(change.counts)")
    }
  }

  private static func objects(_ translation: Translation) -> [KubernetesObject] {
    let documents =
      translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
      + translation.policies.map(\.policy.document)
    return documents.compactMap { KubernetesObject($0) }
  }
}

/// Tells how long each part took.
struct Stopwatch {
  private var last = Stopwatch.now

  /// Prints the time since the last call.
  mutating func lap(_ name: String) {
    print(Self.line(name, Self.now - last))
    last = Self.now
  }

  /// Prints the time since this was copied.
  func total(_ name: String) { print(Self.line(name, Self.now - last)) }

  private static func line(_ name: String, _ seconds: Double) -> String {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let text = "\((seconds * 1000).rounded() / 1000) s"
    return name + String(repeating: " ", count: max(44 - name.count, 1)) + text
      + "   \(usage.ru_maxrss / 1024) MB"
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
