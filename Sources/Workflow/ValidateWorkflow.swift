import AntreaModel
import Documents
import Failures
import KubernetesClient
import NSXModel
import Rendering
import Reporting
import Translation

/// What `validate` looks at, and how it answers.
public struct ValidateOptions: Sendable, Hashable {
  /// From which findings on a run fails.
  public enum Threshold: String, Sendable, Hashable, CaseIterable {
    /// Something cannot be translated exactly.
    case error
    /// Something is probably not meant so.
    case warning
    /// Anything is noteworthy.
    case info
    /// None, not even an incomplete read.
    case never
  }

  /// `--cluster-objects`: what runs in the cluster, from a file or a folder.
  public var clusterObjects: String?
  /// `--live`: read from the clusters what runs there.
  public var isLive: Bool
  /// `--fail-on`.
  public var failOn: Threshold
  /// Whether to print SARIF.
  public var isSARIF: Bool

  /// Creates options.
  public init(
    clusterObjects: String? = nil, isLive: Bool = false, failOn: Threshold = .error,
    isSARIF: Bool = false
  ) {
    self.clusterObjects = clusterObjects
    self.isLive = isLive
    self.failOn = failOn
    self.isSARIF = isSARIF
  }
}

/// Findings of one cluster.
private struct ValidatedCluster: Sendable {
  var translation: Translation
  var findings: [Finding]
}

extension Run {
  /// `validate`: findings only, of the translation and of its hygiene, and where
  /// the cluster is known, of both in that cluster.
  ///
  /// A cluster that fails does not keep the others from being validated.
  ///
  /// - Returns: `invalidInput` when there is a finding as grave as the threshold
  ///   or NSX was not read whole, whatever `onUnsupported` says; `partial` when
  ///   some clusters failed.
  public func validate(
    _ source: DesiredSource, options: ValidateOptions = ValidateOptions()
  ) async throws -> ExitStatus {
    if options.clusterObjects != nil, options.isLive {
      throw Failure(
        .usage, subject: "--live", cause: "and --cluster-objects say the same in two ways",
        remedy: "give one of them")
    }
    let snapshot = try await snapshot(source)
    let translated = try await translationAttempts(of: snapshot, clusters: source.clusters)
    if options.clusterObjects != nil, translated.count != 1 {
      throw Failure(
        .usage, subject: "--cluster-objects",
        cause: "are those of one cluster, but \(translated.count) are validated",
        remedy: "give --cluster NAME")
    }
    if options.isLive { try refuseGuessedClusters(translated.map(\.name)) }
    let attempts = await eachCluster(translated, name: \.name) { run, attempt in
      try await run.validated(try attempt.result.get(), in: snapshot, options)
    }
    try Task.checkCancellation()
    let clusters = attempts.compactMap(\.value)
    let findings = show(clusters, isSARIF: options.isSARIF, prefix: try layout.prefix)
    let isIncomplete = clusters.contains { !$0.translation.isComplete }
    if isIncomplete {
      talk("warning: NSX was not read whole; findings about what is missing may be wrong")
    }
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let status = Self.status(of: attempts.map(\.failure), changed: false)
    if status != .success { return status }
    let grave = Self.severities(from: options.failOn)
    let fails =
      findings.contains { grave.contains($0.severity) }
      || (isIncomplete && options.failOn != .never)
    return fails ? .invalidInput : .success
  }

  /// The findings of one cluster.
  private func validated(
    _ translated: (ClusterSettings, Translation), in snapshot: NSXSnapshot,
    _ options: ValidateOptions
  ) async throws -> ValidatedCluster {
    let (settings, translation) = translated
    let (objects, faults) = try await known(of: settings, translation, options)
    let workloads = ClusterWorkloads(objects)
    let hygiene = try Hygiene.findings(
      snapshot, cluster: settings.target, translation: translation,
      workloads: workloads.isEmpty ? nil : workloads
    ).filter { $0.code != .labelCase || reading.ignoresCase }
    let features = faults.map { fault in
      Finding(
        .unsupportedFeature,
        path: fault.object.flatMap { translation.provenance["\($0.kind)/\($0.name)"]?.path }
          ?? settings.name, message: fault.message)
    }
    return ValidatedCluster(
      translation: translation, findings: translation.findings + hygiene + features)
  }

  /// What runs in a cluster, and what its Antrea lacks; nothing where the
  /// cluster is not to be asked.
  private func known(
    of settings: ClusterSettings, _ translation: Translation, _ options: ValidateOptions
  ) async throws -> ([KubernetesObject], [FeatureFault]) {
    guard options.isLive || options.clusterObjects != nil else { return ([], []) }
    let desired = try DesiredCluster(settings, translation).objects
    if let file = options.clusterObjects {
      let objects = try ObjectFiles.read(file)
      return (objects, Self.featureFaults(of: desired, among: objects))
    }
    let client = try await connectCluster(settings)
    var objects: [KubernetesObject] = []
    for resource in [Self.namespaces, Self.core("Pod", "pods"), Self.core("Service", "services")] {
      objects += try await client.list(resource).objects
    }
    return (
      objects, try await featureFaults(of: desired, with: client, cluster: settings.name)
    )
  }

  /// Prints the findings of all clusters, each once, and gives them.
  ///
  /// - Parameter prefix: the folder of the trees in the repository.
  private func show(
    _ clusters: [ValidatedCluster], isSARIF: Bool, prefix: String
  ) -> [ReportedFinding] {
    // Translated for several clusters, most findings are the same for all.
    var places: [Finding: [Int]] = [:]
    for (index, cluster) in clusters.enumerated() {
      for finding in Set(cluster.findings) { places[finding, default: []].append(index) }
    }
    var findings: [ReportedFinding] = []
    var results: [SARIFLog.Result] = []
    for (index, cluster) in clusters.enumerated() {
      var locations = TreeLocations(cluster.translation)
      for finding in cluster.findings {
        // Each once, with the first of its clusters.
        guard let indexes = places[finding], indexes.first == index else { continue }
        places[finding] = nil
        let names = indexes.map { clusters[$0].translation.cluster }.joined(separator: ", ")
        let reported = ReportedFinding(
          code: finding.code.rawValue, severity: finding.severity.rawValue, path: finding.path,
          rule: finding.rule,
          message: finding.message
            + (indexes.count < clusters.count ? " (in cluster \(names))" : ""),
          hint: finding.hint)
        findings.append(reported)
        guard isSARIF else { continue }
        let place = locations.location(path: finding.path, rule: finding.rule)
        results.append(
          SARIFLog.Result(finding: reported, file: prefix + place.file, line: place.line))
      }
    }
    if isSARIF {
      let log = SARIFLog(version: Self.version, rules: Self.sarifRules, results: results)
      context.writeOutput(String(decoding: JSONWriter.pretty(log.document), as: UTF8.self))
    } else if isNDJSON {
      for finding in findings { context.writeOutput("\(finding.document)\n") }
    } else {
      print(
        text: FindingsText.render(findings, color: color), json: FindingsText.document(findings))
    }
    return findings
  }

  private static var sarifRules: [SARIFLog.Rule] {
    FindingCode.allCases.map { code in
      SARIFLog.Rule(
        id: code.rawValue, severity: code.severity.rawValue, meaning: code.meaning,
        help: code.hint)
    }
  }

  private static func severities(from threshold: ValidateOptions.Threshold) -> Set<String> {
    switch threshold {
    case .error: ["error"]
    case .warning: ["error", "warning"]
    case .info: ["error", "warning", "info"]
    case .never: []
    }
  }
}
